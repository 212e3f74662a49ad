"""When an unasked message may go out: hours, days, holidays, breaks, absences, summer time."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialogs.quiet.rules import (
    ANY_WEEKDAY,
    BUDGET,
    CHANNEL_BUDGET,
    DAYS,
    Quiet,
    after_budget,
    after_channel_budget,
    is_holiday,
    next_allowed,
    proposed_periods,
    why_quiet,
)

HELSINKI = "Europe/Helsinki"
FINLAND = Quiet(HELSINKI)
BREAKS = Quiet(
    HELSINKI, [span for span, _ in proposed_periods(date(2027, 4, 14), date(2028, 9, 30))]
)
AWAY = Quiet(HELSINKI, absences=[(date(2027, 5, 11), date(2027, 5, 12))])
EVERY_DAY = Quiet(HELSINKI, days=ANY_WEEKDAY)


def at(moment: str, zone: str = HELSINKI) -> datetime:
    return datetime.fromisoformat(moment).replace(tzinfo=ZoneInfo(zone))


@pytest.mark.parametrize(
    ("moment", "quiet", "why"),
    [
        ("2027-05-11 09:00", FINLAND, None),  # a Tuesday
        ("2027-05-11 14:59:59.999999", FINLAND, None),
        ("2027-05-11 08:59:59.999999", FINLAND, "outside_hours"),
        ("2027-05-11 15:00", FINLAND, "outside_hours"),
        ("2027-05-11 00:00", FINLAND, "outside_hours"),
        ("2027-05-12 12:00", FINLAND, None),
        ("2027-05-13 12:00", FINLAND, None),
        ("2027-05-10 12:00", FINLAND, "not_the_day"),  # Monday
        ("2027-05-14 12:00", FINLAND, "not_the_day"),
        ("2027-05-15 12:00", FINLAND, "not_the_day"),
        ("2027-05-16 12:00", EVERY_DAY, "holiday"),  # Whit Sunday
        ("2027-05-14 12:00", EVERY_DAY, None),
        ("2027-05-15 12:00", EVERY_DAY, "not_the_day"),
        ("2027-05-11 12:00", Quiet(HELSINKI, days=["thu"]), "not_the_day"),
        ("2027-05-13 12:00", Quiet(HELSINKI, days=["thu"]), None),
        ("2027-05-11 12:00", Quiet(HELSINKI, days=["someday"]), None),  # what is not a day
        ("2027-05-11 12:00", AWAY, "away"),
        ("2027-05-12 12:00", AWAY, "away"),
        ("2027-05-13 12:00", AWAY, None),
        ("2027-06-30 12:00", BREAKS, None),
        ("2027-07-01 12:00", BREAKS, "quiet_period"),
        ("2027-08-05 12:00", BREAKS, "quiet_period"),
        ("2027-08-10 12:00", BREAKS, None),
        ("2027-12-21 12:00", BREAKS, None),
        ("2027-12-22 12:00", BREAKS, "quiet_period"),
        ("2028-01-06 12:00", BREAKS, "quiet_period"),
        ("2028-01-11 12:00", BREAKS, None),
    ],
)  # fmt: skip
def test_why_a_moment_is_quiet(moment: str, quiet: Quiet, why: str | None) -> None:
    assert why_quiet(at(moment), quiet) == why


@pytest.mark.parametrize(
    ("day", "quiet"),
    [
        ("2026-12-31", True),  # New Year's Eve
        ("2027-01-01", True),
        ("2027-01-05", True),  # the eve of Epiphany
        ("2027-01-06", True),
        ("2027-01-07", False),
        ("2027-03-24", False),
        ("2027-03-25", True),  # Maundy Thursday
        ("2027-03-26", True),
        ("2027-03-29", True),  # Easter Monday
        ("2027-03-30", False),
        ("2027-04-30", True),  # Vappu eve
        ("2027-05-01", True),
        ("2027-05-05", False),  # the day before Ascension Day is a working day
        ("2027-05-06", True),
        ("2027-06-24", False),
        ("2027-06-25", True),  # Midsummer eve
        ("2027-06-26", True),
        ("2027-11-05", False),
        ("2027-11-06", True),  # All Saints' Day
        ("2027-12-06", True),  # Independence Day
        ("2027-12-23", False),
        ("2027-12-24", True),
        ("2027-12-25", True),
        ("2027-12-26", True),
        ("2028-04-13", True),  # Maundy Thursday of a leap year
        ("2028-05-25", True),  # Ascension Day
    ],
)
def test_finnish_holidays_and_their_eves(day: str, quiet: bool) -> None:
    assert is_holiday(date.fromisoformat(day)) == quiet


@pytest.mark.parametrize(
    ("moment", "quiet", "allowed"),
    [
        ("2027-05-11 12:00", FINLAND, "2027-05-11 12:00"),
        ("2027-05-11 03:00", FINLAND, "2027-05-11 09:00"),
        ("2027-05-11 15:00", FINLAND, "2027-05-12 09:00"),
        ("2027-05-13 15:00", FINLAND, "2027-05-18 09:00"),
        ("2027-05-05 16:00", FINLAND, "2027-05-11 09:00"),  # over Ascension Day
        ("2027-05-11 10:00", AWAY, "2027-05-13 09:00"),
        ("2027-06-30 15:00", BREAKS, "2027-08-10 09:00"),  # over the summer
        ("2027-12-21 15:00", BREAKS, "2028-01-11 09:00"),  # over Christmas
        ("2027-05-11 10:00", Quiet(HELSINKI, days=["wed"]), "2027-05-12 09:00"),
        # The Sunday on which an hour is missing, and the Sunday that has one twice.
        ("2027-03-27 12:00", FINLAND, "2027-03-30 09:00"),
        ("2027-03-28 02:59", FINLAND, "2027-03-30 09:00"),
        ("2027-03-28 03:30", FINLAND, "2027-03-30 09:00"),  # there is no such time
        ("2027-03-28 04:00", FINLAND, "2027-03-30 09:00"),
        ("2027-10-31 03:30", FINLAND, "2027-11-02 09:00"),  # twice
        ("2027-10-28 15:00", FINLAND, "2027-11-02 09:00"),
        ("2027-10-29 15:00", EVERY_DAY, "2027-11-01 09:00"),
        # Others change their clocks elsewhere, and nobody in Iceland does.
        ("2027-03-11 15:00", Quiet("America/New_York"), "2027-03-16 09:00"),
        ("2027-03-28 00:30", Quiet("Atlantic/Reykjavik"), "2027-03-30 09:00"),
    ],
)  # fmt: skip
def test_the_next_allowed_moment(moment: str, quiet: Quiet, allowed: str) -> None:
    found = next_allowed(at(moment, quiet.zone), quiet)
    assert found == at(allowed, quiet.zone)
    assert found.astimezone(UTC) == at(allowed, quiet.zone).astimezone(UTC)


@pytest.mark.parametrize(
    ("moment", "hour"), [("2027-03-25 20:00", 6), ("2027-10-28 20:00", 7)]
)  # fmt: skip
def test_nine_is_nine_on_either_side_of_summer_time(moment: str, hour: int) -> None:
    assert next_allowed(at(moment), FINLAND).astimezone(UTC).hour == hour


@pytest.mark.parametrize("zone", ["UTC", "America/New_York", "Asia/Tokyo", "Europe/Stockholm"])
def test_the_forum_s_clock_counts_wherever_the_moment_comes_from(zone: str) -> None:
    tuesday, evening = at("2027-05-11 14:30"), at("2027-05-11 15:30")
    assert next_allowed(tuesday.astimezone(ZoneInfo(zone)), FINLAND) == tuesday
    assert next_allowed(evening.astimezone(ZoneInfo(zone)), FINLAND) == at("2027-05-12 09:00")
    assert why_quiet(tuesday.astimezone(ZoneInfo(zone)), Quiet("Europe/Stockholm")) is None
    assert why_quiet(evening.astimezone(ZoneInfo(zone)), Quiet("Europe/Stockholm")) is None


FIRST = datetime(2026, 1, 1, tzinfo=UTC)
moments = st.integers(0, 7 * 366 * 86_400).map(
    lambda seconds: FIRST + timedelta(seconds=seconds)
) | st.sampled_from([at("2027-03-28 00:00"), at("2027-10-31 00:00")]).flatmap(
    lambda day: st.integers(-36 * 60, 36 * 60).map(
        lambda minutes: day.astimezone(UTC) + timedelta(minutes=minutes)
    )
)
days = st.dates(date(2026, 1, 1), date(2032, 12, 31))
spans = st.tuples(days, st.integers(0, 90)).map(lambda s: (s[0], s[0] + timedelta(days=s[1])))
quiets = st.builds(
    Quiet,
    st.sampled_from([HELSINKI, "Europe/Stockholm", "America/New_York", "Pacific/Auckland", "UTC"]),
    st.lists(spans, max_size=3),
    st.lists(spans, max_size=3),
    st.lists(st.sampled_from(sorted(DAYS)), max_size=5),
)


@given(moments, quiets)
def test_the_next_allowed_moment_is_never_quiet_and_never_earlier(
    moment: datetime, quiet: Quiet
) -> None:
    found = next_allowed(moment, quiet)
    assert why_quiet(found, quiet) is None
    assert found.astimezone(UTC) >= moment
    assert next_allowed(found, quiet) == found


@given(moments, quiets, st.floats(0, 1, exclude_max=True))
def test_there_is_no_earlier_one(moment: datetime, quiet: Quiet, share: float) -> None:
    found = next_allowed(moment, quiet).astimezone(UTC)
    between = moment + (found - moment) * share
    assert between == found or why_quiet(between, quiet) is not None  # rounded to microseconds


def test_who_is_away_for_years_is_left_alone_for_more_than_a_year() -> None:
    gone = Quiet(HELSINKI, absences=[(date(2027, 1, 1), date(2037, 1, 1))])
    found = next_allowed(at("2027-05-11 12:00"), gone)
    assert found > at("2028-05-11 12:00")


@pytest.mark.parametrize(
    ("last", "moment", "fits"),
    [
        (None, "2027-05-11 12:00", "2027-05-11 12:00"),
        ("2027-05-04 12:00", "2027-05-11 12:00", "2027-05-11 12:00"),
        ("2027-05-04 12:01", "2027-05-11 12:00", "2027-05-11 12:01"),
        ("2027-05-11 11:00", "2027-05-11 12:00", "2027-05-18 11:00"),
        ("2026-05-11 11:00", "2027-05-11 12:00", "2027-05-11 12:00"),
    ],
)
def test_one_unasked_message_a_week(last: str | None, moment: str, fits: str) -> None:
    assert after_budget(at(last) if last else None, at(moment)) == at(fits)


def test_a_week_is_a_week_over_summer_time_too() -> None:
    last = at("2027-03-23 12:00").astimezone(UTC)
    assert after_budget(last, last) - last == timedelta(days=7)


@pytest.mark.parametrize(
    ("posts", "fits"),
    [
        ([], "2027-05-11 12:00"),
        (["2027-05-11 11:00"], "2027-05-11 12:00"),
        (["2027-05-11 11:00", "2027-05-06 10:00"], "2027-05-13 10:00"),
        (["2027-05-04 12:00", "2027-05-06 10:00"], "2027-05-11 12:00"),
        (["2027-05-04 10:00", "2027-05-06 10:00", "2027-05-11 10:00"], "2027-05-13 10:00"),
    ],
)
def test_two_unasked_posts_a_week_in_the_channel(posts: list[str], fits: str) -> None:
    assert after_channel_budget([at(p) for p in posts], at("2027-05-11 12:00")) == at(fits)


@given(st.lists(moments, max_size=6), moments)
def test_the_channel_s_budget_holds_in_every_week(posts: list[datetime], moment: datetime) -> None:
    fits = after_channel_budget(posts, moment)
    assert fits >= moment
    before = [post for post in posts if fits - BUDGET < post <= fits]
    assert len(before) < CHANNEL_BUDGET or max(posts) > moment


@pytest.mark.parametrize(
    ("begins", "ends", "expected"),
    [
        ("2027-04-14", "2027-06-30", []),
        ("2027-04-14", "2027-07-01", ["2027-07-01/2027-08-07 july"]),
        ("2027-12-31", "2028-01-31", ["2027-12-22/2028-01-07 christmas"]),
        ("2028-01-07", "2028-01-31", ["2027-12-22/2028-01-07 christmas"]),
        (
            "2027-08-07",
            "2028-07-01",
            [
                "2027-07-01/2027-08-07 july",
                "2027-12-22/2028-01-07 christmas",
                "2028-07-01/2028-08-07 july",
            ],
        ),
    ],
)
def test_breaks_are_proposed(begins: str, ends: str, expected: list[str]) -> None:
    proposed = proposed_periods(date.fromisoformat(begins), date.fromisoformat(ends))
    assert [f"{first}/{last} {why}" for (first, last), why in proposed] == expected
