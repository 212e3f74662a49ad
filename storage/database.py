"""One engine, one transaction at a time; SQLite by default, PostgreSQL by URL."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from functools import cache
from typing import Any

from sqlalchemy import JSON, bindparam
from sqlalchemy.dialects import postgresql
from sqlalchemy.dialects.sqlite import insert as insert_into_sqlite
from sqlalchemy.engine import make_url
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as NoConnectionInTime
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlmodel import SQLModel
from sqlmodel.ext.asyncio.session import AsyncSession

from storage import sqlite

NAMING = {
    "ix": "ix_%(column_0_label)s",
    "uq": "uq_%(table_name)s_%(column_0_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}
SQLModel.metadata.naming_convention = NAMING

Json = JSON().with_variant(postgresql.JSONB(), "postgresql")

# Locked, full, away or busy: nothing was stored, and the same may go through in a moment.
Unavailable = (OperationalError, NoConnectionInTime)
CONNECT_PATIENCE = 5  # seconds; a person waits for the answer


_NO_TRACE = "leave no trace"


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
            where.set(drivername="postgresql+psycopg"),
            pool_size=8,
            pool_pre_ping=True,
            pool_timeout=CONNECT_PATIENCE,
            connect_args={"connect_timeout": CONNECT_PATIENCE},
        )
    return sqlite.engine(where)


def reason(error: Exception) -> str:
    """What the database said, in one line, without the statement and what people wrote in it."""
    return " ".join(str(getattr(error, "orig", None) or type(error).__name__).split())[:200]


def on_postgres(engine: AsyncEngine) -> bool:
    return engine.dialect.name == "postgresql"


def transactions(engine: AsyncEngine) -> Transaction:
    """Make `async with transaction() as db:` - all of the block is stored, or none of it.

    Never wait for the network inside the block: on SQLite everybody else waits too.
    """

    traces = True  # after a start, too: a crash may have left some

    @asynccontextmanager
    async def transaction() -> AsyncIterator[Database]:
        nonlocal traces
        async with Database(engine, expire_on_commit=False) as db, db.begin():
            yield db
        traces = traces or _NO_TRACE in db.info
        if traces and engine.dialect.name == "sqlite":
            traces = not await sqlite.empty_log(engine)

    return transaction


def leave_no_trace(db: Database) -> None:
    """Have no copy of what this transaction deletes stay in a log file beside the database."""
    db.info[_NO_TRACE] = True


async def insert_once(db: Database, row: SQLModel) -> bool:
    """Insert a row unless its unique key is taken, also when two replicas try at once.

    Returns whether it was inserted. The row object itself stays outside the session.
    """
    values = row.model_dump()
    if values.get("id", 0) is None:
        del values["id"]
    return await insert_values_once(db, type(row), values)


async def insert_values_once(db: Database, table: type[SQLModel], values: dict[str, Any]) -> bool:
    """The same for plain values, one for each column."""
    done = await db.exec(_insert(table, db.on_postgres, "id" in values), params=values)
    return bool(done.rowcount)


@cache
def _insert(table: type[SQLModel], postgres: bool, with_id: bool) -> Any:
    insert: Any = postgresql.insert if postgres else insert_into_sqlite
    core = SQLModel.metadata.tables[str(table.__tablename__)]  # the ORM's insert tells no count
    values: dict[str, Any] = {
        c.name: bindparam(c.name) for c in core.columns if with_id or c.name != "id"
    }
    made: Any = insert(core).values(values).on_conflict_do_nothing()
    return made.execution_options(preserve_rowcount=True)  # without it PostgreSQL's is lost
