"""The tables and functions of procrastinate's queue; PostgreSQL only.

The schema of its release 3.10, as it was then: a newer release brings migrations of its own
(procrastinate/sql/migrations), and each of those is to be applied by a new revision here.
"""

from pathlib import Path

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

SCHEMA = Path(__file__).parents[1] / "procrastinate_3_10.sql"
DROP = """
    DROP TABLE procrastinate_events, procrastinate_periodic_defers,
        procrastinate_jobs, procrastinate_workers CASCADE;
    DO $$
    DECLARE
        made record;
    BEGIN
        FOR made IN SELECT oid::regprocedure AS name FROM pg_proc
            WHERE proname LIKE 'procrastinate\\_%' AND pronamespace = current_schema()::regnamespace
        LOOP
            EXECUTE format('DROP FUNCTION %s CASCADE', made.name);
        END LOOP;
    END;
    $$;
    DROP TYPE procrastinate_job_to_defer_v1, procrastinate_job_status,
        procrastinate_job_event_type;
"""


def upgrade() -> None:
    _run(SCHEMA.read_text(encoding="utf-8"))


def downgrade() -> None:
    _run(DROP)


def _run(statements: str) -> None:
    """Straight by the driver: many statements at once, and percent signs that mean nothing."""
    connection = op.get_bind()
    if connection.dialect.name == "postgresql":
        connection.connection.driver_connection.execute(statements)
