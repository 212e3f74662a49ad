"""Whom to ask when, what a typed line means, and who may see an answer."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Literal

from rapidfuzz import fuzz, process
from rapidfuzz.utils import default_process

RHYTHMS = (14, 28, 42, 0)  # days between questions; 0: "I'll come to you"
FORTNIGHT = RHYTHMS[0]
_SLACK = 7  # days by which a wave may come early for somebody's rhythm
_SURE = 85

Viewer = Literal["author", "coordinator", "colleague", "pair", "forum_member", "stranger"]

# Who sees an answer of each visibility. The author always does; nobody else gets in between.
_SEEN_BY: Mapping[str, frozenset[Viewer]] = {
    "channel": frozenset({"author", "coordinator", "colleague", "pair", "forum_member"}),
    "coordinators": frozenset({"author", "coordinator"}),
    "organisation": frozenset({"author", "colleague"}),
    "pair": frozenset({"author", "pair"}),
}


def wants_to_be_asked(rhythm: int, asked: date | None, today: date, wave: bool) -> bool:
    """Whether to ask somebody today: at a wave of the calendar, as often as they wish.

    A fortnightly rhythm is denser than the calendar and asks between the waves, too.
    """
    if rhythm == 0 or not (wave or rhythm == FORTNIGHT):
        return False
    if asked is None:
        return wave
    return today - asked >= timedelta(days=rhythm - (_SLACK if wave else 0))


def less_often(rhythm: int) -> int:
    """The next calmer rhythm; the calmest is to ask nothing unasked."""
    return next((r for r in RHYTHMS if r > rhythm), 0) if rhythm else 0


def may_see(visibility: str, viewer: Viewer) -> bool:
    return viewer in _SEEN_BY[visibility]


def progress_in(said: str, words: Mapping[str, Sequence[str]]) -> str | None:
    """The progress that a typed line tells, by the words for each, or None.

    A line that holds such a word ("jumissa rahoituksen kanssa") counts, typos too; when it
    holds words for several, the one mentioned first.
    """
    line = default_process(said)
    found: list[tuple[int, int, str]] = []
    for progress, variants in words.items():
        for variant in variants:
            needle = default_process(variant)
            at = f" {line} ".find(f" {needle} ")
            if at >= 0:
                found.append((at, -len(needle), progress))
    if found:
        return min(found)[2]
    flat = {variant: progress for progress, variants in words.items() for variant in variants}
    best = process.extractOne(said, list(flat), scorer=fuzz.ratio, processor=default_process)
    return flat[best[0]] if best and best[1] >= _SURE else None


def movement(latest: str | None, before: str | None) -> str:
    """How a project moved between two answers: a code, never a score."""
    order = {"stuck": 0, "slow": 1, "moving": 2}
    if latest is None:
        return "unknown"
    if latest == "paused":
        return "paused"
    if before not in order:
        return "first"
    step = order[latest] - order[before]
    return "forward" if step > 0 else "harder" if step < 0 else "same"
