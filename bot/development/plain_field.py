"""An input of a card, and whether what somebody types is an answer to it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

Kind = Literal["text", "number", "date", "time", "toggle", "choice"]

CLEAR = "-"  # what to type for nothing at all
_DAYS = ("%Y-%m-%d", "%d.%m.%Y", "%d.%m.%y")
_TIMES = ("%H:%M", "%H.%M")


class Unfit(Exception):
    """What was typed is no answer; `why` is a code: required, option, number, day, time, …"""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


@dataclass
class Field:
    """An input. Its value is what a client would send, as text."""

    number: int
    name: str
    kind: Kind
    label: str
    value: str = ""
    hint: str = ""
    options: Sequence[tuple[str, str]] = ()  # what is seen, what is sent
    many: bool = False
    required: bool = False
    error: str = ""
    limit: int | None = None
    pattern: str = ""
    least: str = ""
    most: str = ""

    @property
    def chosen(self) -> list[str]:
        return [part for part in self.value.split(",") if part] if self.many else [self.value]


def answer(field: Field, typed: str) -> str:
    """The value that a client would send for what was typed; nothing typed keeps what is there.

    Options are typed by number or in words, several with commas between.

    Raises:
        Unfit: it is no answer.
    """
    typed = typed.strip()
    value = field.value if not typed else "" if typed == CLEAR else _fitting(field, typed)
    if field.required and not value:
        raise Unfit("required")
    return value


def _fitting(field: Field, typed: str) -> str:
    match field.kind:
        case "choice" | "toggle" if field.many:
            return ",".join(_option(field, part) for part in typed.split(",") if part.strip())
        case "choice" | "toggle":
            return _option(field, typed)
        case "number":
            return _number(field, typed)
        case "date":
            return _within(field, _read(typed, _DAYS, "day").date().isoformat())
        case "time":
            return _within(field, _read(typed, _TIMES, "time").strftime("%H:%M"))
    if field.limit is not None and len(typed) > field.limit:
        raise Unfit("long")
    if field.pattern and not re.search(field.pattern, typed):
        raise Unfit("pattern")
    return typed


def _option(field: Field, typed: str) -> str:
    typed = typed.strip().casefold()
    if typed.isdecimal() and 1 <= int(typed) <= len(field.options):
        return field.options[int(typed) - 1][1]
    found = [value for title, value in field.options if typed in title.casefold()]
    if len(found) != 1:
        raise Unfit("option")
    return found[0]


def _number(field: Field, typed: str) -> str:
    if not re.fullmatch(r"[-+]?\d{1,15}([.,]\d+)?", typed):
        raise Unfit("number")
    value = float(typed.replace(",", "."))
    if (field.least and value < float(field.least)) or (field.most and value > float(field.most)):
        raise Unfit("range")
    return typed.replace(",", ".").removeprefix("+")


def _within(field: Field, value: str) -> str:
    # ISO days and times are in the order of the alphabet.
    if (field.least and value < field.least) or (field.most and value > field.most):
        raise Unfit("range")
    return value


def _read(typed: str, forms: Sequence[str], why: str) -> datetime:
    for form in forms:
        try:
            return datetime.strptime(typed, form)  # noqa: DTZ007  # a day or a time of day
        except ValueError:
            continue
    raise Unfit(why)
