from itertools import combinations
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dialogs.critical_friend import season
from dialogs.critical_friend.matching import match
from dialogs.critical_friend.people import Past, Person
from tests.dialogs.critical_friend import brute_force
from tests.dialogs.critical_friend.forums import forums
from tests.pairing import many_people, play, sample_people

Forum = tuple[list[Person], Past]


# The season looked ahead


@pytest.mark.parametrize(
    ("sizes", "rounds"),
    [
        ([1] * 6, 5),
        ([2] * 3, 4),
        ([1] * 8, 7),
        ([2] * 4, 6),
        ([2] * 5, 8),
        ([3] * 4, 9),
        ([1] * 10, 9),
        ([4, 4, 4, 4], 12),
    ],
)
def test_a_small_forum_has_every_round_that_there_can_be(sizes: list[int], rounds: int) -> None:
    """As many as each has people to meet: not one choice may be wrong."""
    for seed in range(5):
        played = play(wishing(sizes, seed), rounds, seed=seed)
        assert played.repeats == 0
        assert played.left_out == 0


def test_without_looking_ahead_small_forums_would_get_stuck() -> None:
    def short_sighted(people, past, rounds_left, seed):  # type: ignore[no-untyped-def]
        return match(people, past, 1, seed)

    stuck = [play(wishing([2] * 3, seed), 4, short_sighted).repeats for seed in range(20)]
    assert sum(stuck) > 0


def wishing(sizes: list[int], seed: int) -> list[Person]:
    """People whose wishes pull them together in a way of their own."""
    dice, competences = Random(seed), "abcdef"
    return [
        Person(
            number,
            house,
            offers=frozenset(dice.sample(competences, 2)),
            wishes=frozenset(dice.sample(competences, 2)),
        )
        for number, house in enumerate(
            (house for house, size in enumerate(sizes) for _ in range(size)), 1
        )
    ]


@settings(deadline=None, max_examples=40)
@given(forum=forums(least=4, most=6), rounds_left=st.integers(2, 4))
def test_the_best_round_of_those_that_keep_the_later_rounds_possible(
    forum: Forum, rounds_left: int
) -> None:
    people, past = forum
    later = rounds_left - 1
    good = [
        brute_force.worth(people, past, groups)
        for groups in brute_force.rounds(people, past)
        if not any(pair in past.together for pair in brute_force.pairs_of(groups))
        and brute_force.plan_exists(people, brute_force.after(past, groups), later)
    ]
    result = match(people, past, rounds_left)
    if good and len(people) % 2 == 0 and not result.alone:
        assert result.worth == max(good)
        assert result.later_rounds == later
    if result.given_up:
        assert result.worth.wishes + result.given_up == match(people, past).worth.wishes


@settings(deadline=None, max_examples=40)
@given(forum=forums(least=4, most=7), rounds_left=st.integers(2, 5))
def test_later_rounds_that_are_told_are_possible(forum: Forum, rounds_left: int) -> None:
    people, past = forum
    result = match(people, past, rounds_left)
    groups = [group.members for group in result.groups]
    if result.later_rounds:
        then = brute_force.after(past, groups)
        assert brute_force.plan_exists(people, then, result.later_rounds)


@settings(deadline=None, max_examples=40)
@given(number=st.integers(4, 24), share=st.floats(0.5, 1), dice=st.randoms(use_true_random=False))
def test_certain_rounds_are_possible_whatever_is_chosen(
    number: int, share: float, dice: Random
) -> None:
    pairs = {pair for pair in combinations(range(number), 2) if dice.random() < share}
    while True:
        partners = [sum(one in pair for pair in pairs) for one in range(number)]
        certain = season.certain_rounds(number, min(partners))
        found = season.lay_out(number, sorted(pairs, key=lambda _: dice.random()), 1, 0)
        if not certain:
            break
        assert found, "no round, though one was certain"
        pairs -= {pair for group in found[0] for pair in combinations(group, 2)}


@pytest.mark.parametrize(
    ("people", "fewest", "certain"),
    [(50, 44, 20), (50, 25, 1), (50, 24, 0), (49, 43, 9), (49, 26, 1), (49, 25, 0), (2, 1, 1)],
)
def test_how_many_rounds_are_certain(people: int, fewest: int, certain: int) -> None:
    assert season.certain_rounds(people, fewest) == certain


# The sample forum


def test_half_a_year_of_weeks_without_a_repeat() -> None:
    played = play(sample_people(), 26)
    assert (played.repeats, played.same_organisation, played.left_out) == (0, 0, 0)
    assert played.given_up == 0
    assert set(played.relaxed) <= {"language"}


def test_nearly_as_many_rounds_as_there_can_be() -> None:
    """The six of the largest museum have 44 people to meet."""
    assert play(sample_people(), 43).repeats == 0
    assert play(sample_people(), 44).repeats <= 11  # of 1,100 pairs


@pytest.mark.parametrize("seed", [1, 2])
def test_with_a_fifth_away_each_time(seed: int) -> None:
    played = play(sample_people(), 26, absent=0.2, seed=seed)
    assert (played.repeats, played.same_organisation, played.left_out) == (0, 0, 0)


@pytest.mark.parametrize("number", [37, 49])
def test_the_trio_goes_round(number: int) -> None:
    """Nobody is in a trio twice before all have been once; a year of monthly rounds."""
    played = play(sample_people()[:number], 12)
    assert (played.repeats, played.same_organisation, played.left_out) == (0, 0, 0)
    assert played.twice_too_early == 0
    assert max(played.trios.values()) == 1


def test_a_large_forum_with_fewer_candidates() -> None:
    """Above 300 people only each one's best partners are looked at; everybody is matched."""
    people = many_people(301)
    result = match(people, None, 26)
    assert result.alone == ()
    assert result.worth.repeats == result.worth.tongues == 0
    assert [len(group.members) for group in result.groups].count(3) == 1
    assert result.later_rounds == 25
