"""On PostgreSQL procrastinate's workers deliver: any replica, each prompt once."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import text

from storage.database import connect, transactions
from storage.outbox import Status, cancel, promise
from tests.bot.post_office import HELP, PostOffice
from tests.bot.queue import WEEK, ask, ask_to_do, delivered, is_delivered, job_count, working
from tests.microsoft.server import Rule


async def test_two_replicas_send_each_message_once(queue_url: str, queue: PostOffice) -> None:
    people = [await queue.meet(f"P{n} Aalto") for n in range(60)]
    for person in people[:30]:
        await queue.promise(person)
    engine = connect(queue_url)
    async with (
        queue.replica(transactions(engine)) as other,
        working(queue_url, queue),
        working(queue_url, other),
    ):
        for person in people[30:]:
            await queue.promise(person)
        await queue.until(lambda: delivered(queue))
        assert queue.pace.turns > 0
        assert other.pace.turns > 0
    await engine.dispose()

    assert set(queue.microsoft.delivered.values()) == {1}
    assert len(queue.microsoft.delivered) == 60
    assert await job_count(queue) == 0


async def test_a_promise_and_its_job_come_and_go_together(queue: PostOffice) -> None:
    aino = await queue.meet()
    async with queue.transaction() as db:
        assert await promise(db, HELP, queue.forum.id, aino.id, queue.clock())
        [(count,)] = await db.exec(text("SELECT count(*) FROM procrastinate_jobs"))  # type: ignore[call-overload]
        assert count == 1
        await db.rollback()
    assert await job_count(queue) == 0


async def test_a_second_promise_of_the_same_makes_no_second_job(queue: PostOffice) -> None:
    aino = await queue.meet()
    await queue.promise(aino)
    with pytest.raises(AssertionError):
        await queue.promise(aino)
    assert await job_count(queue) == 1


async def test_a_message_that_is_put_off_has_a_job_for_then(
    queue: PostOffice, queue_url: str
) -> None:
    number = await queue.promise(await queue.meet())
    queue.microsoft.rules = [Rule(status=429, retry_after=600)]

    async with working(queue_url, queue):
        await queue.until(lambda: put_off(queue, number))

    assert await ask(
        queue.transaction,
        "SELECT args ->> 'prompt', scheduled_at FROM procrastinate_jobs WHERE status = 'todo'",
    ) == [(str(number), (await queue.prompt(number)).due)]


async def put_off(office: PostOffice, number: int) -> bool:
    return (await office.prompt(number)).reason == "throttled"


async def test_what_is_due_later_is_sent_later_and_what_is_taken_back_never(
    queue: PostOffice, queue_url: str
) -> None:
    soon = queue.clock() + timedelta(seconds=1)
    people = [await queue.meet(f"P{n} Aalto") for n in range(3)]
    first = await queue.promise(people[0], due=soon)
    back = await queue.promise(people[1], due=soon)
    await queue.promise(people[2], due=soon + WEEK)
    async with queue.transaction() as db:
        await cancel(db, queue.clock(), "changed my mind", id=back)

    async with working(queue_url, queue):
        assert not queue.microsoft.delivered
        queue.clock.now = soon
        await queue.until(lambda: is_delivered(queue, first))

    assert dict(queue.microsoft.delivered) == {"a:p0": 1}
    assert await job_count(queue) == 1


async def test_a_worker_whose_connections_are_cut_goes_on(
    queue: PostOffice, queue_url: str
) -> None:
    people = [await queue.meet(f"P{n} Aalto") for n in range(3)]
    async with working(queue_url, queue) as worker:
        for person in people:
            await queue.promise(person)
            await queue.until(lambda: delivered(queue))
            await ask_to_do(
                queue.transaction,
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()",
            )
        assert worker.running
    assert set(queue.microsoft.delivered.values()) == {1}


async def test_a_worker_that_fails_is_started_again(
    queue: PostOffice, queue_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    number = await queue.promise(await queue.meet())
    await ask_to_do(queue.transaction, "ALTER TABLE procrastinate_workers RENAME TO away")
    async with working(queue_url, queue) as worker:
        await queue.until(lambda: logged(caplog, "the worker ended and is started again"))
        assert worker.running
        await ask_to_do(queue.transaction, "ALTER TABLE away RENAME TO procrastinate_workers")
        await queue.until(lambda: is_delivered(queue, number))


async def logged(caplog: pytest.LogCaptureFixture, line: str) -> bool:
    return line in caplog.text


async def test_what_somebody_waits_for_goes_first(queue: PostOffice) -> None:
    aino = await queue.meet()
    await queue.promise(aino, replace(HELP, initiative=True), occasion="unasked")
    await queue.promise(aino, occasion="asked")
    order = "SELECT (args ->> 'prompt')::int FROM procrastinate_jobs ORDER BY priority DESC, id"
    assert await ask(queue.transaction, order) == [(2,), (1,)]


async def test_told_to_stop_it_finishes_what_is_under_way(
    queue: PostOffice, queue_url: str
) -> None:
    number = await queue.promise(await queue.meet())
    queue.microsoft.rules = [Rule(delay=0.1)]
    async with working(queue_url, queue):
        await queue.until(lambda: begun(queue, number))
    assert await queue.fate(number) == (Status.DELIVERED, None)


async def begun(office: PostOffice, number: int) -> bool:
    return bool((await office.prompt(number)).token)


async def test_a_worker_can_be_stopped_when_there_is_no_database(queue: PostOffice) -> None:
    async with working("postgresql://nobody@127.0.0.1:1/nowhere", queue) as worker:
        assert worker.running
    assert not worker.running
