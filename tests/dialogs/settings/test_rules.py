"""Rhythm, language and what is left of a pause."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialogs.checkin.rules import RHYTHMS, less_often
from dialogs.settings import rules
from dialogs.texts import LANGUAGES, words_of

TODAY = date(2027, 5, 11)
WORDS = {code: words_of(f"settings-{code}-words") for code in LANGUAGES}

days = st.integers(-500, 500).map(lambda n: TODAY + timedelta(days=n))


@pytest.mark.parametrize(
    ("first", "last", "problem"),
    [
        (TODAY, TODAY, None),
        (date(2027, 5, 1), date(2027, 5, 20), None),  # began before it was told
        (date(2027, 6, 10), date(2027, 6, 1), "backwards"),
        (date(2027, 5, 1), date(2027, 5, 10), "over"),
        (date(2027, 5, 10), date(2020, 1, 1), "over"),
        (TODAY, date(2028, 5, 11), None),
        (TODAY, date(2028, 5, 13), "too_long"),
    ],
)
def test_why_a_quiet_time_cannot_be_kept(first: date, last: date, problem: str | None) -> None:
    assert rules.problem_of(first, last, TODAY) == problem


@pytest.mark.parametrize(
    ("said", "language"),
    [
        ("ruotsi", "sv"),
        ("ruotsiksi kiitos", "sv"),
        ("på svenska, tack", "sv"),
        ("in English please", "en"),
        ("ENGLANTI", "en"),
        ("finska", "fi"),
        ("ruotsii", "sv"),
        ("klingon", None),
        ("", None),
    ],
)
def test_a_line_names_a_language(said: str, language: str | None) -> None:
    assert rules.language_in(said, WORDS) == language


@pytest.mark.parametrize(("now", "then"), [(0, 42), (42, 28), (28, 14), (14, 14), (21, 42)])
def test_more_often_is_the_next_livelier_rhythm(now: int, then: int) -> None:
    assert rules.more_often(now) == then


@given(st.sampled_from([42, 28, 14]))
def test_less_often_takes_back_more_often(rhythm: int) -> None:
    assert rules.more_often(less_often(rhythm)) == rhythm
    assert rules.more_often(rhythm) in RHYTHMS


@given(st.dictionaries(st.integers(), st.tuples(days, days).map(sorted).map(tuple)))
def test_ending_a_pause_touches_only_what_covers_today(spans) -> None:  # type: ignore[no-untyped-def]
    left = rules.after_ending(spans, TODAY)

    assert set(left) == {key for key, (first, last) in spans.items() if first <= TODAY <= last}
    for key, span in left.items():
        if span is None:
            assert spans[key][0] == TODAY
        else:
            assert span == (spans[key][0], TODAY - timedelta(days=1))
            assert span[0] <= span[1]
