"""From nothing to the newest shape, on both databases; and the engine's schema is the engine's."""

import sqlite3
from pathlib import Path

import psycopg
from alembic import command
from procrastinate.schema import SchemaManager
from sqlmodel import SQLModel

import storage.migrations
from storage.database import connect
from storage.migrate import _config, differences, migrate, newest
from storage.version import NEWEST, is_newest
from tests.postgres import Postgres

MIGRATIONS = Path(storage.migrations.__path__[0])


def test_tables_and_migrations_agree(database_url: str) -> None:
    assert differences(database_url) == []


async def test_a_migrated_database_is_the_newest(database_url: str) -> None:
    engine = connect(database_url)
    assert await is_newest(engine)
    migrate(database_url)  # safe to repeat
    assert await is_newest(engine)
    await engine.dispose()


async def test_an_empty_database_is_not(tmp_path: Path) -> None:
    engine = connect(f"sqlite:///{tmp_path / 'empty.db'}")
    assert not await is_newest(engine)
    await engine.dispose()


def test_there_is_a_way_back(database_url: str) -> None:
    command.downgrade(_config(database_url), "base")
    assert names(database_url) <= {"alembic_version"}
    migrate(database_url)
    assert differences(database_url) == []
    assert set(SQLModel.metadata.tables) < names(database_url)


def names(url: str) -> set[str]:
    """Everything that has been made in a database, but for indices."""
    if url.startswith("sqlite"):
        with sqlite3.connect(url.removeprefix("sqlite:///")) as file:
            found = file.execute(
                "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%'"
            ).fetchall()
        file.close()
    else:
        with psycopg.connect(url) as connection:
            found = connection.execute(
                "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace"
                " AND relkind = 'r' UNION SELECT proname FROM pg_proc"
                " WHERE pronamespace = 'public'::regnamespace UNION SELECT typname FROM pg_type"
                " WHERE typnamespace = 'public'::regnamespace AND typtype = 'e'"
            ).fetchall()
    return {str(name) for (name,) in found}


def test_the_queue_s_schema_is_that_of_the_queue_s_release() -> None:
    """When this fails, procrastinate was updated: apply its new migrations in a new revision,
    and compare what both ways make instead of comparing the text."""
    ours = (MIGRATIONS / "procrastinate_3_10.sql").read_text(encoding="utf-8")
    assert ours == SchemaManager.get_schema()


def test_the_queue_is_on_postgresql_only(database_url: str) -> None:
    queue = {name for name in names(database_url) if name.startswith("procrastinate_")}
    assert bool(queue) == database_url.startswith("postgresql")


def test_what_the_queue_offers_is_there(postgres: Postgres) -> None:
    """The functions of procrastinate that are called by name."""
    with postgres.database() as url:
        assert {
            "procrastinate_defer_jobs_v1",
            "procrastinate_prune_stalled_workers_v1",
            "procrastinate_jobs",
        } <= names(url)


def test_the_code_expects_the_last_revision() -> None:
    assert newest() == NEWEST
