from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialogs.checkin import rules
from dialogs.texts import words_of

WORDS = {p: words_of(f"checkin-progress-{p}-words") for p in ("moving", "slow", "stuck", "paused")}
WAVE = date(2027, 6, 8)


@pytest.mark.parametrize(
    ("rhythm", "asked", "today", "wave", "expected"),
    [
        (28, None, WAVE, True, True),
        (28, None, WAVE, False, False),
        (28, WAVE - timedelta(days=28), WAVE, True, True),
        (28, WAVE - timedelta(days=21), WAVE, True, True),  # a wave may come a week early
        (28, WAVE - timedelta(days=20), WAVE, True, False),
        (42, WAVE - timedelta(days=28), WAVE, True, False),
        (42, WAVE - timedelta(days=35), WAVE, True, True),
        (14, WAVE - timedelta(days=14), WAVE, False, True),
        (14, WAVE - timedelta(days=13), WAVE, False, False),
        (14, None, WAVE, False, False),  # the first wave opens the rhythm
        (0, None, WAVE, True, False),
        (0, WAVE - timedelta(days=365), WAVE, True, False),
    ],
)
def test_who_is_asked_when(
    rhythm: int, asked: date | None, today: date, wave: bool, expected: bool
) -> None:
    assert rules.wants_to_be_asked(rhythm, asked, today, wave) is expected


@given(
    rhythm=st.sampled_from([14, 28, 42]),
    days=st.lists(st.integers(1, 60), min_size=1, max_size=40),
    waves=st.lists(st.booleans(), min_size=40, max_size=40),
)
def test_nobody_is_asked_more_often_than_a_week_before_their_rhythm(
    rhythm: int, days: list[int], waves: list[bool]
) -> None:
    today, asked = WAVE, WAVE
    for gap, wave in zip(days, waves, strict=False):
        today += timedelta(days=gap)
        if rules.wants_to_be_asked(rhythm, asked, today, wave):
            assert (today - asked).days >= rhythm - 7
            asked = today


@pytest.mark.parametrize(("rhythm", "calmer"), [(14, 28), (28, 42), (42, 0), (0, 0)])
def test_less_often_ends_in_silence(rhythm: int, calmer: int) -> None:
    assert rules.less_often(rhythm) == calmer


@pytest.mark.parametrize(
    ("visibility", "seen_by"),
    [
        ("channel", {"author", "coordinator", "colleague", "pair", "forum_member"}),
        ("coordinators", {"author", "coordinator"}),
        ("organisation", {"author", "colleague"}),
        ("pair", {"author", "pair"}),
    ],
)
def test_who_may_see_an_answer(visibility: str, seen_by: set[str]) -> None:
    everyone = ("author", "coordinator", "colleague", "pair", "forum_member", "stranger")
    assert {who for who in everyone if rules.may_see(visibility, who)} == seen_by


@pytest.mark.parametrize(
    ("said", "progress"),
    [
        ("etenee", "moving"),
        ("Etenee hyvin, saatiin ohje valmiiksi!", "moving"),
        ("jumissa rahoituksen kanssa", "stuck"),
        ("JUMISSA", "stuck"),
        ("jumisa", "stuck"),
        ("ei etene", "stuck"),
        ("hitaasti mutta varmasti", "slow"),
        ("tauolla elokuuhun", "paused"),
        ("det går bra", "moving"),
        ("Det har kört fast med pengarna", "stuck"),
        ("långsamt", "slow"),
        ("på paus", "paused"),
        ("going well", "moving"),
        ("we are stuck", "stuck"),
        ("on hold until autumn", "paused"),
        ("valitsimme hyllyn", None),
        ("", None),
        ("🙂", None),
    ],
)
def test_what_a_typed_line_tells(said: str, progress: str | None) -> None:
    assert rules.progress_in(said, WORDS) == progress


@given(st.text(max_size=300))
def test_any_line_is_understood_or_not_but_never_an_error(said: str) -> None:
    assert rules.progress_in(said, WORDS) in (None, "moving", "slow", "stuck", "paused")


@pytest.mark.parametrize(
    ("latest", "before", "how"),
    [
        (None, None, "unknown"),
        ("moving", None, "first"),
        ("moving", "stuck", "forward"),
        ("stuck", "moving", "harder"),
        ("slow", "slow", "same"),
        ("paused", "moving", "paused"),
        ("moving", "paused", "first"),
    ],
)
def test_how_a_project_moved(latest: str | None, before: str | None, how: str) -> None:
    assert rules.movement(latest, before) == how
