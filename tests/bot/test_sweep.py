"""Jobs that get lost are made good, and jobs too many do no harm."""

from datetime import timedelta

import pytest
from sqlalchemy import text

from storage import jobs
from storage.outbox import Status
from tests.bot.post_office import HELP, PostOffice
from tests.bot.queue import WEEK, ask_to_do, is_delivered, job_count, working


@pytest.mark.parametrize(
    "sabotage",
    [
        "DELETE FROM procrastinate_jobs",
        "UPDATE procrastinate_jobs SET status = 'failed'",
        "UPDATE procrastinate_jobs SET status = 'doing'",
        # A worker that has died, and one that lost its connection and its job but lives on.
        "WITH dead AS (INSERT INTO procrastinate_workers (last_heartbeat)"
        " VALUES (now() - interval '1 hour') RETURNING id)"
        " UPDATE procrastinate_jobs SET status = 'doing', worker_id = (SELECT id FROM dead)",
        "WITH alive AS (INSERT INTO procrastinate_workers DEFAULT VALUES RETURNING id)"
        " UPDATE procrastinate_jobs SET status = 'doing', worker_id = (SELECT id FROM alive)",
        "UPDATE procrastinate_jobs SET scheduled_at = now() + interval '1 day'",
    ],
)
async def test_what_has_lost_its_job_is_swept_up(
    queue: PostOffice, queue_url: str, sabotage: str
) -> None:
    number = await queue.promise(await queue.meet())
    early = await queue.promise(await queue.meet("Bo Berg"), due=queue.clock() + WEEK)
    async with queue.transaction() as db:
        await db.exec(text(sabotage))  # type: ignore[call-overload]
    async with queue.transaction() as db:
        assert await jobs.sweep(db, queue.clock() + timedelta(seconds=1)) == 1
    async with queue.transaction() as db:
        assert await jobs.sweep(db, queue.clock() + timedelta(seconds=1)) == 0

    async with working(queue_url, queue):
        await queue.until(lambda: is_delivered(queue, number))

    assert dict(queue.microsoft.delivered) == {"a:aino": 1}
    assert (await queue.prompt(early)).status == Status.WAITING


async def test_what_has_a_job_is_not_swept(queue: PostOffice) -> None:
    await queue.promise(await queue.meet())
    async with queue.transaction() as db:
        assert await jobs.sweep(db, queue.clock() + timedelta(seconds=1)) == 0
    assert await job_count(queue) == 1


async def test_one_replica_sweeps_at_a_time(queue: PostOffice) -> None:
    await queue.promise(await queue.meet())
    await ask_to_do(queue.transaction, "DELETE FROM procrastinate_jobs")
    late = queue.clock() + timedelta(seconds=1)
    async with queue.transaction() as db, queue.transaction() as other:
        assert await jobs.sweep(db, late) == 1
        assert await jobs.sweep(other, late) == 0


async def test_a_job_too_many_does_no_harm(queue: PostOffice, queue_url: str) -> None:
    number = await queue.promise(await queue.meet(), HELP)
    async with queue.transaction() as db:
        await jobs.defer(db, [number, number, number])
        await jobs.defer(db, [number], at_once=True)
        await jobs.defer(db, [])
    async with working(queue_url, queue):
        await queue.until(lambda: no_jobs(queue))
    assert dict(queue.microsoft.delivered) == {"a:aino": 1}


async def no_jobs(office: PostOffice) -> bool:
    return await job_count(office) == 0
