"""One engine, one transaction at a time; SQLite by default, PostgreSQL by URL."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any

from sqlalchemy import JSON, event
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import make_url
from sqlalchemy.exc import OperationalError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlmodel import SQLModel
from sqlmodel.ext.asyncio.session import AsyncSession

NAMING = {
    "ix": "ix_%(column_0_label)s",
    "uq": "uq_%(table_name)s_%(column_0_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}
SQLModel.metadata.naming_convention = NAMING

Json = JSON().with_variant(postgresql.JSONB(), "postgresql")

# A locked or full database: nothing was stored, and the same may go through in a moment.
Unavailable = OperationalError


class Database(AsyncSession):
    """A transaction in progress."""

    @property
    def on_postgres(self) -> bool:
        return self.get_bind().dialect.name == "postgresql"


Engine = AsyncEngine
Transaction = Callable[[], AbstractAsyncContextManager[Database]]


def connect(url: str) -> AsyncEngine:
    """An engine for `sqlite:///file.db` or `postgresql://user@host/name`."""
    where = make_url(url)
    if where.get_backend_name() == "postgresql":
        return create_async_engine(
            where.set(drivername="postgresql+psycopg"), pool_size=8, pool_pre_ping=True
        )
    # One connection: writers queue up fairly here instead of polling a locked file.
    engine = create_async_engine(
        where.set(drivername="sqlite+aiosqlite"), pool_size=1, max_overflow=0
    )
    event.listen(engine.sync_engine, "connect", _prepare_sqlite)
    event.listen(engine.sync_engine, "begin", _begin_immediate)
    return engine


def transactions(engine: AsyncEngine) -> Transaction:
    """Make `async with transaction() as db:` - all of the block is stored, or none of it.

    Never wait for the network inside the block: on SQLite everybody else waits too.
    """

    @asynccontextmanager
    async def transaction() -> AsyncIterator[Database]:
        async with Database(engine, expire_on_commit=False) as db, db.begin():
            yield db

    return transaction


async def insert_once(db: Database, row: SQLModel) -> bool:
    """Insert a row unless its unique key is taken, also when two replicas try at once.

    Returns whether it was inserted. The row object itself stays outside the session.
    """
    dialect = postgresql if db.on_postgres else sqlite
    table = type(row)
    values = row.model_dump(exclude_unset=False)
    if values.get("id", 0) is None:
        del values["id"]
    insert: Any = dialect.insert(table)
    done = await db.exec(insert.values(**values).on_conflict_do_nothing())
    return bool(done.rowcount)


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # SQLAlchemy's own BEGIN, below
    cursor = connection.cursor()
    for pragma in (
        "journal_mode=WAL",
        "synchronous=NORMAL",
        "foreign_keys=ON",
        "busy_timeout=5000",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_immediate(connection: Any) -> None:
    # The default (deferred) lets two processes read, then both write: updates get lost.
    connection.exec_driver_sql("BEGIN IMMEDIATE")
