"""Times keep their zone, a row is inserted once, and no update gets lost, on both databases."""

import asyncio
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy.exc import StatementError
from sqlmodel import select

from storage.database import Transaction, connect, insert_once, transactions
from storage.forum import Forum
from storage.inbox import SeenActivity, forget_old, is_new
from storage.outbox import Kind, Prompt, promise
from tests.builders import NOW, a_forum, a_person

HELSINKI = ZoneInfo("Europe/Helsinki")


@pytest.mark.parametrize(
    "moment",
    [
        NOW,
        datetime(2027, 7, 1, 9, tzinfo=HELSINKI),
        datetime(2027, 10, 31, 3, 30, tzinfo=HELSINKI, fold=0),
        datetime(2027, 10, 31, 3, 30, tzinfo=HELSINKI, fold=1),
        datetime(2027, 5, 11, 7, 0, 0, 123456, tzinfo=UTC),
    ],
)
async def test_a_moment_comes_back_as_the_same_moment(
    transaction: Transaction, moment: datetime
) -> None:
    async with transaction() as db:
        db.add(a_forum(roster_read=moment))
    async with transaction() as db:
        [found] = (await db.exec(select(Forum.roster_read))).all()
        assert found is not None
        assert found.tzinfo is not None
        assert found.utcoffset() == timedelta(0)
        assert found == moment.astimezone(UTC)
        same = select(Forum.id).where(Forum.roster_read == moment)  # asked in another zone
        assert (await db.exec(same)).first() == 1


async def test_a_moment_without_a_zone_is_refused(transaction: Transaction) -> None:
    with pytest.raises(StatementError):
        async with transaction() as db:
            db.add(a_forum(roster_read=datetime(2027, 5, 11)))  # noqa: DTZ001


async def test_what_is_due_is_due_in_every_zone(transaction: Transaction) -> None:
    async with transaction() as db:
        db.add(forum := a_forum())
        await db.flush()
        await promise(
            db, Kind("help.show"), forum.id, None, datetime(2027, 7, 1, 9, tzinfo=HELSINKI)
        )
        for hour, found in ((5, None), (6, 1)):  # UTC
            now = datetime(2027, 7, 1, hour, tzinfo=UTC)
            assert (await db.exec(select(Prompt.id).where(Prompt.due <= now))).first() == found


async def test_of_many_at_once_one_inserts(database_url: str) -> None:
    """Two replicas, each with many transactions."""
    engines = [connect(database_url), connect(database_url)]

    async def insert(transaction: Transaction) -> tuple[bool, bool]:
        async with transaction() as db:
            new = await is_new(db, "a:aino", "f:1", NOW)
            return new, await insert_once(db, a_person())

    done = await asyncio.gather(*(insert(transactions(engine)) for engine in engines * 10))

    assert sorted(done) == [(False, False)] * 19 + [(True, True)]
    for engine in engines:
        await engine.dispose()


async def test_of_two_transactions_the_second_knows_that_it_came_too_late(
    transaction: Transaction,
) -> None:
    async with transaction() as db:
        assert await insert_once(db, a_person())
        assert not await insert_once(db, a_person())
    async with transaction() as db:
        assert not await insert_once(db, a_person())
        assert await insert_once(db, a_person("Bo Berg"))


async def test_an_error_takes_everything_back(transaction: Transaction) -> None:
    async def fail() -> None:
        async with transaction() as db:
            db.add(a_forum())
            await db.flush()
            raise RuntimeError

    with pytest.raises(RuntimeError):
        await fail()
    async with transaction() as db:
        assert (await db.exec(select(Forum))).all() == []


async def test_old_activities_are_forgotten(transaction: Transaction) -> None:
    async with transaction() as db:
        for days in (0, 1, 3):
            assert await is_new(db, "a:aino", f"f:{days}", NOW - timedelta(days=days))
        await forget_old(db, NOW)
        assert len((await db.exec(select(SeenActivity))).all()) == 2
        assert await is_new(db, "a:aino", "f:3", NOW)
        assert not await is_new(db, "a:aino", "f:1", NOW)


COUNT_UP = """
import asyncio, sys
from storage.database import connect, transactions
from storage.forum import Forum

async def count_up(url, times):
    engine = connect(url)
    for _ in range(times):
        async with transactions(engine)() as db:
            forum = await db.get_one(Forum, 1, with_for_update=True)
            number = int(forum.name)
            await asyncio.sleep(0)
            forum.name = str(number + 1)
    await engine.dispose()

asyncio.run(count_up(sys.argv[1], int(sys.argv[2])))
"""


async def test_no_update_of_two_processes_gets_lost(
    database_url: str, transaction: Transaction, tmp_path: Path
) -> None:
    """With SQLite's usual transactions nearly all of them would be."""
    async with transaction() as db:
        db.add(a_forum(name="0"))
    (script := tmp_path / "count_up.py").write_text(COUNT_UP)
    run = asyncio.create_subprocess_exec
    command = (sys.executable, str(script), database_url, "60")
    here = {"PYTHONPATH": str(Path(__file__).parents[2])}
    processes = [await run(*command, env=here) for _ in range(2)]
    assert [await process.wait() for process in processes] == [0, 0]
    async with transaction() as db:
        assert (await db.get_one(Forum, 1)).name == "120"
