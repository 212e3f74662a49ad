"""The clock ticks on, whatever fails, hangs or takes long; and it stops gently."""

import asyncio
import logging
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy.exc import OperationalError
from sqlmodel import func, select

from bot.app import real_time, service
from bot.delivery import Delivery
from bot.pace import Pace
from bot.schedule import Schedule
from bot.sender import Sender
from bot.settings import Settings
from storage.database import Database, Transaction, connect, transactions
from storage.forum import Forum
from storage.outbox import Kind, Prompt, Status, accounts, promise
from tests.benchmarks.activities import APP_ID
from tests.bot.post_office import HELP, PostOffice
from tests.builders import NOW, TENANT, a_forum, a_person, join
from tests.microsoft.server import Microsoft, Rule
from tests.story import Clock
from tests.virtual_time import run


@pytest.fixture
async def office(transaction: Transaction) -> AsyncIterator[PostOffice]:
    async with PostOffice.opens(transaction) as opened:
        yield opened


class NoRoster:
    """Nobody comes and goes here."""

    async def read(self) -> None: ...


def schedule(office: PostOffice, *conversations: object, **more: Any) -> Schedule:
    return a_schedule(office.transaction, office.sender, office.clock, *conversations, **more)


def a_schedule(
    transaction: Transaction, sender: Sender, clock: Clock, *conversations: object, **more: Any
) -> Schedule:
    roster: Any = NoRoster()
    return Schedule(transaction, sender, roster, clock, conversations=conversations, **more)


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


def test_a_part_that_hangs_is_cut_off() -> None:
    """In time that does not have to be waited for."""

    @asynccontextmanager
    async def hangs() -> AsyncIterator[Database]:
        await asyncio.Event().wait()
        yield

    async def story() -> None:
        clock = Clock()
        delivery = Delivery(hangs, None, clock, Pace(48))  # type: ignore[arg-type]
        await a_schedule(hangs, Sender(hangs, delivery, clock), clock).tick()
        assert 180 < asyncio.get_running_loop().time() < 600

    run(story())


class Instant:
    """A Teams that takes everything at once."""

    def __init__(self) -> None:
        self.taken = 0

    async def post(self, service_url: str, conversation: str, message: Any) -> str:
        self.taken += 1
        return "1:1"

    async def create_personal(self, service_url: str, tenant: str, teams_id: str) -> str:
        raise AssertionError("everybody has a conversation")


def test_a_pile_is_sent_in_spells_so_that_the_clock_can_look_around(
    migrated_file: Path, tmp_path: Path
) -> None:
    shutil.copy(migrated_file, file := tmp_path / "vertti.db")

    async def story() -> None:
        engine, clock, teams = connect(f"sqlite:///{file}"), Clock(), Instant()
        transaction = transactions(engine)
        forum = a_forum()
        async with transaction() as db:
            for number in range(100):
                await join(db, forum, person := a_person(f"P{number} Aalto"))
                await promise(db, HELP, forum.id, person.id, NOW)
        delivery = Delivery(transaction, teams, clock, Pace(1))
        sender = Sender(transaction, delivery, clock)
        assert 60 <= await sender.send_due() < 80
        async with transaction() as db:
            assert (await accounts(db))[Status.SENDING] == 0
        await sender.send_due()
        assert teams.taken == 100
        await engine.dispose()

    run(story())


def test_it_sends_each_second_and_asks_what_is_due_every_ten(
    migrated_file: Path, tmp_path: Path
) -> None:
    shutil.copy(migrated_file, file := tmp_path / "vertti.db")

    async def story() -> None:
        engine, clock, teams, asked = (
            connect(f"sqlite:///{file}"),
            Clock(),
            Instant(),
            list[float](),
        )
        transaction = transactions(engine)
        loop = asyncio.get_running_loop()

        async def due(db: Database, forum: Forum, now: datetime) -> None:
            asked.append(loop.time())

        async with transaction() as db:
            db.add(forum := a_forum())
        sender = Sender(transaction, Delivery(transaction, teams, clock, Pace(48)), clock)
        ticking = a_schedule(transaction, sender, clock, SimpleNamespace(due=due))
        for second in range(25):
            async with transaction() as db:
                await promise(db, HELP, forum.id, None, NOW, occasion=second)
            await ticking.beat()
            assert teams.taken == second + 1
            await asyncio.sleep(1)
        assert [round(moment) for moment in asked] == [0, 10, 20]
        await ticking.tick()  # told to, it asks
        assert len(asked) == 4
        await engine.dispose()

    run(story())


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


async def test_two_whole_services_share_a_database_and_send_each_message_once(
    database_url: str,
) -> None:
    """As in production, with everything switched on: clocks, workers, limits."""
    async with Microsoft().running() as microsoft:
        settings = Settings.model_validate(
            {
                "app_id": APP_ID,
                "app_password": "nobody's",
                "app_tenant_id": TENANT,
                "database_url": database_url,
                "service_hosts": frozenset({microsoft.url.removeprefix("http://")}),
                "token_authority": f"{microsoft.url}/{TENANT}",
                "messages_per_second": 24,
            }
        )
        async with service(settings, real_time) as one, service(settings, real_time) as other:
            await _promise_to(60, one.transaction, microsoft.service_url)
            one.schedule.start()
            other.schedule.start()
            async with asyncio.timeout(60):
                while microsoft.delivered.total() < 60:  # noqa: ASYNC110
                    await asyncio.sleep(0.05)
        engine = connect(database_url)
        async with transactions(engine)() as db:
            assert await accounts(db) == {"delivered": 60}
        await engine.dispose()
    assert set(microsoft.delivered.values()) == {1}
    assert microsoft.stats()["violations"] == {}


async def _promise_to(count: int, transaction: Transaction, service_url: str) -> None:
    kind = Kind("help.show", initiative=False)
    async with transaction() as db:
        forum = a_forum(service_url=service_url, roster_read=datetime(2999, 1, 1, tzinfo=UTC))
        for number in range(count):
            await join(db, forum, person := a_person(f"P{number} Aalto"))
            await promise(db, kind, forum.id, person.id, datetime.now(UTC))
