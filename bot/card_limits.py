"""What a card may hold: which characters, how long, and how much in all."""

import json
import re
from collections.abc import Sequence
from typing import Any

Json = dict[str, Any]

BIGGEST = 27 * 1024  # bytes of JSON; Teams promises to take 28 KB
LONGEST = 2_000  # letters of one piece of text
LONGEST_LABEL = 300  # of a field
LONGEST_TITLE = 100  # of a button or a choice
BLANK = "–"  # where somebody's name or words are nothing that can be seen
_SURELY_SMALL = 6_000  # letters: fits into BIGGEST whatever the alphabet
_FRAME = 150  # letters around one piece of text

# Control characters, and those that turn the direction of what stands around them.
_ODD = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f"
    r"\ufeff\ud800-\udfff]"
)
_MARKDOWN = str.maketrans("*_`[]<", "∗ˍˋ［］‹")


def shown(words: str, most: int) -> str:
    """Without characters that disturb what stands around them, and no longer than is read."""
    words = _ODD.sub("", words)
    if not words.strip():
        return ""
    return words if len(words) <= most else f"{words[: most - 1].rstrip()}…"


def without_markdown(words: str) -> str:
    """With look-alikes of its signs, where clients render Markdown and nothing turns it off."""
    return words.translate(_MARKDOWN)


def is_surely_small(body: Sequence[Json]) -> bool:
    """Whether there is no need to measure: most cards, and measuring takes time."""
    return _letters(body) < _SURELY_SMALL


def shortened(card: Json, note: Json) -> Json:
    """Leave out text from the end until Teams takes the card, and say so there.

    Fields, buttons and the first element stay.
    """
    body: list[Json] = card["body"]
    too_much = _size(card) + _size(note) - BIGGEST
    place = None
    for at in range(len(body) - 1, 0, -1):
        pieces = body[at].get("items") or [body[at]]
        while too_much > 0 and pieces and pieces[-1]["type"] in ("TextBlock", "RichTextBlock"):
            too_much -= _size(pieces.pop())
            place = at + bool(pieces)
        if not pieces:
            del body[at]
    if place is not None:
        body.insert(place, note)
    return card


def _letters(elements: Sequence[Json]) -> int:
    total = 0
    for element in elements:
        total += _FRAME + len(element.get("text", ""))
        for inner in ("items", "inlines", "choices"):
            if inner in element:
                total += _letters(element[inner])
    return total


def _size(piece: Json) -> int:
    return len(json.dumps(piece, ensure_ascii=False).encode())
