"""A clock that can be moved on, so that nobody has to wait three weeks to see what Vertti says."""

import re
from collections.abc import Callable
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.app import Clock, Service, real_time
from storage import outbox

ZONE = ZoneInfo("Europe/Helsinki")
LONGEST = timedelta(days=600)  # the whole of a forum
LOOK_AHEAD = timedelta(days=200)  # how far "next" looks: longer than a summer
_UNITS = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}


class MovableClock:
    """The real time and what it was moved on by; a restart sets it right again."""

    def __init__(self, real: Clock = real_time) -> None:
        self._real, self.ahead = real, timedelta(0)

    def __call__(self) -> datetime:
        return self._real() + self.ahead


def duration(said: str) -> timedelta:
    """What `+1d`, `3h`, `2w` or `30m` means.

    Raises:
        ValueError: it means nothing, or more than a forum lasts.
    """
    found = re.fullmatch(r"\s*\+?\s*(\d{1,6})\s*([mhdw])\s*", said.lower())
    if found is None:
        raise ValueError(said)
    span = timedelta(**{_UNITS[found[2]]: int(found[1])})
    if not timedelta(0) < span <= LONGEST:
        raise ValueError(said)
    return span


async def move_on(
    clock: MovableClock, parts: Service, by: timedelta, enough: Callable[[], bool]
) -> None:
    """Let time pass as it really would: the clock ticks at each midnight and due prompt.

    Ends early when it is `enough`. A single leap would miss what happens on days in between.
    """
    goal = clock() + by
    while (now := clock()) < goal and not enough():
        async with parts.transaction() as db:
            due = await outbox.next_due(db)
        tomorrow = now.astimezone(ZONE).date() + timedelta(days=1)
        stops = [goal, datetime.combine(tomorrow, time(0), ZONE)]
        if due is not None and due > now:
            stops.append(due)
        clock.ahead += min(stops) - now
        await parts.schedule.tick()
