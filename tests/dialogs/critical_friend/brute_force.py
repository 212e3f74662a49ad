"""Every round there is, weighed by words alone: what the matching is compared with.

It knows nothing of the matching but the order of the objective, and may be as slow as it likes.
"""

from collections.abc import Iterator, Sequence
from itertools import combinations

from dialogs.critical_friend.people import Group, Past, Person
from dialogs.critical_friend.worth import Worth

People = dict[int, Person]


def best_worth(people: Sequence[Person], past: Past) -> Worth:
    """Of all rounds of pairs and at most one trio."""
    return max(worth(people, past, groups) for groups in rounds(people, past))


def rounds(people: Sequence[Person], past: Past) -> Iterator[tuple[Group, ...]]:
    """All of them in which as few are alone as can be."""
    ids = sorted(person.id for person in people)
    for alone in range(len(ids) + 1):
        found = False
        for left_over in combinations(ids, alone):
            rest = tuple(one for one in ids if one not in left_over)
            for groups in _groupings(rest, people, past):
                found = True
                yield groups
        if found:
            return


def plan_exists(people: Sequence[Person], past: Past, number: int) -> bool:
    """Whether so many rounds are possible in which nobody is alone or meets anybody twice."""
    if number == 0:
        return True
    ids = tuple(sorted(person.id for person in people))
    return any(
        plan_exists(people, after(past, groups), number - 1)
        for groups in _groupings(ids, people, past)
        if not any(pair in past.together for pair in pairs_of(groups))
    )


def after(past: Past, groups: Sequence[Group]) -> Past:
    older = {pair: rounds + 1 for pair, rounds in past.together.items()}
    return Past(older | dict.fromkeys(pairs_of(groups), 1), past.apart)


def pairs_of(groups: Sequence[Group]) -> list[frozenset[int]]:
    return [frozenset(pair) for group in groups for pair in combinations(group, 2)]


def worth(people: Sequence[Person], past: Past, groups: Sequence[Group]) -> Worth:
    by_id = {person.id: person for person in people}
    trios = [group for group in groups if len(group) == 3]
    repeats = [past.together[pair] for pair in pairs_of(groups) if pair in past.together]
    met = {one: _met(by_id, group, one) for group in groups for one in group}
    waiting = _waiting_for_a_trio(people)
    return Worth(
        alone=sum(map(len, groups)) - len(people),
        extra_trios=-max(0, len(trios) - len(people) % 2),
        repeats=-len(repeats),
        recency=-sum(max(0, 8 - ago) for ago in repeats),
        turns=-sum(_turn(people, past, one) for group in trios for one in group),
        tongues=-sum(_speechless(by_id, group) for group in groups),
        wishes=sum(met.values()),
        waited=sum(min(3, by_id[one].waited) for one, wishes in met.items() if wishes),
        saved=-sum(len(group) == 2 and waiting >= set(group) for group in groups),
        fit=sum(_fit(by_id[a], by_id[b]) for a, b in map(tuple, pairs_of(groups))),
    )


def _groupings(
    ids: Group, people: Sequence[Person], past: Past, trios: int = 1
) -> Iterator[tuple[Group, ...]]:
    """All ways to put everybody in a pair, or in the one trio."""
    if not ids:
        yield ()
        return
    first, rest = ids[0], ids[1:]
    for size in (1, 2)[: 1 + trios]:
        for others in combinations(rest, size):
            if _may(people, past, (first, *others)):
                left = tuple(one for one in rest if one not in others)
                for groups in _groupings(left, people, past, trios - (size == 2)):
                    yield ((first, *others), *groups)


def _may(people: Sequence[Person], past: Past, group: Group) -> bool:
    members = [person for person in people if person.id in group]
    named = [one.organisation for one in members if one.organisation is not None]
    return len(set(named)) == len(named) and not past.apart.intersection(pairs_of([group]))


def _met(people: People, group: Group, one: int) -> int:
    offered = frozenset().union(*(people[other].offers for other in group if other != one))
    return len(people[one].wishes & offered)


def _speechless(people: People, group: Group) -> bool:
    known = [people[one].languages for one in group if people[one].languages]
    return bool(known) and not frozenset.intersection(*known)


def _fit(a: Person, b: Person) -> int:
    sizes = sorted((a.size, b.size))
    return (
        2 * len(a.themes & b.themes)
        + ("" not in (a.kind, b.kind) and a.kind != b.kind)
        + (sizes[0] > 0 and sizes[1] >= 2 * sizes[0])
    )


def _waiting_for_a_trio(people: Sequence[Person]) -> set[int]:
    fewest = min((person.trios for person in people), default=0)
    return {one.id for one in people if len(people) % 2 and one.trios == fewest}


def _turn(people: Sequence[Person], past: Past, one: int) -> int:
    """Fewest turns first; among those who wait, who has few open partners among them."""
    waiting = _waiting_for_a_trio(people)
    turns = {person.id: person.trios for person in people}
    partners = sum(
        _may(people, past, (one, other)) and frozenset((one, other)) not in past.together
        for other in waiting - {one}
    )
    hard = one in waiting and partners < 2 / 3 * len(waiting)
    return 4 * (turns[one] - min(turns.values())) + (not hard)
