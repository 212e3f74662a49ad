"""Who takes part in a round, and what earlier rounds and the coordinators have laid down."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

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


class Coded(NamedTuple):
    """A person with sets as bits: half a million pairs are weighed in a second."""

    organisation: int
    kind: str
    size: float
    languages: int
    themes: int
    offers: int
    wishes: int
    waited: int


def coded(people: Sequence[Person], most_waited: int) -> list[Coded]:
    """The people in this order; having waited longer than `most_waited` counts as that long."""
    bits: dict[str, int] = {}

    def as_bits(names: Iterable[str]) -> int:
        return sum(1 << bits.setdefault(name, len(bits)) for name in names)

    return [
        Coded(
            person.organisation if person.organisation is not None else ~place,
            person.kind,
            person.size,
            as_bits(person.languages) or -1,
            as_bits(person.themes),
            as_bits(person.offers),
            as_bits(person.wishes),
            min(person.waited, most_waited),
        )
        for place, person in enumerate(people)
    ]
