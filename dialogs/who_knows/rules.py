"""Which competence was meant, and who is asked to help next."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from rapidfuzz import fuzz, process
from rapidfuzz.utils import default_process

_SURE = 80


@dataclass(frozen=True)
class Candidate:
    """Somebody who offers the competence."""

    membership: int
    organisation: int | None
    languages: frozenset[str]
    asked_before: int  # how often they have been asked to help in this forum
    free: bool  # reachable, not away, and within their budget of unasked messages


def next_helper(
    candidates: Sequence[Candidate],
    asker: Candidate,
    already_asked: frozenset[int],
) -> Candidate | None:
    """Whom to ask: never oneself or twice, somebody free; a colleague from another organisation
    and one who shares a language come first, then whoever has been asked least."""
    possible = [
        c
        for c in candidates
        if c.free and c.membership != asker.membership and c.membership not in already_asked
    ]
    return min(
        possible,
        key=lambda c: (
            c.organisation == asker.organisation,
            not (c.languages & asker.languages),
            c.asked_before,
            c.membership,
        ),
        default=None,
    )


def meant(said: str, labels: Mapping[str, Sequence[str]]) -> str | None:
    """The competence whose label (in any language) a line names, typos and inflection allowed."""
    flat = [(key, label) for key, variants in labels.items() for label in variants]
    best = process.extractOne(
        said, [label for _, label in flat], scorer=fuzz.WRatio, processor=default_process
    )
    return flat[best[2]][0] if best and best[1] >= _SURE else None


def working_days_before(today: date, days: int, holidays: frozenset[date]) -> date:
    """The day that lies this many working days before today."""
    day = today
    while days:
        day = date.fromordinal(day.toordinal() - 1)
        days -= day.weekday() < 5 and day not in holidays
    return day
