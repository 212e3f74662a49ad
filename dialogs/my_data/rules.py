"""How what is kept about a person is dealt out to pages that a card can hold."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from json import dumps
from typing import Final

PAGE_BYTES: Final = 18_000  # a card may have 28 KB; the buttons and the frame need their part
PAGE_ROWS: Final = 25  # more is tiresome to read
ROW_BYTES: Final = 400  # what a row weighs besides its words
SURE_FOR: Final = timedelta(hours=1)  # how long "erase" may be confirmed; old cards ask again


def weight(*words: str) -> int:
    """Bytes that a row with these words takes in a card, at most."""
    return ROW_BYTES + sum(len(dumps(part)) for part in words)


def pages(weights: Sequence[int], rows: int = PAGE_ROWS) -> list[tuple[int, int]]:
    """Where each page begins and ends; every row on one page, in order, at least one page."""
    found: list[tuple[int, int]] = []
    begin, held = 0, 0
    for at, heavy in enumerate(weights):
        if at > begin and (held + heavy > PAGE_BYTES or at - begin >= rows):
            found.append((begin, at))
            begin, held = at, 0
        held += heavy
    return [*found, (begin, len(weights))]


def page_of(pages: Sequence[tuple[int, int]], number: int) -> int:
    """A page that exists, counted from one: an old card may ask for one that does not."""
    return min(max(number, 1), len(pages))


def still_sure(asked: datetime, now: datetime) -> bool:
    """Whether the second question was asked just now, not on an old card."""
    return timedelta(0) <= now - asked <= SURE_FOR
