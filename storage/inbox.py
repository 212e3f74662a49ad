"""Activities that have been acted on: Teams sends one again when the answer is late."""

from datetime import datetime, timedelta
from hashlib import sha256

from sqlmodel import Field, SQLModel, col, delete

from storage.database import Database, insert_values_once

KEEP = timedelta(days=2)


class SeenActivity(SQLModel, table=True):
    key: str = Field(primary_key=True)  # hash of conversation and activity id
    seen: datetime = Field(index=True)


async def is_new(db: Database, conversation: str, activity: str, now: datetime) -> bool:
    """Remember the activity in the transaction that acts on it; False when it was acted on."""
    key = sha256(f"{conversation}\n{activity}".encode()).hexdigest()
    return await insert_values_once(db, SeenActivity, {"key": key, "seen": now})


async def forget_old(db: Database, now: datetime) -> None:
    await db.exec(delete(SeenActivity).where(col(SeenActivity.seen) < now - KEEP))
