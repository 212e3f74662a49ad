"""Which days a typed line means."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialogs.days.rules import span_in

TODAY = date(2027, 5, 11)


@pytest.mark.parametrize(
    ("said", "first", "last"),
    [
        # until a day: its next one, this year or the next
        ("15.1. asti", TODAY, date(2028, 1, 15)),
        ("20.5.", TODAY, date(2027, 5, 20)),
        ("11.5. asti", TODAY, TODAY),
        ("15.1.2028 saakka", TODAY, date(2028, 1, 15)),
        ("15.1.28", TODAY, date(2028, 1, 15)),
        ("15/1", TODAY, date(2028, 1, 15)),
        ("2028-01-15", TODAY, date(2028, 1, 15)),
        ("tammikuun 15. asti", TODAY, date(2028, 1, 15)),
        ("15. tammikuuta", TODAY, date(2028, 1, 15)),
        ("kesäkuun 1. päivään", TODAY, date(2027, 6, 1)),
        ("till 15 januari", TODAY, date(2028, 1, 15)),
        ("till och med den 15:e juni", TODAY, date(2027, 6, 15)),
        ("T.O.M. 15 JUNI", TODAY, date(2027, 6, 15)),
        ("until January 15th", TODAY, date(2028, 1, 15)),
        ("15th of January 2028", TODAY, date(2028, 1, 15)),
        ("feb 29", TODAY, date(2028, 2, 29)),
        # from one day to another
        ("1.6.–7.6.", date(2027, 6, 1), date(2027, 6, 7)),
        ("1.–7.6.", date(2027, 6, 1), date(2027, 6, 7)),
        ("1. - 7.6.2027", date(2027, 6, 1), date(2027, 6, 7)),
        ("1–7 juni", date(2027, 6, 1), date(2027, 6, 7)),
        ("June 1–7", date(2027, 6, 1), date(2027, 6, 7)),
        ("from 2027-06-01 to 2027-06-10", date(2027, 6, 1), date(2027, 6, 10)),
        ("20.12.–7.1.", date(2027, 12, 20), date(2028, 1, 7)),
        ("5.5.–15.5.", date(2027, 5, 5), date(2027, 5, 15)),  # under way
        ("1.5.–5.5.", date(2028, 5, 1), date(2028, 5, 5)),  # over, so the next one
        ("10.6.–1.6.", date(2027, 6, 10), date(2027, 6, 1)),  # a slip, told as one
        ("15.1.2020 asti", TODAY, date(2020, 1, 15)),
        # for so long
        ("viikko", TODAY, date(2027, 5, 18)),
        ("kaksi viikkoa", TODAY, date(2027, 5, 25)),
        ("10 päivää", TODAY, date(2027, 5, 21)),
        ("en månad", TODAY, date(2027, 6, 11)),
        ("3 weeks", TODAY, date(2027, 6, 1)),
    ],
)
def test_a_line_names_days(said: str, first: date, last: date) -> None:
    assert span_in(said, TODAY) == (first, last)


@pytest.mark.parametrize(
    "said", ["", "huomiseen", "31.2.", "99.99.", "klo 15", "maj", "13.13.2027"]
)
def test_a_line_without_days_is_not_guessed_at(said: str) -> None:
    assert span_in(said, TODAY) is None


@given(st.text(max_size=80))
def test_any_line_is_read_without_an_error(said: str) -> None:
    span = span_in(said, TODAY)
    assert span is None or all(isinstance(day, date) for day in span)


ahead = st.integers(0, 364).map(lambda days: TODAY + timedelta(days=days))
WAYS = (
    lambda d: f"{d.day}.{d.month}.",
    lambda d: f"{d.day}.{d.month}.{d.year}",
    lambda d: f"{d.day}/{d.month}",
    lambda d: d.isoformat(),
    lambda d: d.strftime("%B ") + str(d.day),
    lambda d: str(d.day) + d.strftime(" %b %Y"),
)


@given(ahead, st.sampled_from(WAYS), st.sampled_from(["{}", "{} asti", "till {}", "until {}!"]))
def test_every_day_of_the_coming_year_is_understood_in_every_way(day, way, around) -> None:  # type: ignore[no-untyped-def]
    assert span_in(around.format(way(day)), TODAY) == (TODAY, day)


@given(ahead, st.integers(0, 150), st.sampled_from(WAYS), st.sampled_from(["–", " - ", " to "]))
def test_a_span_ahead_is_understood_in_every_way(first, length, way, dash) -> None:  # type: ignore[no-untyped-def]
    last = first + timedelta(days=length)
    if last > TODAY + timedelta(days=364):
        return
    assert span_in(f"{way(first)}{dash}{way(last)}", TODAY) == (first, last)
