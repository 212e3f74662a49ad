"""What nobody asked for keeps quiet times and the weekly budget, at the moment of sending."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from storage import outbox
from storage.forum import QuietPeriod
from storage.outbox import Status
from storage.people import Absence
from tests.bot.post_office import HELP, PostOffice
from tests.builders import NOW, TODAY
from tests.microsoft.server import Rule

UNASKED = replace(HELP, initiative=True, lives=timedelta(days=30))


def helsinki(*moment: int) -> datetime:
    return datetime(*moment, tzinfo=UTC) - timedelta(hours=3)  # type: ignore[misc, arg-type]  # summer


@pytest.mark.parametrize(
    ("now", "next_moment"),
    [
        (helsinki(2027, 5, 11, 9), None),  # a Tuesday
        (helsinki(2027, 5, 13, 14, 59), None),  # a Thursday
        (helsinki(2027, 5, 11, 8, 59), helsinki(2027, 5, 11, 9)),
        (helsinki(2027, 5, 11, 15), helsinki(2027, 5, 12, 9)),
        (helsinki(2027, 5, 13, 15), helsinki(2027, 5, 18, 9)),  # over the weekend and Monday
        (helsinki(2027, 5, 6, 12), helsinki(2027, 5, 11, 9)),  # Ascension Day
    ],
)
async def test_unasked_messages_keep_the_hours(
    office: PostOffice, now: datetime, next_moment: datetime | None
) -> None:
    office.clock.now = now
    asked = await office.promise(await office.meet("Bo Berg"))
    number = await office.promise(await office.meet(), UNASKED)

    await office.send()

    prompt = await office.prompt(number)
    assert (await office.prompt(asked)).status == Status.DELIVERED
    if next_moment is None:
        assert prompt.status == Status.DELIVERED
    else:
        assert (prompt.status, prompt.reason, prompt.due) == ("waiting", "quiet", next_moment)
        assert prompt.attempts == 0  # nobody has tried yet
        office.clock.now = next_moment
        await office.send()
        assert (await office.prompt(number)).status == Status.DELIVERED


async def test_quiet_is_asked_again_at_the_moment_of_sending(office: PostOffice) -> None:
    """A break that was entered after the promise counts, for the channel too."""
    aino = await office.meet()
    numbers = [await office.promise(aino, UNASKED), await office.promise(None, UNASKED)]
    async with office.transaction() as db:
        last = TODAY + timedelta(days=2)
        db.add(QuietPeriod(forum_id=office.forum.id, first=TODAY, last=last, why="muutto"))

    await office.send()

    for number in numbers:
        assert await office.fate(number) == (Status.WAITING, "quiet")
        assert (await office.prompt(number)).due == helsinki(2027, 5, 18, 9)


@pytest.mark.parametrize(("lives", "status"), [(7, "waiting"), (5, "skipped")])
async def test_who_is_away_is_written_to_when_back_or_not_at_all(
    office: PostOffice, lives: int, status: str
) -> None:
    aino = await office.meet()
    number = await office.promise(aino, replace(UNASKED, lives=timedelta(days=lives)))
    async with office.transaction() as db:
        db.add(Absence(person_id=aino.id, first=TODAY, last=TODAY + timedelta(days=6)))

    await office.send()

    assert await office.fate(number) == (status, "quiet")
    await office.send(days=30)
    assert office.microsoft.delivered["a:aino"] == 0


async def test_own_days_are_kept(office: PostOffice) -> None:
    number = await office.promise(await office.meet(preferred_days=["thu"]), UNASKED)
    await office.send()
    assert (await office.prompt(number)).due == helsinki(2027, 5, 13, 9)


async def test_one_unasked_message_a_week_and_nothing_piles_up(office: PostOffice) -> None:
    aino, bo = await office.meet(), await office.meet("Bo Berg")
    mine = [await office.promise(aino, UNASKED, occasion=n) for n in range(4)]
    await office.promise(bo, UNASKED)

    received = []
    for _ in range(35):
        await office.send(days=1)
        received.append(office.microsoft.delivered["a:aino"])

    days = [received.index(count) for count in range(1, 5)]
    assert [later - earlier for earlier, later in pairwise(days)] == [7, 7, 7]
    assert received[-1] == 4
    assert {(await office.prompt(number)).status for number in mine} == {Status.DELIVERED}
    assert office.microsoft.delivered["a:bo"] == 1


async def test_two_unasked_posts_a_week_in_the_channel(office: PostOffice) -> None:
    numbers = [await office.promise(None, UNASKED, occasion=n) for n in range(5)]
    received = [0]
    for _ in range(16):
        await office.send(days=1)
        received.append(office.microsoft.delivered["19:channel@thread.tacv2"])

    weeks = [after - before for before, after in zip(received, received[7:], strict=False)]
    assert (max(weeks), received[-1]) == (2, 5)
    assert {(await office.prompt(number)).status for number in numbers} == {Status.DELIVERED}


async def test_what_is_expected_waits_for_the_day_but_not_for_the_budget(
    office: PostOffice,
) -> None:
    aino = await office.meet(preferred_days=["thu"])
    expected = replace(HELP, daytime=True)
    office.clock.now = helsinki(2027, 5, 14, 20)  # a Friday evening
    numbers = [await office.promise(aino, expected, occasion=n) for n in range(3)]

    await office.send()

    for number in numbers:
        assert await office.fate(number) == (Status.WAITING, "quiet")
        assert (await office.prompt(number)).due == helsinki(2027, 5, 17, 9)
    office.clock.now = helsinki(2027, 5, 17, 9)
    await office.send()
    assert office.microsoft.delivered["a:aino"] == 3


async def test_what_does_not_fit_into_the_budget_in_time_is_skipped(office: PostOffice) -> None:
    aino = await office.meet()
    short = replace(UNASKED, lives=timedelta(days=5))
    first, second = [await office.promise(aino, short, occasion=n) for n in range(2)]
    await office.send()
    assert await office.fate(first) == (Status.DELIVERED, None)
    # The second was looked at while the first was under way.
    assert await office.fate(second) == (Status.WAITING, "one_at_a_time")
    await office.send(minutes=1)
    assert await office.fate(second) == (Status.SKIPPED, "budget")


async def test_what_was_asked_for_costs_no_budget_and_waits_for_none(office: PostOffice) -> None:
    aino = await office.meet()
    await office.promise(aino, occasion=1)
    await office.promise(aino, UNASKED, occasion=2)
    await office.promise(aino, occasion=3)
    await office.send()
    assert office.microsoft.delivered["a:aino"] == 3


@pytest.mark.parametrize(
    ("rule", "counts"),
    [
        (Rule(status=502), True),  # may have arrived
        (Rule(status=400), False),
        (Rule(status=429, retry_after=1), False),
    ],
)
async def test_what_may_have_arrived_counts_against_the_budget(
    office: PostOffice, rule: Rule, counts: bool
) -> None:
    aino = await office.meet()
    await office.promise(aino, UNASKED)
    office.microsoft.rules = [replace(rule, times=1)]
    await office.send()
    async with office.transaction() as db:
        last = await outbox.last_initiative(db, aino.id, office.clock())
    assert last == (NOW if counts else None)


async def test_a_sender_that_died_with_something_unasked_delays_the_next_not_for_long(
    office: PostOffice,
) -> None:
    aino = await office.meet()
    first = await office.promise(aino, UNASKED, occasion=1)
    async with office.transaction() as db:
        prompt = await db.get_one(outbox.Prompt, first)
        prompt.status, prompt.lease, prompt.token = Status.SENDING, NOW + timedelta(seconds=9), 1
    second = await office.promise(aino, UNASKED, occasion=2)

    await office.send()
    assert await office.fate(second) == (Status.WAITING, "one_at_a_time")
    await office.send(seconds=10)
    assert await office.fate(first) == (Status.UNKNOWN, "sender died")
    assert await office.fate(second) == (Status.WAITING, "budget")
