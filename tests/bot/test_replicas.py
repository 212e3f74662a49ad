"""Two processes on one database: nothing twice, nothing left, and one budget for each person."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from storage.database import connect, transactions
from storage.outbox import Status
from tests.bot.post_office import HELP, PostOffice

Pair = tuple[PostOffice, PostOffice]


@pytest.fixture
async def replicas(database_url: str) -> AsyncIterator[Pair]:
    one, other = connect(database_url), connect(database_url)
    async with (
        PostOffice.opens(transactions(one)) as first,
        first.replica(transactions(other)) as second,
    ):
        yield first, second
    await one.dispose()
    await other.dispose()


async def test_nothing_is_sent_twice(replicas: Pair) -> None:
    office, other = replicas
    for number in range(60):
        await office.promise(await office.meet(f"P{number} Aalto"))

    await asyncio.gather(office.send(), other.send(), office.send(), other.send())

    assert await office.accounts() == {"delivered": 60}
    assert set(office.microsoft.delivered.values()) == {1}
    assert len(office.microsoft.delivered) == 60


async def test_one_prompt_that_many_take_up_goes_out_once(replicas: Pair) -> None:
    office, other = replicas
    number = await office.promise(await office.meet())

    ended = await asyncio.gather(*(o.delivery.deliver(number) for o in [office, other] * 8))

    assert sorted(map(str, ended)) == ["None"] * 15 + ["delivered"]
    assert office.microsoft.delivered["a:aino"] == 1


async def test_both_keep_one_budget_for_each_person(replicas: Pair) -> None:
    office, other = replicas
    unasked = replace(HELP, initiative=True)
    people = [await office.meet(f"P{number} Aalto") for number in range(15)]
    numbers = [
        await office.promise(person, unasked, occasion=n) for n in range(2) for person in people
    ]

    await asyncio.gather(
        *((office, other)[n % 2].delivery.deliver(number) for n, number in enumerate(numbers))
    )

    assert set(office.microsoft.delivered.values()) == {1}
    assert len(office.microsoft.delivered) == 15
    fates = [await office.fate(number) for number in numbers]
    assert fates.count((Status.DELIVERED, None)) == 15
    assert {why for status, why in fates if status == Status.WAITING} <= {"one_at_a_time", "budget"}
