"""The words a conversation is built from. bot/cards.py turns them into Adaptive Cards."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Literal


class Text:
    """A sentence by its key in the .ftl files, with values for its placeholders.

    A value may be a string (people's words or names: shown as they are, never as markup), a
    number, a date, an aware datetime, or another Text.
    """

    def __init__(self, key: str, **values: Any) -> None:
        self.key, self.values = key, values

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Text) and vars(self) == vars(other)

    def __hash__(self) -> int:
        return hash(self.key)

    def __repr__(self) -> str:
        return f"Text({self.key!r}, **{self.values})"


Words = Text | str  # a plain string is people's own words


@dataclass(frozen=True)
class Heading:
    text: Words


@dataclass(frozen=True)
class Note:
    """Small print: who sees this, what happens next."""

    text: Words


@dataclass(frozen=True)
class Quote:
    """Somebody's own words, set apart."""

    words: str


@dataclass(frozen=True)
class Facts:
    """Rows of a label and what stands behind it."""

    rows: Sequence[tuple[Words, Words]]


@dataclass(frozen=True)
class Ask:
    """A line (or, with `long`, a few lines) of text; arrives as the argument `name`."""

    name: str
    label: Words
    value: str = ""
    long: bool = False
    limit: int = 280
    required: bool = False
    hint: Words | None = None


@dataclass(frozen=True)
class AskDate:
    """A day; arrives as the argument `name` in ISO form."""

    name: str
    label: Words
    value: str = ""
    required: bool = False


@dataclass(frozen=True)
class Choose:
    """One (or, with `many`, several) of the options; arrives as the argument `name`.

    Options are pairs of a code and what the reader sees.
    """

    name: str
    label: Words
    options: Sequence[tuple[str, Words]]
    chosen: Sequence[str] = ()
    many: bool = False
    compact: bool = False  # a drop-down, for long lists
    required: bool = False


class Button:
    """Go to another step when pressed. `with_inputs=False`: whatever stands in the fields."""

    def __init__(
        self,
        label: Words,
        step: str,
        *,
        style: Literal["default", "positive", "destructive"] = "default",
        with_inputs: bool = True,
        **args: Any,
    ) -> None:
        self.label, self.step, self.args = label, step, args
        self.style, self.with_inputs = style, with_inputs

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Button) and vars(self) == vars(other)

    def __hash__(self) -> int:
        return hash(self.step)

    def __repr__(self) -> str:
        return f"Button({self.label!r}, {self.step!r}, **{self.args})"


@dataclass(frozen=True)
class Link:
    """Open an address outside the conversation."""

    label: Words
    address: str


Part = Words | Heading | Note | Quote | Facts | Ask | AskDate | Choose | Button | Link


class Screen:
    """What the person sees next, from top to bottom; the buttons come last, six at most."""

    def __init__(self, *parts: Part) -> None:
        self.parts = parts

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Screen) and self.parts == other.parts

    def __hash__(self) -> int:
        return hash(len(self.parts))

    def __repr__(self) -> str:
        return f"Screen{self.parts}"


@dataclass(frozen=True)
class Notice:
    """One sentence beside the card that was pressed, which stays as it is with what was typed.

    When the step was refused, nothing is kept of what it had begun.
    """

    text: Text
    refused: bool = field(default=False, compare=False)


@dataclass(frozen=True)
class Skip:
    """A prompt that is no longer wanted at the moment of sending, and why (a code)."""

    reason: str
