"""Can the database take anything just now? Asked by whoever decides where requests go."""

from datetime import UTC, datetime
from uuid import uuid4

from storage.database import Transaction
from storage.inbox import SeenActivity

_PAGES = "." * 8192  # more than a page of SQLite, so that it has to find room


async def try_to_write(transaction: Transaction) -> None:
    """Write and take it back. It is committed, since a full disk shows only then.

    Raises:
        Unavailable: locked, full or away.
    """
    async with transaction() as db:
        row = SeenActivity(key=f"{uuid4()}{_PAGES}", seen=datetime.now(UTC))
        db.add(row)
        await db.flush()
        await db.delete(row)
