"""SQLite without a thread between: calls go straight from the event loop into the library.

A statement on a local file takes some ten microseconds; handing each to aiosqlite's thread and
back (nineteen times a turn) took more than half of a whole turn's time (`make bench`). Only
waiting for a lock could take long, so that is done asynchronously, here. Commits do not wait
for the disk (WAL, synchronous=NORMAL).
"""

import asyncio
import sqlite3
import time
from typing import Any

from sqlalchemy import AsyncAdaptedQueuePool, event
from sqlalchemy.dialects import registry
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.engine import URL
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.util import await_only

PATIENCE = 5.0  # seconds to wait for another process's lock
PAUSE = 0.02


class DirectSQLite(SQLiteDialect_pysqlite):
    """The standard library's sqlite3 behind SQLAlchemy's asynchronous engine."""

    driver = "direct"
    is_async = True
    supports_statement_cache = True


registry.register("sqlite.direct", __name__, "DirectSQLite")


def engine(where: URL) -> AsyncEngine:
    """One connection: writers queue up fairly here instead of polling a locked file."""
    made = create_async_engine(
        where.set(drivername="sqlite+direct"),
        poolclass=AsyncAdaptedQueuePool,
        pool_size=1,
        max_overflow=0,
        pool_timeout=PATIENCE,
        connect_args={"check_same_thread": False},
    )
    event.listen(made.sync_engine, "connect", _prepare)
    event.listen(made.sync_engine, "begin", _begin)
    return made


async def empty_log(made: AsyncEngine) -> bool:
    """Move everything from the write-ahead log into the database file; False: somebody reads."""
    async with made.connect() as connection:
        raw: Any = (await connection.get_raw_connection()).driver_connection
        [(busy, _, _)] = raw.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    return not busy


def _prepare(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # SQLAlchemy's own BEGIN, below
    for pragma in (
        "journal_mode=WAL",
        "synchronous=NORMAL",
        "foreign_keys=ON",
        "busy_timeout=0",
        "secure_delete=ON",  # what is deleted is overwritten, so that erased means gone
    ):
        connection.execute(f"PRAGMA {pragma}").close()


def _begin(connection: Any) -> None:
    # The default (deferred) lets two processes read, then both write: updates get lost.
    raw: sqlite3.Connection = connection.connection.driver_connection
    until = time.monotonic() + PATIENCE
    while True:
        try:
            raw.execute("BEGIN IMMEDIATE").close()
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > until:
                connection.exec_driver_sql("BEGIN IMMEDIATE")  # raises it as SQLAlchemy's own
                return
            await_only(asyncio.sleep(PAUSE))
        else:
            return
