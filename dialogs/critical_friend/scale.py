"""Weighs groups of critical friends: one whole number for every level of the objective."""

from collections.abc import Iterable, Sequence
from hashlib import blake2b
from itertools import combinations
from math import prod
from operator import mul

from dialogs.critical_friend.people import (
    Pair,
    Past,
    Person,
    coded,
    different_kind,
    different_size,
)
from dialogs.critical_friend.worth import Worth

_PRIME = (1 << 61) - 1
_BITS = 118  # of a weight: rustworkx counts in 128 and needs room for sums of four
_RECENT = 8  # rounds after which an earlier meeting counts as long ago
_WAITED = 3  # having waited more often than this weighs no more


class Scale:
    """Weighs groups of people, named by their place in `people` (sorted by id).

    A weight is one whole number in which a higher level of `Worth` outweighs whatever all the
    groups of a round can have on the lower ones. The lowest digits are a hash of the seed and
    the ids: they make the best round the only best one, so the result depends on nothing else.
    """

    def __init__(self, people: Iterable[Person], past: Past, seed: int = 0) -> None:
        self.people = sorted(people, key=lambda person: person.id)
        self.place = {person.id: place for place, person in enumerate(self.people)}
        self._coded = coded(self.people, _WAITED)
        self._keys = [_key(seed, person.id) for person in self.people]
        self._ago = {pair: past.together[ids] for pair, ids in self._placed(past.together)}
        self._apart = {pair for pair, _ in self._placed(past.apart)}
        self._waiting = self._wait_for_a_trio()
        self.turn = self._turns()
        self._bases, self._tie = self._digits()
        self._bases_of_groups = self._bases[2:]

    def allowed(self, a: int, b: int) -> bool:
        """Never of one organisation, never a pair that ended or is kept apart; a < b."""
        return (
            self._coded[a].organisation != self._coded[b].organisation and (a, b) not in self._apart
        )

    def fits(self, group: Sequence[int]) -> bool:
        return all(self.allowed(a, b) for a, b in combinations(sorted(group), 2))

    def met_before(self, a: int, b: int) -> bool:
        return (a, b) in self._ago

    def open(self, a: int, b: int) -> bool:
        """Whether these two may meet and have not; a < b."""
        return (a, b) not in self._ago and self.allowed(a, b)

    def worth(self, group: Sequence[int]) -> Worth:
        """Of a pair or a trio, places in ascending order."""
        return Worth(0, 0, *self._levels(group))

    def weight(self, group: Sequence[int]) -> int:
        levels: int = sum(map(mul, self._levels(group), self._bases_of_groups))
        return levels + prod([self._keys[place] for place in group]) % _PRIME % self._tie

    def weight_of_turn(self, place: int) -> int:
        """What it costs, as a weight, that this person is in the trio."""
        return self.turn[place] * self._bases[Worth._fields.index("turns")]

    @property
    def above_all(self) -> int:
        """A weight that no group reaches."""
        return self._bases[Worth._fields.index("extra_trios")]

    def score(self, worth: Worth) -> int:
        """A worth as one whole number, comparable with those of the same people."""
        levels: int = sum(map(mul, worth, self._bases))
        return levels // self._bases[-1]

    def _levels(self, group: Sequence[int]) -> tuple[int, ...]:
        """The levels of `Worth` from `repeats` on."""
        if len(group) == 2:
            return self._levels_of_pair(group[0], group[1])
        pairs = [self._levels_of_pair(a, b) for a, b in combinations(group, 2)]
        repeats, recency, _, _, _, _, _, fit = map(sum, zip(*pairs, strict=True))
        members = [self._coded[place] for place in group]
        tongues, wishes, waited = -1, 0, 0
        for one in members:
            tongues &= one.languages
            offered = 0
            for other in members:
                if other is not one:
                    offered |= other.offers
            met = (one.wishes & offered).bit_count()
            wishes += met
            waited += one.waited if met else 0
        turns = sum(self.turn[place] for place in group)
        return repeats, recency, -turns, -(not tongues), wishes, waited, 0, fit

    def _levels_of_pair(self, a: int, b: int) -> tuple[int, ...]:
        one, other = self._coded[a], self._coded[b]
        ago = self._ago.get((a, b))
        for_one = (one.wishes & other.offers).bit_count()
        for_other = (other.wishes & one.offers).bit_count()
        return (
            -(ago is not None),
            -max(0, _RECENT - ago) if ago is not None else 0,
            0,
            -(not one.languages & other.languages),
            for_one + for_other,
            (one.waited if for_one else 0) + (other.waited if for_other else 0),
            -(a in self._waiting and b in self._waiting),
            2 * (one.themes & other.themes).bit_count()
            + different_kind(one.kind, other.kind)
            + different_size(one.size, other.size),
        )

    def _wait_for_a_trio(self) -> set[int]:
        """Who is due to be in a trio; nobody, when their number is even and there will be none."""
        fewest = min((person.trios for person in self.people), default=0)
        odd = len(self.people) % 2
        return {at for at, person in enumerate(self.people) if odd and person.trios == fewest}

    def _turns(self) -> list[int]:
        """What it costs to give each the trio's turn: first of all, those who had fewest.

        Among them, those who are hard to place later, having few open partners among the others
        who wait: where everybody has two thirds, all can be put in trios (Corrádi and Hajnal).
        """
        fewest = min((person.trios for person in self.people), default=0)
        partners = dict.fromkeys(self._waiting, 0)
        for a, b in combinations(sorted(self._waiting), 2):
            if self.open(a, b):
                partners[a] += 1
                partners[b] += 1
        hard = {at for at, number in partners.items() if 3 * number < 2 * len(self._waiting)}
        return [
            4 * (person.trios - fewest) + (at not in hard) for at, person in enumerate(self.people)
        ]

    def _placed(self, pairs: Iterable[Pair]) -> Iterable[tuple[tuple[int, int], Pair]]:
        """Those pairs of whom both are here, by place."""
        for pair in pairs:
            places = sorted(self.place[one] for one in pair if one in self.place)
            if len(places) == 2:
                yield (places[0], places[1]), pair

    def _digits(self) -> tuple[list[int], int]:
        """The worth of one point on each level, and how many values a tie-break has."""
        groups = len(self.people) // 2 + 1
        wishes = max((len(person.wishes) for person in self.people), default=0)
        themes = max((len(person.themes) for person in self.people), default=0)
        most = {  # that all groups of a round can have together, from the lowest level up
            "fit": groups * 3 * (2 * themes + 2),
            "saved": groups,
            "waited": groups * 3 * _WAITED,
            "wishes": groups * 3 * wishes,
            "tongues": groups,
            "turns": 3 * max(self.turn, default=0),  # one trio
            "recency": groups * 3 * _RECENT,
            "repeats": groups * 3,
            "extra_trios": groups,
            "alone": len(self.people),
        }
        bases = [1]
        for limit in list(most.values())[:-1]:
            bases.append(bases[-1] * (limit + 1))
        spare = _BITS - (bases[list(most).index("repeats")] * 3 * groups).bit_length()
        tie = 1 << max(8, min(40, spare))
        lowest = tie * groups
        return [base * lowest for base in reversed(bases)], tie


def _key(seed: int, person: int) -> int:
    return int.from_bytes(blake2b(f"{seed}:{person}".encode(), digest_size=8).digest()) | 1
