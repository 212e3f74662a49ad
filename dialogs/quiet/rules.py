"""When an unasked message may go out, and when the next such moment is."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import holidays

OPENS, CLOSES = time(9), time(15)  # forum time
DAYS = {"mon": 0, "tue": 1, "wed": 2, "thu": 3, "fri": 4}
USUAL_DAYS = ("tue", "wed", "thu")  # Monday and Friday are left to people
ANY_WEEKDAY = tuple(DAYS)  # for what somebody expects
BUDGET = timedelta(days=7)  # at most one unasked personal message in this time,
CHANNEL_BUDGET = 2  # and so many unasked posts in a channel
_LOOK_AHEAD = 400  # days: longer than any break

# Holidays whose eve is half a day off in Finland and therefore quiet, too.
_WITH_EVE = ("Uudenvuodenpäivä", "Loppiainen", "Pitkäperjantai", "Vappu", "Juhannuspäivä")

Span = tuple[date, date]  # both days included


@dataclass(frozen=True)
class Quiet:
    """Everything that makes a moment quiet for one receiver."""

    zone: str
    periods: Sequence[Span] = ()  # the forum's
    absences: Sequence[Span] = ()  # the person's
    days: Sequence[str] = ()  # of DAYS; none: the usual ones


def why_quiet(moment: datetime, quiet: Quiet) -> str | None:
    """A code for why this (aware) moment is quiet, or None when it is not."""
    local = moment.astimezone(ZoneInfo(quiet.zone))
    return _why_quiet_day(local.date(), quiet) or (
        None if OPENS <= local.time() < CLOSES else "outside_hours"
    )


def next_allowed(moment: datetime, quiet: Quiet) -> datetime:
    """The first moment, this one or later, that is not quiet (aware, in the forum's zone)."""
    zone = ZoneInfo(quiet.zone)
    local = moment.astimezone(zone)
    if why_quiet(moment, quiet) is None:
        return local
    today = local.date() if local.time() < OPENS else local.date() + timedelta(days=1)
    for ahead in range(_LOOK_AHEAD):
        day = today + timedelta(days=ahead)
        if _why_quiet_day(day, quiet) is None:
            return datetime.combine(day, OPENS, zone)
    return datetime.combine(today + timedelta(days=_LOOK_AHEAD), OPENS, zone)


def after_budget(last: datetime | None, moment: datetime) -> datetime:
    """The first moment at which another unasked message fits into the budget."""
    return moment if last is None else max(moment, last + BUDGET)


def after_channel_budget(posts: Sequence[datetime], moment: datetime) -> datetime:
    """The same for a channel with these unasked posts so far."""
    recent = sorted(posts)[-CHANNEL_BUDGET:]
    return moment if len(recent) < CHANNEL_BUDGET else max(moment, recent[0] + BUDGET)


def is_holiday(day: date) -> bool:
    """Finnish public holidays and the eves that are half a day off."""
    return day in _quiet_days(day.year)


def proposed_periods(begins: date, ends: date) -> list[tuple[Span, str]]:
    """July and the Christmas breaks between two days, with a code for each."""
    found: list[tuple[Span, str]] = []
    for year in range(begins.year - 1, ends.year + 1):
        found.append(((date(year, 7, 1), date(year, 8, 7)), "july"))
        found.append(((date(year, 12, 22), date(year + 1, 1, 7)), "christmas"))
    return [(span, why) for span, why in found if span[1] >= begins and span[0] <= ends]


def _why_quiet_day(day: date, quiet: Quiet) -> str | None:
    if any(first <= day <= last for first, last in quiet.absences):
        return "away"
    if any(first <= day <= last for first, last in quiet.periods):
        return "quiet_period"
    if is_holiday(day):
        return "holiday"
    wanted = [name for name in quiet.days if name in DAYS] or USUAL_DAYS
    return None if day.weekday() in {DAYS[name] for name in wanted} else "not_the_day"


@cache
def _quiet_days(year: int) -> frozenset[date]:
    days = holidays.country_holidays("FI", years=[year, year + 1], language="fi")
    eves = [day - timedelta(days=1) for day, name in days.items() if name in _WITH_EVE]
    return frozenset(day for day in [*days, *eves] if day.year == year)
