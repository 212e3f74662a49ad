"""Which language a typed line names, how often to ask, and when a quiet time can be kept."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Final

from rapidfuzz import fuzz, process
from rapidfuzz.utils import default_process

from dialogs.checkin.rules import RHYTHMS
from dialogs.days.rules import Span

LONGEST: Final = 366  # days a quiet time may last
_SURE = 85  # similarity from which a typo is taken for the word (0..100)


def problem_of(first: date, last: date, today: date) -> str | None:
    """Why these days cannot be kept as a quiet time, as a code."""
    if last < today:
        return "over"
    if last < first:
        return "backwards"
    return "too_long" if last - first > timedelta(days=LONGEST) else None


def language_in(said: str, words: Mapping[str, Sequence[str]]) -> str | None:
    """The language a line names, typos too; `words`: code to what people call it."""
    line = f" {default_process(said)} "
    found = [
        (-len(word), code)
        for code, variants in words.items()
        for word in variants
        if f" {default_process(word)} " in line
    ]
    if found:
        return min(found)[1]
    flat = {variant: code for code, variants in words.items() for variant in variants}
    best = process.extractOne(said, list(flat), scorer=fuzz.ratio, processor=default_process)
    return flat[best[0]] if best and best[1] >= _SURE else None


def more_often(rhythm: int) -> int:
    """The next livelier rhythm; the liveliest is a fortnight."""
    calmest_first = (0, *reversed([days for days in RHYTHMS if days]))
    at = calmest_first.index(rhythm) if rhythm in calmest_first else 0
    return calmest_first[min(at + 1, len(calmest_first) - 1)]


def after_ending(spans: Mapping[int, Span], today: date) -> dict[int, Span | None]:
    """What is left of the quiet times that cover today, when they end now: None, nothing."""
    yesterday = today - timedelta(days=1)
    return {
        key: (first, yesterday) if first <= yesterday else None
        for key, (first, last) in spans.items()
        if first <= today <= last
    }
