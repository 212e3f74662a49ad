"""What a forum still lacks, when it asks how things are going, and whom a list may show."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from dialogs.quiet.rules import OPENS, Quiet, Span, why_quiet

CARDS = ("basics", "channel", "coordinators", "quiet", "people", "waves", "summary")
ZONES = (
    "Europe/Helsinki",
    "Europe/Stockholm",
    "Europe/Oslo",
    "Europe/Copenhagen",
    "Europe/Tallinn",
    "Atlantic/Reykjavik",
)
LONGEST = timedelta(days=3 * 366)  # a forum; a longer one is a mistyped year
EVERY = timedelta(weeks=4)  # between two waves of check-ins, about
AT_ONCE = 60  # names in a list that can still be looked through

_TUESDAY = 1
_WEEK = timedelta(weeks=1)


def next_card(card: str) -> str:
    """The card after this one; the last one stays."""
    return CARDS[min(CARDS.index(card) + 1, len(CARDS) - 1)]


def ordered(first: str, others: Sequence[str]) -> list[str]:
    """The channel's languages, the main one first."""
    return [first, *(code for code in others if code != first)]


def wrong_dates(begins: date | None, ends: date | None) -> str | None:
    """A code for what is wrong with a forum's first and last day, or None."""
    if begins is None or ends is None:
        return "missing"
    if ends <= begins:
        return "order"
    return "long" if ends - begins > LONGEST else None


def proposed_waves(begins: date, ends: date, zone: str, quiet: Sequence[Span]) -> list[date]:
    """Tuesdays about four weeks apart, none in quiet times, none in the last four weeks.

    A wave that would fall into a quiet time moves on to the first Tuesday after it, and the
    next one is counted from there: nothing piles up after a summer.
    """
    calm = Quiet(zone, quiet)
    found: list[date] = []
    day = _tuesday_from(begins + EVERY)
    while day <= ends - EVERY:
        if why_quiet(datetime.combine(day, OPENS, ZoneInfo(zone)), calm) is None:
            found.append(day)
            day += EVERY
        else:
            day += _WEEK
    return found


def missing(begins: date | None, ends: date | None, channel: str | None) -> list[str]:
    """The cards without which a forum cannot be opened."""
    found = [] if wrong_dates(begins, ends) is None else ["basics"]
    return found if channel else [*found, "channel"]


def shortlist(names: Sequence[tuple[str, str]], chosen: Sequence[str], find: str) -> list[str]:
    """The codes to offer: the chosen ones first, then those whose name holds the words.

    Of a big team only the first ones fit on a card; the rest is found by name.
    """
    wanted = find.casefold().split()
    rest = [
        code
        for code, name in names
        if code not in chosen and all(word in name.casefold() for word in wanted)
    ]
    return [*chosen, *rest[: max(0, AT_ONCE - len(chosen))]]


def told_apart(code: str, names: Mapping[str, str], emails: Mapping[str, str | None]) -> str:
    """A person's name; with the address where two have the same name."""
    namesakes = sum(name == names[code] for name in names.values())
    return f"{names[code]} ({emails[code] or '?'})" if namesakes > 1 else names[code]


def span_code(span: Span) -> str:
    """A span of days as it travels on a card: 2027-07-01:2027-08-07."""
    return f"{span[0].isoformat()}:{span[1].isoformat()}"


def _tuesday_from(day: date) -> date:
    return day + timedelta(days=(_TUESDAY - day.weekday()) % 7)
