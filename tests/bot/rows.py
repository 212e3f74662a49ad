"""Everything that is stored, to compare before with after."""

from sqlmodel import SQLModel, select

from storage.database import Transaction

Rows = dict[str, list[str]]


async def everything(transaction: Transaction, *but: str) -> Rows:
    """Every row of every table (but of those named)."""
    async with transaction() as db:
        return {
            table.name: sorted(str(row) for row in (await db.exec(select(table))).all())  # type: ignore[call-overload]
            for table in SQLModel.metadata.sorted_tables
            if table.name not in but
        }
