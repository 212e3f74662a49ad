"""What is said of a matched round: why these groups, what gave way, who was left with less."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import reduce
from itertools import combinations
from typing import Any

from dialogs.critical_friend.people import Group, Past, Person, different_kind, different_size
from dialogs.critical_friend.scale import Scale
from dialogs.critical_friend.worth import Worth

# What gives way when not everything can hold, the first one first. The last two never do in a
# round that Vertti matches; they are here to tell of groups that a coordinator puts together.
RELAXED = (
    "language",  # a group without a language that all of them are known to speak
    "trio",  # somebody is in a trio again while others have not been
    "repeat",  # two who have been together, rather long ago
    "extra_trio",  # a further trio, so that nobody is left alone
    "pin",  # a pinned group that cannot be: somebody is not here, or twice, or must not
    "alone",  # nobody may be together with this person
    "apart",
    "same_organisation",
)

Reason = dict[str, Any]  # a code and its values; ids are those of the people


@dataclass(frozen=True)
class Relaxed:
    code: str  # one of RELAXED
    who: Group


@dataclass(frozen=True)
class Matched:
    """A group and why, the strongest reason first.

    wish_met (competence, wisher, giver), waited (who), shared_theme (theme),
    different_kind (by: kind, size), shared_language (languages), new_acquaintance.
    """

    members: Group
    reasons: tuple[Reason, ...]
    worth: Worth


@dataclass(frozen=True)
class Round:
    groups: tuple[Matched, ...]
    alone: Group  # whom nobody else may join; said honestly
    worth: Worth
    score: int  # the worth as one number, for comparing rounds of the same people
    relaxed: tuple[Relaxed, ...]  # in the order of RELAXED
    with_less: Group  # alone, or with wishes of which none is met: they go first next time
    later_rounds: int = 0  # at least so many more are possible without a repeat
    given_up: int = 0  # wishes that would have been met now, were it not for the later rounds


def judge(people: Iterable[Person], past: Past, groups: Iterable[Group]) -> Round:
    """Groups as somebody has put them together, by ids; people in none of them are alone."""
    return judged(Scale(people, past), past, groups)


def judged(
    scale: Scale,
    past: Past,
    groups: Iterable[Group],
    later_rounds: int = 0,
    given_up: int = 0,
) -> Round:
    matched = tuple(_matched(scale, group) for group in sorted(map(_ordered, groups)))
    members = {one for group in matched for one in group.members}
    alone = tuple(person.id for person in scale.people if person.id not in members)
    trios = sum(len(group.members) > 2 for group in matched)
    own = Worth(alone=-len(alone), extra_trios=-max(0, trios - len(scale.people) % 2))
    worth = reduce(Worth.plus, (group.worth for group in matched), own)
    gave_way = [*_gave_way(scale, past, matched), *(Relaxed("alone", (one,)) for one in alone)]
    return Round(
        matched,
        alone,
        worth,
        scale.score(worth),
        tuple(sorted(gave_way, key=lambda relaxed: RELAXED.index(relaxed.code))),
        tuple(sorted((*alone, *_unmet(scale, matched)))),
        later_rounds,
        given_up,
    )


def _ordered(group: Group) -> Group:
    return tuple(sorted(group))


def _matched(scale: Scale, members: Group) -> Matched:
    places = [scale.place[one] for one in members]
    return Matched(members, tuple(_reasons(scale, members)), scale.worth(places))


def _people(scale: Scale, members: Group) -> list[Person]:
    return [scale.people[scale.place[one]] for one in members]


def _reasons(scale: Scale, members: Group) -> Iterator[Reason]:
    people = _people(scale, members)
    pairs = list(combinations(people, 2))
    met = [
        (one, key, other)
        for one in people
        for key in sorted(one.wishes)
        for other in people
        if other is not one and key in other.offers
    ]
    for one, key, other in met:
        yield {"code": "wish_met", "competence": key, "wisher": one.id, "giver": other.id}
    for one in people:
        if one.waited and any(wisher is one for wisher, _, _ in met):
            yield {"code": "waited", "who": one.id}
    for theme in sorted({theme for a, b in pairs for theme in a.themes & b.themes}):
        yield {"code": "shared_theme", "theme": theme}
    by = [
        *["kind"] * any(different_kind(a.kind, b.kind) for a, b in pairs),
        *["size"] * any(different_size(a.size, b.size) for a, b in pairs),
    ]
    if by:
        yield {"code": "different_kind", "by": by}
    if shared := frozenset.intersection(*(person.languages for person in people)):
        yield {"code": "shared_language", "languages": sorted(shared)}
    places = [scale.place[one] for one in members]
    if not any(scale.met_before(a, b) for a, b in combinations(places, 2)):
        yield {"code": "new_acquaintance"}


def _gave_way(scale: Scale, past: Past, matched: tuple[Matched, ...]) -> Iterator[Relaxed]:
    pinned = {_ordered(group) for group in past.pinned}
    fewest = sum(sorted(person.trios for person in scale.people)[:3])
    spare_trios = len(scale.people) % 2
    for group in matched:
        people = _people(scale, group.members)
        if group.worth.tongues:
            yield Relaxed("language", group.members)
        for a, b in combinations(people, 2):
            pair = frozenset((a.id, b.id))
            if pair in past.together and not any(pair <= set(pin) for pin in pinned):
                yield Relaxed("repeat", (a.id, b.id))
            if pair in past.apart:
                yield Relaxed("apart", (a.id, b.id))
            if a.organisation is not None and a.organisation == b.organisation:
                yield Relaxed("same_organisation", (a.id, b.id))
        if len(people) > 2:
            if group.members not in pinned and sum(one.trios for one in people) > fewest:
                yield Relaxed("trio", group.members)
            if spare_trios == 0:
                yield Relaxed("extra_trio", group.members)
            spare_trios = max(0, spare_trios - 1)
    kept = [set(group.members) for group in matched]
    for pin in sorted(pinned):
        if not any(members >= set(pin) for members in kept):
            yield Relaxed("pin", pin)


def _unmet(scale: Scale, matched: tuple[Matched, ...]) -> Iterator[int]:
    for group in matched:
        glad = {reason["wisher"] for reason in group.reasons if reason["code"] == "wish_met"}
        for person in _people(scale, group.members):
            if person.wishes and person.id not in glad:
                yield person.id
