"""Which shape of the database this code expects. Without Alembic: a serving process needs none."""

from sqlalchemy import Connection, text
from sqlalchemy.exc import OperationalError, ProgrammingError
from sqlalchemy.ext.asyncio import AsyncEngine

NEWEST = "0002"  # the last revision in storage/migrations; a test compares


async def is_newest(engine: AsyncEngine) -> bool:
    """Whether the database has the shape that this code expects.

    Raises:
        sqlalchemy.exc.OperationalError: the database does not answer.
    """
    async with engine.connect() as connection:
        try:
            found = await connection.run_sync(_revisions)
        except (ProgrammingError, OperationalError) as error:
            if "alembic_version" in str(error.orig):  # there is no such table yet
                return False
            raise
        return found == [NEWEST]


def _revisions(connection: Connection) -> list[str]:
    return list(connection.execute(text("SELECT version_num FROM alembic_version")).scalars())
