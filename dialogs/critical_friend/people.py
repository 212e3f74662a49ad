"""Who takes part in a round, and what earlier rounds and the coordinators have laid down."""

from collections.abc import Mapping
from dataclasses import dataclass, field

Pair = frozenset[int]
Group = tuple[int, ...]  # ids in ascending order


@dataclass(frozen=True)
class Person:
    """Somebody who takes part in this round. Empty languages: not known, so any will do."""

    id: int
    organisation: int | None  # None: nobody's colleague
    kind: str = ""  # of the organisation; "" is not known
    size: float = 0  # of the organisation, in person-years; 0 is not known
    languages: frozenset[str] = frozenset()
    themes: frozenset[str] = frozenset()
    offers: frozenset[str] = frozenset()
    wishes: frozenset[str] = frozenset()
    trios: int = 0  # how often in a trio so far
    waited: int = 0  # rounds in a row left alone or with no wish met


@dataclass(frozen=True)
class Past:
    """What earlier rounds and the coordinators have laid down.

    `apart` holds the pairs that ended and the pairs a coordinator keeps apart in one set, so
    that nothing that comes out of the matching can tell which of the two it was.
    """

    together: Mapping[Pair, int] = field(default_factory=dict)  # rounds since; 1 is the last one
    apart: frozenset[Pair] = field(default=frozenset(), repr=False)
    pinned: tuple[Group, ...] = ()  # groups of two or three that a coordinator has decided


def different_size(a: float, b: float) -> bool:
    """One at least twice as large as the other; unknown sizes do not differ."""
    return min(a, b) > 0 and max(a, b) >= 2 * min(a, b)


def different_kind(a: str, b: str) -> bool:
    return bool(a and b) and a != b
