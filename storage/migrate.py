"""Bring a database to the newest shape; Alembic without a configuration file."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, make_url

import storage.tables  # noqa: F401  # Alembic compares with every table

MIGRATIONS = Path(__file__).parent / "migrations"


def migrate(url: str, to: str = "head") -> None:
    """Create or upgrade the tables of `sqlite:///…` or `postgresql://…`. Safe to repeat."""
    command.upgrade(_config(url), to)


def _config(url: str) -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["url"] = synchronous(url)
    return config


def synchronous(url: str) -> str:
    where = make_url(url)
    postgres = where.get_backend_name() == "postgresql"
    driver = "postgresql+psycopg" if postgres else "sqlite"
    return where.set(drivername=driver).render_as_string(hide_password=False)


def newest() -> str | None:
    """The last revision there is; storage/version.py says the same without Alembic."""
    return ScriptDirectory.from_config(_config("sqlite://")).get_current_head()


def revise(url: str, message: str, number: str) -> None:
    """Write a new revision from the difference between tables and database (developers)."""
    command.revision(_config(url), message, autogenerate=True, rev_id=number)


def is_ours(name: str | None, kind: str, _parents: object) -> bool:
    """Whether Alembic is to compare this; procrastinate's tables are revised by hand."""
    return not (kind == "table" and str(name).startswith("procrastinate_"))


def differences(url: str) -> list[object]:
    """What Alembic would still change; nothing when tables and migrations agree."""
    from alembic.autogenerate import compare_metadata  # noqa: PLC0415  # only for this check
    from sqlmodel import SQLModel  # noqa: PLC0415

    engine = create_engine(synchronous(url))
    try:
        with engine.connect() as connection:
            context = MigrationContext.configure(connection, opts={"include_name": is_ours})
            return list(compare_metadata(context, SQLModel.metadata))
    finally:
        engine.dispose()
