"""Everything that is stored, to compare before with after."""

from sqlalchemy import Connection, select
from sqlmodel import SQLModel

from storage.database import Transaction

Rows = dict[str, list[str]]


async def everything(transaction: Transaction, *but: str) -> Rows:
    """Every row of every table (but of those named), in full."""
    async with transaction() as db:
        found = await (await db.connection()).run_sync(_read)
    return {table: rows for table, rows in found.items() if table not in but}


def _read(connection: Connection) -> Rows:
    return {
        table.name: sorted(map(str, connection.execute(select(table)).all()))
        for table in SQLModel.metadata.sorted_tables
    }
