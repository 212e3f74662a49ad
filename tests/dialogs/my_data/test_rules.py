"""Everything kept about a person lands on exactly one page that a card can hold."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialogs.my_data import rules
from tests.builders import NOW

weights = st.lists(st.integers(0, rules.PAGE_BYTES), max_size=120)


@given(weights)
def test_every_row_is_on_exactly_one_page_in_order(heavy: list[int]) -> None:
    found = rules.pages(heavy)

    assert [row for begin, end in found for row in range(begin, end)] == list(range(len(heavy)))
    assert all(begin < end for begin, end in found) or found == [(0, 0)]


@given(weights)
def test_no_page_is_heavier_or_longer_than_a_card_holds(heavy: list[int]) -> None:
    for begin, end in rules.pages(heavy):
        assert sum(heavy[begin:end]) <= rules.PAGE_BYTES
        assert end - begin <= rules.PAGE_ROWS


def test_a_row_that_is_too_heavy_has_a_page_of_its_own() -> None:
    assert rules.pages([1, rules.PAGE_BYTES + 1, 1]) == [(0, 1), (1, 2), (2, 3)]


@pytest.mark.parametrize(("asked", "shown"), [(-3, 1), (0, 1), (1, 1), (2, 2), (99, 2)])
def test_an_old_card_may_ask_for_a_page_that_is_gone(asked: int, shown: int) -> None:
    assert rules.page_of([(0, 5), (5, 7)], asked) == shown


@pytest.mark.parametrize(
    ("ago", "sure"),
    [
        (timedelta(0), True),
        (timedelta(minutes=59), True),
        (timedelta(minutes=61), False),
        (timedelta(days=365), False),
        (timedelta(minutes=-1), False),
    ],
)
def test_an_old_card_does_not_erase(ago: timedelta, sure: bool) -> None:
    assert rules.still_sure(NOW - ago, NOW) is sure


def test_weight_counts_what_json_makes_of_words() -> None:
    assert rules.weight("a") < rules.weight("ä") < rules.weight("🟢")
