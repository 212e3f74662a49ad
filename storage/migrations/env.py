"""Alembic's entry: one set of migrations for SQLite and PostgreSQL."""

from alembic import context
from sqlalchemy import create_engine
from sqlmodel import SQLModel

import storage.tables  # noqa: F401  # fills the metadata
from storage.migrate import is_ours

engine = create_engine(context.config.attributes["url"])
try:
    with engine.connect() as connection:
        context.configure(
            connection=connection,
            target_metadata=SQLModel.metadata,
            render_as_batch=True,  # SQLite cannot alter tables in place
            include_name=is_ours,
        )
        with context.begin_transaction():
            context.run_migrations()
        connection.commit()
finally:
    engine.dispose()
