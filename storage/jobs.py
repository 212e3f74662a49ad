"""The jobs of procrastinate, one for each prompt that waits; on PostgreSQL only.

A job holds nothing but its prompt's id and is deferred in the transaction that writes the prompt,
so neither can exist without the other. The prompt's row alone decides whether something is sent:
a job too many does no harm, and one too few is made good by the sweep.

Procrastinate's own tables are spoken to through its SQL functions (its schema is applied by
migration 0002), because deferring has to happen on the connection of the transaction.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import text

from storage.database import Database

QUEUE, TASK = "outbox", "deliver"
DEAD = 30  # seconds without a heartbeat after which a worker is taken for dead
_SWEEPING = 20270511  # the key of the lock that lets one replica sweep at a time

# What somebody waits for goes before what nobody asked for.
_DEFER: Any = text(
    """
    SELECT procrastinate_defer_jobs_v1(array_agg(CAST(ROW(
        CAST(:queue AS text), CAST(:task AS text), CASE WHEN initiative THEN 0 ELSE 1 END,
        NULL, NULL, jsonb_build_object('prompt', id), CASE WHEN :at_once THEN NULL ELSE due END
    ) AS procrastinate_job_to_defer_v1)))
    FROM prompt WHERE id = ANY(:prompts)
    """
)
# A job that is being done counts for nothing: its worker may be dead, or cut off for ever.
_WITHOUT_JOB: Any = text(
    """
    SELECT id FROM prompt WHERE status = 'waiting' AND due < :late AND NOT EXISTS (
        SELECT FROM procrastinate_jobs AS job
        WHERE job.queue_name = :queue AND job.status = 'todo'
        AND job.args ->> 'prompt' = CAST(prompt.id AS text)
        AND (job.scheduled_at IS NULL OR job.scheduled_at <= now())
    )
    """
)
_ONE_AT_A_TIME: Any = text("SELECT pg_try_advisory_xact_lock(:key)")
_PRUNE: Any = text("SELECT procrastinate_prune_stalled_workers_v1(:seconds)")
_CLEAR: Any = text(
    "DELETE FROM procrastinate_jobs"
    " WHERE queue_name = :queue AND status <> 'todo' AND worker_id IS NULL"
)


async def defer(db: Database, prompts: Sequence[int], *, at_once: bool = False) -> None:
    """Have these prompts delivered when they are due by the database's clock, or now."""
    given = {"queue": QUEUE, "task": TASK, "prompts": list(prompts), "at_once": at_once}
    await db.exec(_DEFER, params=given)


async def sweep(db: Database, late: datetime) -> int:
    """Defer anew what has been due since before `late` and has no job; how many.

    Jobs get lost when a worker dies, loses its connection or comes from an older release.
    """
    [(ours,)] = await db.exec(_ONE_AT_A_TIME, params={"key": _SWEEPING})
    if not ours:
        return 0
    await db.exec(_PRUNE, params={"seconds": DEAD})
    await db.exec(_CLEAR, params={"queue": QUEUE})
    orphans = await db.exec(_WITHOUT_JOB, params={"late": late, "queue": QUEUE})
    prompts = [prompt for (prompt,) in orphans]
    if prompts:
        await defer(db, prompts, at_once=True)
    return len(prompts)
