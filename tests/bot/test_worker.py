"""On PostgreSQL procrastinate's workers deliver: any replica, each prompt once, come what may."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import text

from bot.worker import Worker
from storage import jobs
from storage.database import Transaction, connect, transactions
from storage.outbox import Status, cancel, promise
from tests.bot.post_office import HELP, PostOffice
from tests.microsoft.server import Rule
from tests.postgres import Postgres

WEEK = timedelta(days=7)


@pytest.fixture
def url(postgres: Postgres) -> Any:
    with postgres.database() as url:
        yield url


@pytest.fixture
async def office(url: str) -> AsyncIterator[PostOffice]:
    engine = connect(url)
    async with PostOffice.opens(transactions(engine)) as opened:
        # Jobs are due by the database's clock, which nobody can move.
        opened.clock.now = datetime.now(UTC)
        yield opened
    await engine.dispose()


@asynccontextmanager
async def working(url: str, office: PostOffice) -> AsyncIterator[Worker]:
    worker = Worker(url, office.delivery, restart=0.1)
    worker.start()
    try:
        yield worker
    finally:
        await worker.stop()


async def ask(transaction: Transaction, question: str) -> list[Any]:
    async with transaction() as db:
        return list((await db.exec(text(question))).all())  # type: ignore[call-overload]


async def job_count(office: PostOffice) -> int:
    [(count,)] = await ask(office.transaction, "SELECT count(*) FROM procrastinate_jobs")
    return int(count)


async def delivered(office: PostOffice) -> bool:
    return await office.all_is(Status.DELIVERED)


async def test_two_replicas_send_each_message_once(url: str, office: PostOffice) -> None:
    people = [await office.meet(f"P{n} Aalto") for n in range(60)]
    for person in people[:30]:
        await office.promise(person)
    engine = connect(url)
    async with (
        office.replica(transactions(engine)) as other,
        working(url, office),
        working(url, other),
    ):
        for person in people[30:]:
            await office.promise(person)
        await office.until(lambda: delivered(office))
        assert office.pace.turns > 0
        assert other.pace.turns > 0
    await engine.dispose()

    assert set(office.microsoft.delivered.values()) == {1}
    assert len(office.microsoft.delivered) == 60
    assert await job_count(office) == 0


async def test_a_promise_and_its_job_come_and_go_together(office: PostOffice) -> None:
    aino = await office.meet()
    async with office.transaction() as db:
        assert await promise(db, HELP, office.forum.id, aino.id, office.clock())
        [(count,)] = await db.exec(text("SELECT count(*) FROM procrastinate_jobs"))  # type: ignore[call-overload]
        assert count == 1
        await db.rollback()
    assert await job_count(office) == 0


async def test_a_second_promise_of_the_same_makes_no_second_job(office: PostOffice) -> None:
    aino = await office.meet()
    await office.promise(aino)
    with pytest.raises(AssertionError):
        await office.promise(aino)
    assert await job_count(office) == 1


async def test_a_message_that_is_put_off_has_a_job_for_then(office: PostOffice, url: str) -> None:
    number = await office.promise(await office.meet())
    office.microsoft.rules = [Rule(status=429, retry_after=600)]

    async with working(url, office):
        await office.until(lambda: put_off(office, number))

    assert await ask(
        office.transaction,
        "SELECT args ->> 'prompt', scheduled_at FROM procrastinate_jobs WHERE status = 'todo'",
    ) == [(str(number), (await office.prompt(number)).due)]


async def put_off(office: PostOffice, number: int) -> bool:
    return (await office.prompt(number)).reason == "throttled"


async def test_what_is_due_later_is_sent_later_and_what_is_taken_back_never(
    office: PostOffice, url: str
) -> None:
    soon = office.clock() + timedelta(seconds=1)
    people = [await office.meet(f"P{n} Aalto") for n in range(3)]
    first = await office.promise(people[0], due=soon)
    back = await office.promise(people[1], due=soon)
    await office.promise(people[2], due=soon + WEEK)
    async with office.transaction() as db:
        await cancel(db, office.clock(), "changed my mind", id=back)

    async with working(url, office):
        assert not office.microsoft.delivered
        office.clock.now = soon
        await office.until(lambda: is_delivered(office, first))

    assert dict(office.microsoft.delivered) == {"a:p0": 1}
    assert await job_count(office) == 1


async def is_delivered(office: PostOffice, number: int) -> bool:
    return (await office.prompt(number)).status == Status.DELIVERED


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
    office: PostOffice, url: str, sabotage: str
) -> None:
    number = await office.promise(await office.meet())
    early = await office.promise(await office.meet("Bo Berg"), due=office.clock() + WEEK)
    async with office.transaction() as db:
        await db.exec(text(sabotage))  # type: ignore[call-overload]
    async with office.transaction() as db:
        assert await jobs.sweep(db, office.clock() + timedelta(seconds=1)) == 1
    async with office.transaction() as db:
        assert await jobs.sweep(db, office.clock() + timedelta(seconds=1)) == 0

    async with working(url, office):
        await office.until(lambda: is_delivered(office, number))

    assert dict(office.microsoft.delivered) == {"a:aino": 1}
    assert (await office.prompt(early)).status == Status.WAITING


async def test_what_has_a_job_is_not_swept(office: PostOffice) -> None:
    await office.promise(await office.meet())
    async with office.transaction() as db:
        assert await jobs.sweep(db, office.clock() + timedelta(seconds=1)) == 0
    assert await job_count(office) == 1


async def test_one_replica_sweeps_at_a_time(office: PostOffice) -> None:
    await office.promise(await office.meet())
    await ask_to_do(office.transaction, "DELETE FROM procrastinate_jobs")
    late = office.clock() + timedelta(seconds=1)
    async with office.transaction() as db, office.transaction() as other:
        assert await jobs.sweep(db, late) == 1
        assert await jobs.sweep(other, late) == 0


async def ask_to_do(transaction: Transaction, statement: str) -> None:
    async with transaction() as db:
        await db.exec(text(statement))  # type: ignore[call-overload]


async def test_a_worker_whose_connections_are_cut_goes_on(office: PostOffice, url: str) -> None:
    people = [await office.meet(f"P{n} Aalto") for n in range(3)]
    async with working(url, office) as worker:
        for person in people:
            await office.promise(person)
            await office.until(lambda: delivered(office))
            await ask_to_do(
                office.transaction,
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()",
            )
        assert worker.running
    assert set(office.microsoft.delivered.values()) == {1}


async def test_a_worker_that_fails_is_started_again(
    office: PostOffice, url: str, caplog: pytest.LogCaptureFixture
) -> None:
    number = await office.promise(await office.meet())
    await ask_to_do(office.transaction, "ALTER TABLE procrastinate_workers RENAME TO away")
    async with working(url, office) as worker:
        await office.until(lambda: logged(caplog, "the worker ended and is started again"))
        assert worker.running
        await ask_to_do(office.transaction, "ALTER TABLE away RENAME TO procrastinate_workers")
        await office.until(lambda: is_delivered(office, number))


async def logged(caplog: pytest.LogCaptureFixture, line: str) -> bool:
    return line in caplog.text


async def test_what_somebody_waits_for_goes_first(office: PostOffice) -> None:
    aino = await office.meet()
    await office.promise(aino, replace(HELP, initiative=True), occasion="unasked")
    await office.promise(aino, occasion="asked")
    order = "SELECT (args ->> 'prompt')::int FROM procrastinate_jobs ORDER BY priority DESC, id"
    assert await ask(office.transaction, order) == [(2,), (1,)]


async def test_told_to_stop_it_finishes_what_is_under_way(office: PostOffice, url: str) -> None:
    number = await office.promise(await office.meet())
    office.microsoft.rules = [Rule(delay=0.1)]
    async with working(url, office):
        await office.until(lambda: begun(office, number))
    assert await office.fate(number) == (Status.DELIVERED, None)


async def begun(office: PostOffice, number: int) -> bool:
    return bool((await office.prompt(number)).token)


async def test_a_worker_can_be_stopped_when_there_is_no_database(office: PostOffice) -> None:
    async with working("postgresql://nobody@127.0.0.1:1/nowhere", office) as worker:
        assert worker.running
    assert not worker.running


async def test_a_job_too_many_does_no_harm(office: PostOffice, url: str) -> None:
    number = await office.promise(await office.meet(), HELP)
    async with office.transaction() as db:
        await jobs.defer(db, [number, number, number])
        await jobs.defer(db, [number], at_once=True)
        await jobs.defer(db, [])
    async with working(url, office):
        await office.until(lambda: no_jobs(office))
    assert dict(office.microsoft.delivered) == {"a:aino": 1}


async def no_jobs(office: PostOffice) -> bool:
    return await job_count(office) == 0
