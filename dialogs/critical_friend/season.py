"""The season in view: can the later rounds still be held without anybody meeting again?

What counts is the graph of open pairs: those who may meet and have not. A round takes one edge
from everybody (two from each of a trio). Three answers, the cheap one first:

* Everybody has so many open partners that every round there is can be held whatever is chosen
  (Dirac: a graph whose every vertex has at least n/2 neighbours has a perfect matching).
* The rounds are laid out one after the other; what can be laid out is possible.
* A layout that gets stuck is begun again in another order, as often as the time allows. Finding
  none is therefore no proof, except in what it means: this engine would repeat, too.

It is assumed that those who are here now come to the later rounds as well.
"""

from collections.abc import Callable, Iterable, Sequence
from hashlib import blake2b
from itertools import combinations

import rustworkx as rx

from dialogs.critical_friend.people import Group

Groups = list[Group]
Edge = tuple[int, int]

_TRIES = 400  # of laying out, divided by the number of people: with more, only what is certain


class Outlook:
    """The open pairs among so many people, named 0, 1, 2 …"""

    def __init__(self, people: int, is_open: Callable[[int, int], bool], seed: int) -> None:
        self._people, self._is_open, self._seed = people, is_open, seed
        self._partners = [0] * people
        for a, b in self._open():
            self._partners[a] += 1
            self._partners[b] += 1

    def after(self, groups: Iterable[Group], wanted: int) -> int:
        """How many more rounds are possible when these groups meet now; at most `wanted`."""
        used = {pair for group in groups for pair in combinations(group, 2)}
        partners = list(self._partners)
        for a, b in used:
            partners[a] -= self._is_open(a, b)
            partners[b] -= self._is_open(a, b)
        fewest = min(partners)
        certain = certain_rounds(self._people, fewest)
        if certain >= wanted or self._people > _TRIES:
            return min(certain, wanted)
        rest = [pair for pair in self._open() if pair not in used]
        found = lay_out(self._people, rest, min(wanted, fewest), self._seed)
        return max(certain, len(found))

    def rounds(self, wanted: int) -> list[Groups]:
        """As many rounds as can be found from now on; in any order."""
        rounds = min(wanted, *self._partners)
        return lay_out(self._people, list(self._open()), rounds, self._seed)

    def _open(self) -> Iterable[Edge]:
        return (pair for pair in combinations(range(self._people), 2) if self._is_open(*pair))


def certain_rounds(people: int, fewest: int) -> int:
    """How many rounds are possible whatever is chosen, when each has `fewest` open partners.

    An odd number: a graph with at least (n+3)/2 neighbours each has a triangle, and without it
    the rest still has a perfect matching; a trio costs its members two neighbours.
    """
    if people % 2 == 0:
        return max(0, (2 * fewest - people) // 2 + 1)
    return max(0, (2 * fewest - people - 3) // 4 + 1)


def lay_out(people: int, open_pairs: Sequence[Edge], rounds: int, seed: int) -> list[Groups]:
    """As many rounds as can be found, at most `rounds`, in which nobody meets anybody twice."""
    best: list[Groups] = []
    for attempt in range(_TRIES // people):
        found = _one_layout(people, _shuffled(open_pairs, seed, attempt), rounds)
        if len(found) > len(best):
            best = found
        if len(best) == rounds:
            break
    return best


def _one_layout(people: int, open_pairs: Sequence[Edge], rounds: int) -> list[Groups]:
    graph: rx.PyGraph[None, None] = rx.PyGraph()
    graph.add_nodes_from([None] * people)
    graph.add_edges_from([(a, b, None) for a, b in open_pairs])
    laid: list[Groups] = []
    while len(laid) < rounds:
        groups = _one_round(people, graph)
        if groups is None:
            break
        laid.append(groups)
        graph.remove_edges_from([edge for group in groups for edge in combinations(group, 2)])
    return laid


def _one_round(people: int, graph: "rx.PyGraph[None, None]") -> Groups | None:
    """Everybody in a pair; an odd one beside a pair, all three with many open partners."""
    if people % 2 == 0:
        return _pairs(graph, people)
    partners = [graph.degree(one) for one in range(people)]
    over = max(range(people), key=partners.__getitem__)
    beside = set(graph.neighbors(over))
    without = graph.copy()
    without.remove_node(over)
    pairs = _pairs(without, people - 1) or []
    seats = [pair for pair in pairs if beside.issuperset(pair)]
    if not seats:
        return None
    seat = max(seats, key=lambda pair: min(partners[pair[0]], partners[pair[1]]))
    pairs[pairs.index(seat)] = tuple(sorted((*seat, over)))
    return pairs


def _pairs(graph: "rx.PyGraph[None, None]", people: int) -> Groups | None:
    """Everybody in a pair, or None."""
    pairs = rx.max_weight_matching(graph, max_cardinality=True)
    return [(min(pair), max(pair)) for pair in pairs] if 2 * len(pairs) == people else None


def _shuffled(edges: Sequence[Edge], seed: int, attempt: int) -> list[Edge]:
    digest = blake2b(f"{seed}:{attempt}".encode(), digest_size=7).digest()
    key, modulus = int.from_bytes(digest) | 1, (1 << 61) - 1
    return sorted(edges, key=lambda edge: (edge[0] * 2003 + edge[1] + 1) * key % modulus)
