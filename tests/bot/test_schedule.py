"""The clock ticks on, whatever fails, hangs or takes long; and it stops gently."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy.exc import OperationalError
from sqlmodel import func, select

from bot.delivery import Delivery
from bot.pace import Pace
from bot.schedule import Schedule
from bot.sender import Sender
from storage.database import Database, connect, transactions
from storage.forum import Forum
from storage.outbox import Prompt, promise
from tests.bot.post_office import HELP, PostOffice
from tests.bot.ticking import a_schedule
from tests.builders import a_forum
from tests.microsoft.server import Rule
from tests.story import Clock


def schedule(office: PostOffice, *conversations: object, **more: Any) -> Schedule:
    return a_schedule(office.transaction, office.sender, office.clock, *conversations, **more)


@asynccontextmanager
async def no_database() -> AsyncIterator[Database]:
    raise OperationalError("BEGIN", None, Exception("gone"))
    yield


async def fails(db: Database, forum: Forum, now: datetime) -> None:
    raise RuntimeError("a bug in a conversation")


async def promises(db: Database, forum: Forum, now: datetime) -> None:
    await promise(db, HELP, forum.id, None, now, occasion=now.date())


FAILS, PROMISES, SAYS_NOTHING = (
    SimpleNamespace(due=fails),
    SimpleNamespace(due=promises),
    SimpleNamespace(),
)


async def test_a_conversation_that_fails_holds_up_no_other(
    office: PostOffice, caplog: pytest.LogCaptureFixture
) -> None:
    await schedule(office, FAILS, SAYS_NOTHING, PROMISES).tick()

    assert await office.accounts() == {"delivered": 1}
    assert "could not say what is due" in caplog.text


async def test_what_is_due_is_promised_once_by_all_replicas_and_ticks(
    office: PostOffice, database_url: str
) -> None:
    engine = connect(database_url)
    async with office.replica(transactions(engine)) as other:
        clocks = [schedule(office, PROMISES), schedule(other, PROMISES)]
        await asyncio.gather(*(one.tick() for one in clocks for _ in range(5)))
    await engine.dispose()

    assert office.microsoft.delivered.total() == 1
    async with office.transaction() as db:
        assert (await db.exec(select(func.count()).select_from(Prompt))).one() == 1


async def test_a_tick_never_raises(caplog: pytest.LogCaptureFixture) -> None:
    clock = Clock()
    delivery = Delivery(no_database, None, clock, Pace(48))  # type: ignore[arg-type]
    await a_schedule(no_database, Sender(no_database, delivery, clock), clock).tick()
    failed = [r for r in caplog.records if "a part of the tick failed" in r.message]
    assert len(failed) == 3


async def test_the_clock_goes_on_when_ticks_fail(caplog: pytest.LogCaptureFixture) -> None:
    """In its own thread of time: the real scheduler, every few milliseconds."""
    clock, ticks = Clock(), 0
    several = asyncio.Event()

    @asynccontextmanager
    async def away() -> AsyncIterator[Database]:
        nonlocal ticks
        ticks += 1
        if ticks > 20:
            several.set()
        raise OperationalError("BEGIN", None, Exception("gone"))
        yield

    caplog.set_level(logging.CRITICAL)
    delivery = Delivery(away, None, clock, Pace(48))  # type: ignore[arg-type]
    ticking = a_schedule(away, Sender(away, delivery, clock), clock, every=0.01)
    ticking.start()
    try:
        async with asyncio.timeout(20):
            await several.wait()
    finally:
        await ticking.stop()


async def test_one_tick_at_a_time(office: PostOffice) -> None:
    inside = most = 0

    async def slow(db: Database, forum: Forum, now: datetime) -> None:
        nonlocal inside, most
        inside += 1
        most = max(most, inside)
        await asyncio.sleep(0)
        inside -= 1

    async with office.transaction() as db:
        db.add(a_forum(team_id="19:other@thread.tacv2"))
    ticking = schedule(office, SimpleNamespace(due=slow))
    await asyncio.gather(*(ticking.tick() for _ in range(4)))
    assert most == 1


async def test_told_to_stop_it_finishes_what_is_under_way_and_begins_nothing(
    office: PostOffice,
) -> None:
    people = [await office.meet(f"P{n} Aalto") for n in range(100)]
    for person in people:
        await office.promise(person)
    office.microsoft.rules = [Rule(delay=0.05)]
    ticking = schedule(office, every=0.01)
    ticking.start()
    await office.until(lambda: something_has_arrived(office))
    await ticking.stop()

    found = await office.accounts()
    assert set(found) == {"delivered", "waiting"}
    assert found["delivered"] == office.microsoft.delivered.total() < 100


async def something_has_arrived(office: PostOffice) -> bool:
    return office.microsoft.delivered.total() > 0
