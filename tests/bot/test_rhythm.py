"""How often and how long the clock works, in time that does not have to be waited for."""

import asyncio
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path
from types import SimpleNamespace

from bot.delivery import Delivery
from bot.pace import Pace
from bot.sender import Sender
from storage.database import Database, connect, transactions
from storage.forum import Forum
from storage.outbox import Status, accounts, promise
from tests.bot.post_office import HELP
from tests.bot.ticking import Instant, a_schedule
from tests.builders import NOW, a_forum, a_person, join
from tests.story import Clock
from tests.virtual_time import run


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
