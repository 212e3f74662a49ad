"""Which card comes next, what can be taken, whose roles move, who fits."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialogs.onboarding import rules
from dialogs.onboarding.questions import CARDS, EVERYBODY, NOBODY, QUESTIONS
from dialogs.onboarding.rules import NotTaken

ROLES = sorted(EVERYBODY)
roles = st.sampled_from(ROLES)


@pytest.mark.parametrize(
    ("role", "cards"),
    [
        ("participant", ["portfolio", "expectations", "settings"]),
        ("contact", ["portfolio", "expectations", "goals", "roles", "settings"]),
        ("deputy", ["portfolio", "expectations", "goals", "settings"]),
        ("coordinator", ["portfolio", "expectations", "settings"]),
        ("expert", ["portfolio", "expectations", "settings"]),
    ],
)
def test_who_is_asked_which_cards(role: str, cards: list[str]) -> None:
    assert [card.name for card in rules.cards_for(role)] == cards


def test_coordinators_are_not_asked_what_concerns_a_project() -> None:
    asked = {q.id for card in CARDS for q in rules.questions_for(card, "coordinator")}
    assert not asked & {"ex2", "se2", "se4"}


@given(roles)
def test_skipping_every_card_leads_through_all_of_them_once(role: str) -> None:
    told: set[str] = set()
    seen = []
    while (card := rules.next_card(role, told)) is not None:
        seen.append(card.name)
        told |= {question.id for question in rules.questions_for(card, role)}

    assert seen == [card.name for card in rules.cards_for(role)]


@given(roles, st.sets(st.sampled_from(sorted(QUESTIONS))))
def test_the_next_card_is_the_first_with_something_unasked(role: str, told: set[str]) -> None:
    card = rules.next_card(role, told)
    for earlier in rules.cards_for(role):
        open_questions = {q.id for q in rules.questions_for(earlier, role)} - told
        if earlier == card:
            assert open_questions
            break
        assert not open_questions


@pytest.mark.parametrize(
    ("role", "card", "before", "place"),
    [
        ("contact", "portfolio", None, (1, 5)),
        ("contact", "roles", "goals", (4, 5)),
        ("participant", "settings", "expectations", (3, 3)),
    ],
)
def test_the_way_back(role: str, card: str, before: str | None, place: tuple[int, int]) -> None:
    found = rules.card_before(role, card)
    assert (found.name if found else None) == before
    assert rules.position(role, card) == place


@pytest.mark.parametrize(
    ("question", "raw", "kept"),
    [
        ("pf1", ["digitointi", "koulut"], ["digitointi", "koulut"]),
        ("pf1", ["digitointi", "digitointi"], ["digitointi"]),
        ("pf1", [], None),
        ("pf1", None, None),
        ("pf2", "Osaan kutoa", "Osaan kutoa"),
        ("pf2", "", None),
        ("pf2", "x" * 280, "x" * 280),
        ("pf5", ["chat", "call"], ["chat", "call"]),
        ("go4", "Yksi\nKaksi\nKolme", ["Yksi", "Kaksi", "Kolme"]),
        ("go4", "1) Yksi\n\n - Kaksi\n• Kolme  ", ["Yksi", "Kaksi", "Kolme"]),
        ("go4", " \n ", None),
        ("ro4", False, False),
        ("ro4", None, None),
        ("ro5", "winter", "winter"),
        ("ro5", "", None),
        ("se2", "0", "0"),
    ],
)
def test_an_answer_is_kept(question: str, raw: rules.Raw, kept: rules.Value) -> None:
    assert rules.taken(QUESTIONS[question], raw, {"digitointi", "koulut"}) == kept


@pytest.mark.parametrize(
    ("question", "raw", "why", "limit"),
    [
        ("pf1", [str(n) for n in range(6)], "too_many", 5),
        ("pf1", ["wizardry"], "unknown", 0),
        ("pf5", ["mind reading"], "unknown", 0),
        ("pf2", "x" * 281, "too_long", 280),
        ("go4", "a\nb\nc\nd", "too_many", 3),
        ("go4", "x" * 241, "too_long", 240),
        ("se1", "kl", "unknown", 0),
        ("ro1", "77", "unknown", 0),
    ],
)
def test_an_answer_is_not_kept(question: str, raw: rules.Raw, why: str, limit: int) -> None:
    with pytest.raises(NotTaken) as not_taken:
        rules.taken(QUESTIONS[question], raw, {str(n) for n in range(6)})
    assert (not_taken.value.why, not_taken.value.limit) == (why, limit)


@pytest.mark.parametrize(
    ("chosen", "kept"),
    [(["tue", "thu"], ["tue", "thu"]), (["tue", "any"], []), ([], []), (None, [])],
)
def test_any_day_leaves_the_choice_open(chosen: list[str] | None, kept: list[str]) -> None:
    assert rules.preferred_days(chosen) == kept


C, D, P, K = "contact", "deputy", "participant", "coordinator"


@pytest.mark.parametrize(
    ("before", "contact", "deputy", "after"),
    [
        ({1: C, 2: P, 3: P}, None, "2", {1: C, 2: D, 3: P}),
        ({1: C, 2: D, 3: P}, None, "3", {1: C, 2: P, 3: D}),
        ({1: C, 2: D, 3: P}, None, NOBODY, {1: C, 2: P, 3: P}),
        ({1: C, 2: D, 3: P}, "3", None, {1: P, 2: D, 3: C}),
        ({1: C, 2: D, 3: P}, "2", "2", {1: P, 2: C, 3: P}),  # the deputy takes over
        ({1: C, 2: D, 3: P}, "2", "1", {1: D, 2: C, 3: P}),  # the two change places
        ({1: C, 2: D}, None, None, {1: C, 2: D}),
        ({1: P, 2: P}, "1", "2", {1: C, 2: D}),
        ({1: C, 2: K}, "2", None, {1: P, 2: K}),  # a coordinator keeps their own role
    ],
)
def test_roles_move(
    before: dict[int, str], contact: str | None, deputy: str | None, after: dict[int, str]
) -> None:
    assert rules.roles_after(before, contact, deputy) == after


def test_nobody_is_contact_and_deputy_at_once() -> None:
    with pytest.raises(NotTaken, match="same_person"):
        rules.roles_after({1: C, 2: P}, None, "1")
    with pytest.raises(NotTaken, match="same_person"):
        rules.roles_after({1: C, 2: P}, "2", "2")


members = st.integers(1, 6)
someone = st.one_of(st.none(), st.just(NOBODY), members.map(str))


@given(
    st.dictionaries(members, st.sampled_from([C, D, P]), min_size=1).filter(
        lambda r: list(r.values()).count(C) <= 1 and list(r.values()).count(D) <= 1
    ),
    st.one_of(st.none(), members.map(str)),
    someone,
)
def test_there_is_one_of_each_at_most(before, contact, deputy) -> None:  # type: ignore[no-untyped-def]
    try:
        after = rules.roles_after(before, contact, deputy)
    except NotTaken:
        return
    held = list(after.values())
    assert held.count(C) <= 1
    assert held.count(D) <= 1
    assert set(after) == set(before)


def test_wishes_take_turns_and_other_organisations_come_first() -> None:
    offers = {"a": [(1, 10), (2, 20), (3, 30), (4, 40)], "b": [(5, 20)]}

    assert rules.fitting(["a", "b"], offers, own=10) == [(2, "a"), (5, "b"), (3, "a")]


def test_each_name_once_and_nobody_is_nobody() -> None:
    assert rules.fitting(["a", "b"], {"a": [(1, 10)], "b": [(1, 10)]}, None) == [(1, "a")]
    assert rules.fitting(["a"], {}, None) == []
    assert rules.fitting([], {"a": [(1, 1)]}, None) == []


pool = st.dictionaries(
    st.sampled_from("abc"), st.lists(st.tuples(members, members), unique=True), max_size=3
)


@given(st.lists(st.sampled_from("abc"), unique=True), pool)
def test_at_most_three_who_really_offer_it(wishes, offers) -> None:  # type: ignore[no-untyped-def]
    found = rules.fitting(wishes, offers, None)

    assert len(found) <= rules.MATCHES
    assert len({member for member, _ in found}) == len(found)
    for member, wish in found:
        assert member in [who for who, _ in offers[wish]]
    everybody = {who for wish in wishes for who, _ in offers.get(wish, [])}
    assert len(found) == min(rules.MATCHES, len(everybody))
