"""Seasons of pairing rounds, played with the sample forum by any way of making groups."""

import json
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from itertools import combinations
from pathlib import Path
from random import Random
from time import process_time
from typing import Any

from dialogs.critical_friend.judgement import Round, judge
from dialogs.critical_friend.matching import match
from dialogs.critical_friend.people import Group, Pair, Past, Person

_SAMPLE = Path(__file__).parents[1] / "bot" / "development" / "sample_forum"

# Makes the groups of a round: who is here, what has been, rounds left (this one too), a seed.
Method = Callable[[Sequence[Person], Past, int, int], Round]


def sample_people() -> list[Person]:
    """The 50 of the sample forum; they speak their own language and their museum's."""
    museums = {museum["id"]: museum for museum in _read("museums")["museums"]}
    themes = {project["museum"]: project["theme"] for project in _read("projects")["projects"]}
    places = {museum: place for place, museum in enumerate(museums)}
    people = []
    for one in _read("participants")["participants"]:
        museum = museums[one["museum"]]
        languages = {one["language"], *museum["working_language"].split("+")}
        people.append(
            Person(
                id=int(one["id"].removeprefix("p")),
                organisation=places[one["museum"]],
                kind=museum["kind"],
                size=museum["staff_fte"],
                languages=frozenset(languages),
                themes=frozenset([themes[one["museum"]]]),
                offers=frozenset(one["offers"]),
                wishes=frozenset(one["wants"]),
            )
        )
    return people


def many_people(number: int, seed: int = 0) -> list[Person]:
    """A large forum, drawn from the sample: organisations of three to six, offers and wishes."""
    dice, sample = Random(seed), sample_people()
    people: list[Person] = []
    while len(people) < number:
        like, organisation = dice.choice(sample), len(people)
        for _ in range(min(dice.choice((3, 4, 4, 4, 6)), number - len(people))):
            one, other = dice.sample(sample, 2)
            people.append(
                replace(
                    like,
                    id=len(people) + 1,
                    organisation=organisation,
                    languages=one.languages,
                    offers=one.offers,
                    wishes=other.wishes,
                )
            )
    return people


@dataclass
class Played:
    """What came of a season."""

    repeats: int = 0
    same_organisation: int = 0
    left_out: int = 0
    left_out_often: Counter[int] = field(default_factory=Counter)  # how often each
    wishes: list[int] = field(default_factory=list)  # met, a round
    seconds: list[float] = field(default_factory=list)  # of one processor, a round
    relaxed: Counter[str] = field(default_factory=Counter)
    given_up: int = 0
    trios: Counter[int] = field(default_factory=Counter)  # how often each has been in one
    twice_too_early: int = 0  # in a trio again while somebody here had not been as often


def play(
    people: Iterable[Person],
    rounds: int,
    method: Method = match,
    absent: float = 0,
    seed: int = 0,
) -> Played:
    """A season; in each round this share of the people is away, drawn anew."""
    everybody = {person.id: person for person in people}
    dice, last, played = Random(seed), dict[Pair, int](), Played()
    for number in range(rounds):
        here = list(everybody.values())
        here = dice.sample(here, round(len(here) * (1 - absent)))
        past = Past({pair: number - when for pair, when in last.items()})
        began = process_time()
        result = method(here, past, rounds - number, seed)
        played.seconds.append(process_time() - began)
        _everybody_once(result, here)
        _count(played, result, here, everybody, last)
        for group in result.groups:
            last.update(dict.fromkeys(map(frozenset, combinations(group.members, 2)), number))
            if len(group.members) > 2:
                played.trios.update(group.members)
        for person in here:
            waited = person.waited + 1 if person.id in result.with_less else 0
            everybody[person.id] = replace(person, waited=waited, trios=played.trios[person.id])
    return played


def _everybody_once(result: Round, here: Sequence[Person]) -> None:
    seen = [one for group in result.groups for one in group.members] + [*result.alone]
    assert sorted(seen) == sorted(person.id for person in here)


def _count(
    played: Played,
    result: Round,
    here: Sequence[Person],
    everybody: dict[int, Person],
    last: dict[Pair, int],
) -> None:
    fewest = sum(sorted(person.trios for person in here)[:3])
    for group in result.groups:
        for a, b in combinations(group.members, 2):
            played.repeats += frozenset((a, b)) in last
            played.same_organisation += everybody[a].organisation == everybody[b].organisation
        if len(group.members) > 2:
            turns = sum(everybody[one].trios for one in group.members)
            played.twice_too_early += turns > fewest
    played.left_out += len(result.alone)
    played.left_out_often.update(result.alone)
    played.wishes.append(result.worth.wishes)
    played.relaxed.update(relaxed.code for relaxed in result.relaxed)
    played.given_up += result.given_up


def shuffled(people: Sequence[Person], past: Past, rounds_left: int, seed: int) -> Round:
    """Icebreaker, GroupConnect: a plain shuffle; the odd one is dropped."""
    order = _order(people, rounds_left, seed)
    return judge(people, past, [tuple(order[at : at + 2]) for at in range(0, len(order) - 1, 2)])


def avoid_last_3(people: Sequence[Person], past: Past, rounds_left: int, seed: int) -> Round:
    """Meetuply: five tries for somebody other than the last three partners."""
    order, groups = _order(people, rounds_left, seed), []
    dice = Random(f"{seed} {rounds_left}")
    while len(order) > 1:
        one = order.pop()
        for _ in range(5):
            other = dice.choice(order)
            if past.together.get(frozenset((one, other)), 99) > 3:
                break
        order.remove(other)
        groups.append((one, other))
    return judge(people, past, groups)


def greedy_unseen(people: Sequence[Person], past: Past, rounds_left: int, seed: int) -> Round:
    """RandomCoffeeBot, chat-roulette: each in turn takes the first not yet met; the odd one
    makes a trio."""
    order, groups = _order(people, rounds_left, seed), list[Group]()
    while len(order) > 1:
        one = order.pop()
        unseen = (two for two in order if frozenset((one, two)) not in past.together)
        other = next(unseen, order[0])
        order.remove(other)
        groups.append((one, other))
    if order:
        groups[-1] = (*groups[-1], order[0])
    return judge(people, past, groups)


def _order(people: Sequence[Person], rounds_left: int, seed: int) -> list[int]:
    ids = sorted(person.id for person in people)
    Random(f"{rounds_left} {seed}").shuffle(ids)
    return ids


def _read(name: str) -> Any:
    return json.loads((_SAMPLE / f"{name}.json").read_text("utf-8"))
