"""Calls to Teams are spaced evenly, use what there is, and fall silent when told to."""

import asyncio
from collections.abc import Callable
from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.pace import Pace
from tests.microsoft.server import busiest_second
from tests.virtual_time import VirtualLoop, run

ALLOWED = 50  # by Teams, in any second


def loop() -> VirtualLoop:
    return cast(VirtualLoop, asyncio.get_running_loop())


async def calls(
    pace: Pace, count: int, happens: Callable[[int], None] = lambda _: None
) -> list[float]:
    """The moments at which so many calls get their turn, all asking at once."""
    moments: list[float] = []

    async def call(number: int) -> None:
        await pace.turn()
        happens(number)
        moments.append(loop().time())

    await asyncio.gather(*(call(number) for number in range(count)))
    return moments


def test_it_uses_what_there_is() -> None:
    async def story() -> None:
        moments = await calls(Pace(48), 481)
        assert moments[-1] - moments[0] == pytest.approx(10, abs=0.01)
        assert moments == sorted(moments)

    run(story())


def test_the_first_call_does_not_wait() -> None:
    async def story() -> None:
        assert await calls(Pace(1), 1) == [0.0]

    run(story())


@given(
    st.lists(st.floats(0, 0.3), max_size=150),
    st.lists(st.floats(0, 2), max_size=20),
)
def test_no_second_holds_more_than_teams_allows(stalls: list[float], rests: list[float]) -> None:
    """Whenever calls come and whatever keeps the process busy in between."""

    async def story() -> None:
        pace, moments = Pace(48), list[float]()
        for rest in [0.0, *rests]:
            await asyncio.sleep(rest)
            moments += await calls(
                pace, 60, lambda n: loop().stall(stalls[n]) if n < len(stalls) else None
            )
        assert busiest_second(sorted(moments)) <= ALLOWED

    run(story())


@given(st.floats(0, 0.004))
def test_late_timers_cost_nothing(late: float) -> None:
    async def story() -> None:
        moments = await calls(Pace(48), 481, lambda _: loop().stall(late))
        assert moments[-1] - moments[0] < 10.1

    run(story())


def test_told_to_wait_everybody_waits_but_not_for_ever() -> None:
    async def story() -> None:
        pace = Pace(48)
        moments = await calls(pace, 5, lambda n: pace.be_silent(2) if n == 2 else None)
        assert moments[3] - moments[2] == pytest.approx(2)
        pace.be_silent(3600)
        start = loop().time()
        [moment] = await calls(pace, 1)
        assert moment - start == pytest.approx(5)

    run(story())


def test_a_silence_is_kept_by_those_who_already_wait() -> None:
    async def story() -> None:
        pace = Pace(1)
        await pace.turn()
        waiting = asyncio.create_task(pace.turn())
        await asyncio.sleep(0.5)
        pace.be_silent(2)
        await waiting
        assert loop().time() == pytest.approx(2.5)

    run(story())


def test_a_short_silence_does_not_shorten_a_long_one() -> None:
    async def story() -> None:
        pace = Pace(48)
        pace.be_silent(3)
        pace.be_silent(0)
        await pace.turn()
        assert loop().time() == pytest.approx(3)

    run(story())
