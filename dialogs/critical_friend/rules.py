"""Dates of a round, times to propose, whom to remind, when help is due."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import takewhile
from zoneinfo import ZoneInfo

from dialogs.quiet.rules import Quiet, why_quiet

ANSWER_IN = timedelta(days=8)  # from invitation to the last day to answer
LASTS = timedelta(weeks=26)
REMIND_AFTER = timedelta(days=4)  # one reminder of a proposal
GO_ON_AFTER = timedelta(days=9)  # then the round goes on without the silent one
RHYTHMS = (4, 6, 8)  # weeks between talks
USUAL_RHYTHM = 6
OVERDUE = timedelta(days=14)  # ten working days past the rhythm
CHECK_AFTER = timedelta(weeks=9)  # each is asked separately how it goes
HINT_AT = 3  # ended groups after which a coordinator gets a quiet hint
TALK_HOURS = (time(10), time(13), time(14, 30), time(9))  # forum time
TALK_LENGTH = timedelta(hours=1)


@dataclass(frozen=True)
class Standing:
    """Where a group stands, for deciding what to ask it."""

    formed: date
    rhythm_weeks: int
    talks: Sequence[date]


def next_talk_by(standing: Standing) -> date:
    """The day by which the next talk would be in rhythm."""
    last = max(standing.talks, default=standing.formed)
    return last + timedelta(weeks=standing.rhythm_weeks)


def asks_whether_met(standing: Standing, today: date) -> bool:
    """Once the rhythm has passed by ten working days without a talk that Vertti knows of."""
    return today >= next_talk_by(standing) + OVERDUE


def times_to_propose(after: datetime, quiets: Sequence[Quiet], count: int = 3) -> list[datetime]:
    """Three (aware) moments on different days, in working hours and nobody's quiet time.

    Looks ahead six weeks from the third working day; fewer when there are not that many.
    """
    zone = ZoneInfo(quiets[0].zone)
    found: list[datetime] = []
    day = after.astimezone(zone).date() + timedelta(days=3)
    for _ in range(42):
        hour = TALK_HOURS[len(found) % len(TALK_HOURS)]
        moment = datetime.combine(day, hour, zone)
        if all(why_quiet(moment, quiet) is None for quiet in quiets):
            found.append(moment)
            if len(found) == count:
                break
            day += timedelta(days=1)
        day += timedelta(days=1)
    return found


def rounds_in_a_row(member: int, less: Sequence[set[int]]) -> int:
    """How many of the latest rounds (the newest first) left somebody with less, without a gap."""
    return sum(1 for _ in takewhile(lambda members: member in members, less))


def proposal_state(proposed: datetime, now: datetime) -> str:
    """What an unanswered proposal needs: "remind", "go_on" or nothing ("wait")."""
    if now - proposed >= GO_ON_AFTER:
        return "go_on"
    if now - proposed >= REMIND_AFTER:
        return "remind"
    return "wait"
