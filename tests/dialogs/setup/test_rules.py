"""The decisions of setting up."""

from datetime import date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialogs.quiet.rules import Quiet, Span, proposed_periods, why_quiet
from dialogs.setup.rules import (
    AT_ONCE,
    CARDS,
    missing,
    next_card,
    ordered,
    proposed_waves,
    shortlist,
    span_code,
    told_apart,
    wrong_dates,
)

BEGINS, ENDS = date(2027, 4, 14), date(2028, 9, 30)
SUMMERS = [span for span, _ in proposed_periods(BEGINS, ENDS)]


def test_cards_follow_each_other_and_the_last_one_stays() -> None:
    assert [next_card(card) for card in CARDS] == [*CARDS[1:], "summary"]


@pytest.mark.parametrize(
    ("first", "others", "languages"),
    [
        ("fi", [], ["fi"]),
        ("sv", ["fi", "sv"], ["sv", "fi"]),
        ("en", ["fi", "sv"], ["en", "fi", "sv"]),
    ],
)
def test_the_first_language_comes_first_and_once(
    first: str, others: list[str], languages: list[str]
) -> None:
    assert ordered(first, others) == languages


@pytest.mark.parametrize(
    ("begins", "ends", "wrong"),
    [
        (BEGINS, ENDS, None),
        (None, ENDS, "missing"),
        (BEGINS, None, "missing"),
        (BEGINS, BEGINS, "order"),
        (ENDS, BEGINS, "order"),
        (BEGINS, date(2072, 9, 30), "long"),
    ],
)
def test_a_forum_ends_after_it_begins(
    begins: date | None, ends: date | None, wrong: str | None
) -> None:
    assert wrong_dates(begins, ends) == wrong


def test_the_waves_of_eighteen_months() -> None:
    waves = proposed_waves(BEGINS, ENDS, "Europe/Helsinki", SUMMERS)
    assert waves[:5] == [
        date(2027, 5, 18),
        date(2027, 6, 15),
        date(2027, 8, 10),  # after the summer
        date(2027, 9, 7),
        date(2027, 10, 5),
    ]
    assert waves[-1] <= ENDS - timedelta(weeks=4)
    assert len(waves) == 15


spans = st.tuples(st.dates(date(2027, 1, 1), date(2029, 1, 1)), st.integers(0, 90)).map(
    lambda given: (given[0], given[0] + timedelta(days=given[1]))
)


@given(
    st.dates(date(2026, 1, 1), date(2028, 1, 1)),
    st.integers(0, 1000),
    st.lists(spans, max_size=4),
)
def test_waves_are_calm_tuesdays_four_weeks_apart(
    begins: date, days: int, quiet: list[Span]
) -> None:
    ends = begins + timedelta(days=days)
    waves = proposed_waves(begins, ends, "Europe/Helsinki", quiet)
    zone = ZoneInfo("Europe/Helsinki")
    for wave in waves:
        assert begins < wave < ends
        morning = datetime.combine(wave, time(9), zone)
        assert wave.weekday() == 1
        assert why_quiet(morning, Quiet("Europe/Helsinki", quiet)) is None
    for one, next_one in pairwise(waves):
        assert next_one - one >= timedelta(weeks=4)


def test_what_a_forum_still_lacks() -> None:
    assert missing(BEGINS, ENDS, "19:channel") == []
    assert missing(None, ENDS, None) == ["basics", "channel"]


TEAM = [(str(n), f"Henkilö {n}") for n in range(100)]


def test_of_a_big_team_those_who_are_looked_for_are_shown() -> None:
    assert shortlist(TEAM, ["7"], "")[:3] == ["7", "0", "1"]
    assert len(shortlist(TEAM, ["7"], "")) == AT_ONCE
    assert shortlist(TEAM, ["7"], "henk 99") == ["7", "99"]
    assert shortlist(TEAM, [], "nobody") == []


def test_namesakes_are_told_apart_by_their_address() -> None:
    names = {"1": "Aino Aalto", "2": "Aino Aalto", "3": "Bo Berg"}
    emails = {"1": "aino@museo.example", "2": None, "3": "bo@museo.example"}
    assert told_apart("1", names, emails) == "Aino Aalto (aino@museo.example)"
    assert told_apart("2", names, emails) == "Aino Aalto (?)"
    assert told_apart("3", names, emails) == "Bo Berg"


def test_a_span_travels_as_its_days() -> None:
    assert span_code((date(2027, 7, 1), date(2027, 8, 7))) == "2027-07-01:2027-08-07"
