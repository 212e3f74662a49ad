"""Whatever goes wrong, every prompt ends in one accounted state, and the totals add up."""

import asyncio
import shutil
from collections import Counter, defaultdict, deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from sqlalchemy.exc import OperationalError
from sqlmodel import select

from bot.delivery import Delivery
from bot.sender import Sender
from bot.teams.connector import Doubtful, Later, Refused
from storage import sending
from storage.database import Database, Transaction, connect, transactions
from storage.outbox import ACCOUNTED, Doubt, Kind, Prompt, Status, accounts, cancel, promise
from storage.people import Person
from tests.bot.post_office import Unhurried
from tests.builders import a_forum, a_person, join
from tests.story import Clock
from tests.virtual_time import run


class Killed(BaseException):
    """The sender is gone in the middle of its work: nothing of ours catches this."""


@dataclass
class Mishaps:
    """Teams, when asked to write to somebody: one mishap after the other, then all is well."""

    planned: dict[str, deque[str]]
    arrived: Counter[str] = field(default_factory=Counter)

    async def create_personal(self, service_url: str, tenant: str, teams_id: str) -> str:
        raise AssertionError("everybody has a conversation")

    async def post(self, service_url: str, conversation: str, message: dict[str, Any]) -> str:
        await asyncio.sleep(0.05)
        waiting = self.planned[conversation]
        match waiting.popleft() if waiting else "well":
            case "well":
                self.arrived[conversation] += 1
            case "later":
                raise Later("throttled", 3)
            case "refused":
                raise Refused(400, "BadSyntax")
            case "gone":
                raise Refused(403, "Blocked")
            case "lost":
                raise Doubtful("http 502")
            case "lost but taken":
                self.arrived[conversation] += 1
                raise Doubtful("TimeoutError")
            case "unforeseen":
                self.arrived[conversation] += 1
                raise ValueError("not JSON")
            case "dies before":
                raise Killed
            case "dies after":
                self.arrived[conversation] += 1
                raise Killed
        return "1:1"


def away_now_and_then(transaction: Transaction, away: deque[bool]) -> Transaction:
    """A database that is not there, or goes away before the commit, as often as planned."""

    @asynccontextmanager
    async def unreliable() -> AsyncIterator[Database]:
        async with transaction() as db:
            yield db
            if away and away.popleft():
                raise OperationalError("COMMIT", None, Exception("gone"))

    return unreliable


MISHAPS = ("later", "refused", "gone", "lost", "lost but taken", "unforeseen",
           "dies before", "dies after")  # fmt: skip
Plan = list[tuple[Doubt, list[str]]]
plans = st.lists(
    st.tuples(st.sampled_from(Doubt), st.lists(st.sampled_from(MISHAPS), max_size=4)),
    min_size=1,
    max_size=12,
)


@settings(max_examples=40)
@given(plans, st.lists(st.booleans(), max_size=40), st.lists(st.integers(0, 11), max_size=2))
@example([(Doubt.HOLD, [mishap]) for mishap in MISHAPS], [], [])
@example([(Doubt.RESEND, [mishap] * 2) for mishap in MISHAPS], [], [])
@example([(Doubt.HOLD, [])], [True] * 30, [])  # away
@example([(Doubt.HOLD, [])], [False, True, True], [])  # away after the message has gone out
@example([(Doubt.HOLD, []), (Doubt.RESEND, [])], [False, False, *[True] * 8], [])  # for long
@example([(Doubt.HOLD, ["gone"]), (Doubt.RESEND, ["later"])], [False, False, *[True] * 5], [])
def test_every_prompt_is_accounted_for_and_none_arrives_twice(
    migrated_file: Path,
    plan: Plan,
    away: list[bool],
    taken_back: list[int],
) -> None:
    with TemporaryDirectory() as folder:
        shutil.copy(migrated_file, file := Path(folder) / "vertti.db")
        run(_live(f"sqlite:///{file}", plan, deque(away), taken_back))


async def _live(url: str, plan: Plan, away: deque[bool], taken_back: list[int]) -> None:
    engine, clock = connect(url), Clock()
    transaction = transactions(engine)
    teams = Mishaps(defaultdict(deque))
    prompts = await _promise(transaction, clock, plan, teams)
    unreliable = away_now_and_then(transaction, away)
    for day in range(10):
        for wait in (0, 1, 10, 60, 600):
            clock.now += timedelta(seconds=wait)
            await _tick(transaction, Delivery(unreliable, teams, clock, Unhurried()), clock)
        if day == 0:
            async with transaction() as db:
                for number in taken_back:
                    await cancel(db, clock(), "taken back", id=number)
        clock.now += timedelta(days=1)
    async with transaction() as db:
        found = {p.id: p for p in (await db.exec(select(Prompt))).all()}
        totals = await accounts(db)
    await engine.dispose()

    assert totals.total() == len(plan)
    assert set(totals) <= set(ACCOUNTED)
    for number, conversation in prompts.items():
        _account(found[number], teams.arrived[conversation])
    held = {n: c for n, c in prompts.items() if found[n].doubt == Doubt.HOLD}
    certain = sum(found[n].status == Status.DELIVERED for n in held)
    possible = sum(found[n].status == Status.UNKNOWN for n in held)
    assert certain <= sum(teams.arrived[c] for c in held.values()) <= certain + possible


def _account(prompt: Prompt, arrived: int) -> None:
    """What the account says is what happened."""
    assert prompt.finished is not None
    assert prompt.lease is None
    if prompt.doubt == Doubt.HOLD:
        assert arrived in {Status.DELIVERED: (1,), Status.UNKNOWN: (0, 1)}.get(prompt.status, (0,))
    elif prompt.status == Status.DELIVERED:
        assert arrived >= 1


async def _promise(
    transaction: Transaction, clock: Clock, plan: Plan, teams: Mishaps
) -> dict[int, str]:
    forum = a_forum()
    where = {}
    async with transaction() as db:
        for number, (doubt, mishaps) in enumerate(plan):
            person: Person = a_person(f"P{number} Aalto")
            await join(db, forum, person)
            kind = Kind("help.show", initiative=False, doubt=doubt)
            await promise(db, kind, forum.id, person.id, clock())
            teams.planned[str(person.conversation)] = deque(mishaps)
            where[number + 1] = str(person.conversation)
    return where


async def _tick(transaction: Transaction, delivery: Delivery, clock: Clock) -> None:
    """A process that starts, sends, and perhaps dies."""
    with suppress(Killed, OperationalError):
        async with transaction() as db:
            await sending.give_back(db, clock())
        await Sender(transaction, delivery, clock).send_due()


@pytest.mark.parametrize(("times", "status"), [(1, "delivered"), (3, "delivered"), (4, "unknown")])
def test_an_answer_of_teams_is_not_lost_to_a_moment_without_database(
    migrated_file: Path, tmp_path: Path, times: int, status: str
) -> None:
    shutil.copy(migrated_file, file := tmp_path / "vertti.db")

    async def story() -> None:
        engine, clock = connect(f"sqlite:///{file}"), Clock()
        transaction = transactions(engine)
        teams = Mishaps(defaultdict(deque))
        await _promise(transaction, clock, [(Doubt.HOLD, [])], teams)
        unreliable = away_now_and_then(transaction, deque([False, *[True] * times]))
        await Delivery(unreliable, teams, clock, Unhurried()).deliver(1)
        clock.now += timedelta(minutes=1)
        async with transaction() as db:
            await sending.give_back(db, clock())
            assert await accounts(db) == {status: 1}
        await engine.dispose()

    run(story())
