"""The best rounds that can be made of given candidate pairs, best first."""

from collections.abc import Iterable, Iterator, Sequence
from heapq import heappop, heappush, nlargest
from itertools import combinations
from typing import NamedTuple

import rustworkx as rx

from dialogs.critical_friend.people import Group
from dialogs.critical_friend.scale import Scale

Edge = tuple[int, int]

_FEW = 11  # people up to whom every trio is tried
_TRIED = 600  # trios tried with more, divided by the number of people
_PAIRS = 25  # pairs from which those trios are made


class Arranged(NamedTuple):
    """Groups, by place in the scale. The greater the better."""

    covered: int
    fewer_trios: int
    weight: int
    groups: tuple[Group, ...]


class Search:
    def __init__(self, scale: Scale, people: Sequence[int], edges: dict[Edge, int]) -> None:
        self._scale = scale
        self._people = people
        self._edges = edges
        self._graph: rx.PyGraph[None, int] = rx.PyGraph()
        self._graph.add_nodes_from([None] * len(scale.people))
        self._graph.add_edges_from([(a, b, weight) for (a, b), weight in edges.items()])

    def rounds(self) -> list[Arranged]:
        """The best round without a trio and the best with each trio tried, the best first."""
        plain = self._completed()
        if self.complete(plain):
            return [plain]
        trios = self._all_trios() if len(self._people) <= _FEW else self._promising_trios(plain)
        return sorted([plain, *(self._completed([trio]) for trio in trios)], reverse=True)

    def complete(self, arranged: Arranged) -> bool:
        return arranged.covered == len(self._people)

    def ranked(self, first: Iterable[Arranged], most: int) -> Iterator[Arranged]:
        """Complete rounds from the best down, up to `most` (Murty's ranking of matchings).

        Each round that has been given splits what is left: all rounds that have the same pairs
        up to one and not that one. Trios stay as they are in the rounds to begin with.
        """
        waiting: list[tuple[int, Arranged, tuple[Group, ...], tuple[Edge, ...]]] = []

        def await_turn(one: Arranged, kept: tuple[Group, ...], banned: tuple[Edge, ...]) -> None:
            if self.complete(one):
                heappush(waiting, (-one.weight, one, kept, banned))

        for one in first:
            await_turn(one, tuple(group for group in one.groups if len(group) > 2), ())
        while waiting and most > 0:
            _, best, kept, banned = heappop(waiting)
            yield best
            most -= 1
            for a, b in [group for group in best.groups if group not in kept]:
                await_turn(self._completed(kept, (*banned, (a, b))), kept, (*banned, (a, b)))
                kept = (*kept, (a, b))

    def _completed(self, kept: Iterable[Group] = (), banned: Sequence[Edge] = ()) -> Arranged:
        """These groups, and the exact matching of everybody else without the banned pairs."""
        groups, graph = list(kept), self._graph
        if groups or banned:
            graph = graph.copy()
            graph.remove_edges_from(banned)
            graph.remove_nodes_from([place for group in groups for place in group])
        matching = rx.max_weight_matching(graph, max_cardinality=True, weight_fn=int)
        return self.arranged([*groups, *((min(pair), max(pair)) for pair in matching)])

    def arranged(self, groups: Sequence[Group]) -> Arranged:
        """These groups and nobody else."""
        return Arranged(
            sum(map(len, groups)),
            -sum(len(group) > 2 for group in groups),
            sum(map(self._weight, groups)),
            tuple(sorted(groups)),
        )

    def _weight(self, group: Group) -> int:
        a, b, *third = group
        known = None if third else self._edges.get((a, b))
        return self._scale.weight(group) if known is None else known

    def _all_trios(self) -> list[Group]:
        return [trio for trio in combinations(self._people, 3) if self._joined(trio)]

    def _joined(self, trio: Group) -> bool:
        return all(pair in self._edges for pair in combinations(trio, 2))

    def _promising_trios(self, plain: Arranged) -> list[Group]:
        """Those who gain most together over what they have in the plain matching."""
        loss = {place: self._scale.weight_of_turn(place) for place in self._people}
        for a, b in plain.groups:
            loss[a] += self._edges[a, b] // 2
            loss[b] += self._edges[a, b] // 2
        # Everybody is in two of a trio's three pairs, so each pair bears half of their loss.
        gain = {(a, b): 2 * w - loss[a] - loss[b] for (a, b), w in self._edges.items()}
        trios: dict[Group, int] = {}
        for pair in nlargest(_PAIRS, gain, key=gain.__getitem__):
            for other in self._people:
                trio = tuple(sorted((*pair, other)))
                pairs = combinations(trio, 2)
                if other not in pair and all(one in gain for one in pairs):
                    trios[trio] = sum(gain[one] for one in combinations(trio, 2))
        most = max(1, _TRIED // len(self._people))
        return nlargest(most, trios, key=trios.__getitem__)
