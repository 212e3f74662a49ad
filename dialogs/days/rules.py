"""Which days a line means, typed in Finnish, Swedish, English or ISO."""

import re
from datetime import date, datetime, timedelta
from typing import Any

from dateutil.parser import ParserError, parse, parserinfo
from dateutil.relativedelta import relativedelta

Span = tuple[date, date]  # both days included

_HALF_A_YEAR = timedelta(days=183)
_NAMES_OF_MONTHS = (
    ("tammi", "januari", "january"),
    ("helmi", "februari", "february"),
    ("maalis", "mars", "march"),
    ("huhti", "april", "april"),
    ("touko", "maj", "may"),
    ("kesä", "juni", "june"),
    ("heinä", "juli", "july"),
    ("elo", "augusti", "august"),
    ("syys", "september", "september"),
    ("loka", "oktober", "october"),
    ("marras", "november", "november"),
    ("joulu", "december", "december"),
)


class _Months(parserinfo):
    """Dates as they are written in Finland: the day first, months in three languages."""

    def __init__(self) -> None:
        months: Any = [
            (fi, f"{fi}kuu", f"{fi}kuun", f"{fi}kuuta", f"{fi}kuussa", sv, sv[:3], en, en[:3])
            for fi, sv, en in _NAMES_OF_MONTHS
        ]
        self.JUMP, self.MONTHS = [*parserinfo.JUMP, "den"], months
        super().__init__(dayfirst=True)


_INFO = _Months()
_NAMES = sorted({name for names in _INFO.MONTHS for name in names}, key=len, reverse=True)
_MONTH = rf"(?:{'|'.join(map(re.escape, _NAMES))})\b\.?"
_YEAR = r"(?:\s*,?\s*\d{4}\b)?"
_DASH = r"\s*[-–—]\s*"
_NUMBERS = r"\d{1,2}[./]\s?\d{1,2}(?:[./]\s?(?:\d{4}|\d{2})(?!\d))?"
_WORDS = rf"\d{{1,2}}(?:\.|st|nd|rd|th|:[ae])?\s*(?:of\s+|den\s+)?{_MONTH}{_YEAR}"
_MONTH_FIRST = rf"{_MONTH}\s*(?:the\s+)?\d{{1,2}}(?:st|nd|rd|th)?\b\.?{_YEAR}"
_ISO = r"\d{4}-\d{2}-\d{2}"
_DATE = re.compile(rf"(?<!\d)(?:{_ISO}|{_NUMBERS}|{_WORDS}|{_MONTH_FIRST})(?!\d)")
# "1.–7.2.", "1–7 February", "February 1–7": the first day borrows the month of the last one.
_DAYS_OF = re.compile(
    rf"(?<![\d./-])(\d{{1,2}})\.?{_DASH}(\d{{1,2}})"
    rf"((?:[./]\s?\d{{1,2}}(?!\d)|\.?\s*{_MONTH})(?:[./\s]\s?\d{{4}}\b)?)"
)
_OF_DAYS = re.compile(rf"({_MONTH})\s*(\d{{1,2}}){_DASH}(\d{{1,2}})(?![\d./])")

_UNITS = {
    "days": ("päivä", "dag", "day"),
    "weeks": ("viiko", "viikko", "veck", "week"),
    "months": ("kuukau", "kuukaude", "månad", "month"),
}
_COUNTS = {
    1: ("yksi", "yhden", "en", "ett", "one", "a"),
    2: ("kaksi", "kahden", "två", "two"),
    3: ("kolme", "kolmen", "tre", "three"),
    4: ("neljä", "neljän", "fyra", "four"),
}
_LENGTH = re.compile(
    rf"(?:\b(\w+)\s+)?\b({'|'.join(stem for stems in _UNITS.values() for stem in stems)})"
)


def span_in(said: str, today: date) -> Span | None:
    """The days a line names: from one to another, from today until one, or for so long.

    A day without a year is its next one; with an explicit year it may lie in the past, and the
    first day may come out after the last one: whoever keeps the days checks that.
    """
    line = _with_months(said.lower())
    found = _DATE.findall(line)
    if not found:
        length = _length_in(line)
        return None if length is None else (today, today + length)
    last = _day(found[-1], today)
    if last is None:
        return None
    if len(found) == 1:
        return today, last
    first = _day_before(found[0], last)
    return None if first is None else (first, last)


def _with_months(line: str) -> str:
    line = _OF_DAYS.sub(
        lambda m: f"{m[1]} {m[2]} – {m[1]} {m[3]}{m[0][m.end(3) - m.start() :]}", line
    )
    return _DAYS_OF.sub(lambda m: f"{m[1]}{m[3]} – {m[2]}{m[3]}", line)


def _day(written: str, today: date) -> date | None:
    """A written day; without a year its next one."""
    if _has_year(written):
        return _read(written, today.year)
    for year in (today.year, today.year + 1):
        day = _read(written, year)
        if day is not None and day >= today:
            return day
    return None


def _day_before(written: str, last: date) -> date | None:
    """The first day of a span: without a year, its last one before the span ends."""
    if _has_year(written):
        return _read(written, last.year)
    same_year, year_before = _read(written, last.year), _read(written, last.year - 1)
    if same_year is not None and same_year <= last:
        return same_year
    # From 10 June to 1 June is a slip, from 20 December to 7 January is not.
    if year_before is not None and last - year_before < _HALF_A_YEAR:
        return year_before
    return same_year


def _has_year(written: str) -> bool:
    return bool(re.search(r"\d{4}|[./]\s?\d{1,2}[./]\s?\d{2}$", written))


def _read(written: str, year: int) -> date | None:
    try:
        if re.fullmatch(_ISO, written):
            return date.fromisoformat(written)
        if re.fullmatch(_NUMBERS, written):
            written = re.sub(r"[./]\s?", "/", written)
        written = re.sub(r"(?<=\d)(?:st|nd|rd|th|:[ae])", "", written)
        moment: datetime = parse(written, _INFO, default=datetime(year, 1, 1), fuzzy=True)  # noqa: DTZ001
    except (ParserError, ValueError, OverflowError):
        return None
    return moment.date()


def _length_in(line: str) -> relativedelta | None:
    found = _LENGTH.search(line)
    if found is None:
        return None
    number, stem = found.groups()
    count = int(number) if number and number.isdecimal() and len(number) < 4 else 1
    count = next((n for n, words in _COUNTS.items() if number in words), count)
    if stem in _UNITS["days"]:
        return relativedelta(days=count)
    return relativedelta(weeks=count) if stem in _UNITS["weeks"] else relativedelta(months=count)
