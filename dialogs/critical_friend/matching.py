"""Matches a round of critical friends: everybody in one group, the best way there is.

What counts, in its order, is `Worth`. What is never done: two from one organisation, a pair that
ended, a pair kept apart. Somebody whom nobody may join is rather left alone, and said to be.

How near to the best it comes:
* An even number: the best there is (maximum-weight matching).
* An odd number makes one trio, and the matching of the rest is the best there is. Up to eleven
  people every trio is tried; with more, those that promise most by an estimate.
* Above `_MANY` people only each one's most valuable partners are candidates.
* Further trios are made only so that nobody is left alone, out of pairs that stand.
* The season: the best round after which the later rounds stay possible without a repeat, as far
  as they can (see `season`). When they are in no danger, that is simply the best round.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from heapq import heappush, heapreplace
from itertools import combinations

import rustworkx as rx

from dialogs.critical_friend import season
from dialogs.critical_friend.judgement import Round, judged
from dialogs.critical_friend.people import Group, Past, Person
from dialogs.critical_friend.scale import Scale
from dialogs.critical_friend.search import Arranged, Edge, Search

_MANY = 300  # people above which candidate partners are thinned
_PARTNERS = 100  # that each then keeps
_RANKED = 20_000  # rounds looked at for the season's sake, divided by the square of the people


def match(
    people: Iterable[Person], past: Past | None = None, rounds_left: int = 1, seed: int = 0
) -> Round:
    """The next round; `rounds_left` of the season counts it. Same arguments, same round.

    Pinned groups stand, unless somebody of them is not here or must not be together. Who would
    be left alone becomes the third of a pair where possible, of a pinned one as a last way.
    """
    past = past or Past()
    scale = Scale(people, past, seed)
    pinned = _pins(scale, past)
    free = sorted(set(range(len(scale.people))).difference(*pinned))
    new, old = _candidates(scale, free)
    search = Search(scale, free, new)
    found = search.rounds()
    best, chosen, later = found[0], found[0], 0
    if search.complete(best) and free and rounds_left > 1:
        chosen, later = _for_the_season(scale, search, found, pinned, rounds_left - 1, seed)
    elif old and not search.complete(best):
        chosen = Search(scale, free, new | old).rounds()[0]
    groups = _with_the_alone(scale, list(chosen.groups), pinned)
    ids = [tuple(scale.people[place].id for place in group) for group in groups]
    given_up = _wishes(scale, best) - _wishes(scale, chosen) if search.complete(best) else 0
    return judged(scale, past, ids, later, given_up)


def _pins(scale: Scale, past: Past) -> list[Group]:
    """The pinned groups that can be, by place; an earlier one goes before a later one."""
    pins: list[Group] = []
    for ids in past.pinned:
        places = tuple(sorted(scale.place[one] for one in set(ids) if one in scale.place))
        taken = any(set(places).intersection(pin) for pin in pins)
        if len(places) == len(ids) in (2, 3) and not taken and scale.fits(places):
            pins.append(places)
    return pins


def _candidates(scale: Scale, free: Sequence[int]) -> tuple[dict[Edge, int], dict[Edge, int]]:
    """The pairs that may be, with their weights: those who have not met, and those who have."""
    pairs = ((scale.weight(pair), pair) for pair in combinations(free, 2) if scale.allowed(*pair))
    weights = {pair: weight for weight, pair in (pairs if len(free) <= _MANY else _thinned(pairs))}
    new = {pair: weight for pair, weight in weights.items() if not scale.met_before(*pair)}
    return new, {pair: weight for pair, weight in weights.items() if pair not in new}


def _thinned(pairs: Iterable[tuple[int, Edge]]) -> Iterator[tuple[int, Edge]]:
    """Each one's most valuable pairs."""
    kept: defaultdict[int, list[tuple[int, Edge]]] = defaultdict(list)
    for entry in pairs:
        for one in entry[1]:
            if len(kept[one]) < _PARTNERS:
                heappush(kept[one], entry)
            elif entry > kept[one][0]:
                heapreplace(kept[one], entry)
    return (entry for heap in kept.values() for entry in heap)


def _for_the_season(
    scale: Scale,
    search: Search,
    found: Sequence[Arranged],
    pinned: Sequence[Group],
    wanted: int,
    seed: int,
) -> tuple[Arranged, int]:
    """The best round that keeps the later ones possible, and how many of them are."""
    outlook = season.Outlook(len(scale.people), scale.open, seed)
    best, most = found[0], wanted
    later = outlook.after([*best.groups, *pinned], wanted)
    if later >= wanted:
        return best, later
    whole = [] if pinned else outlook.rounds(wanted + 1)
    if not pinned:
        most = len(whole) - 1
    for candidate in search.ranked(found, 1 + _RANKED // len(scale.people) ** 2):
        if later >= most:
            return best, later
        possible = outlook.after([*candidate.groups, *pinned], most)
        if possible > later:
            best, later = candidate, possible
    if later < most and whole:
        return max(search.arranged(groups) for groups in whole), most
    return best, later


def _with_the_alone(scale: Scale, groups: list[Group], pinned: Sequence[Group]) -> list[Group]:
    """Everybody who is in no group becomes the third of a pair, as many as can, the best way."""
    groups = [*groups, *pinned]
    alone = sorted(set(range(len(scale.people))).difference(*groups))
    if not alone:
        return groups
    graph: rx.PyGraph[None, int] = rx.PyGraph()
    graph.add_nodes_from([None] * (len(groups) + len(alone)))
    for node, one in enumerate(alone, len(groups)):
        for place, group in enumerate(groups):
            trio = tuple(sorted((*group, one)))
            if len(trio) == 3 and scale.fits(trio):
                gain = scale.weight(trio) - scale.weight(group)
                graph.add_edge(place, node, gain - scale.above_all * (group in pinned))
    for ends in rx.max_weight_matching(graph, max_cardinality=True, weight_fn=int):
        place, node = sorted(ends)
        groups[place] = tuple(sorted((*groups[place], alone[node - len(groups)])))
    return groups


def _wishes(scale: Scale, arranged: Arranged) -> int:
    return sum(scale.worth(group).wishes for group in arranged.groups)
