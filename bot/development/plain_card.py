"""Any Adaptive Card as plain text: what it says, what it asks, and what can be pressed."""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

from bot.development.plain_field import Field, Kind

Json = dict[str, Any]
Look = Literal["plain", "heading", "quiet", "quote", "field", "option", "button"]

# Where an element keeps the elements inside it; those that show nothing themselves have these.
_INSIDE = ("body", "items", "columns", "rows", "cells", "images", "actions")
_READ = ("title", "text", "label", "description", "altText")
_KINDS: dict[str, Kind] = {
    "Input.Text": "text",
    "Input.Number": "number",
    "Input.Date": "date",
    "Input.Time": "time",
    "Input.Toggle": "toggle",
    "Input.ChoiceSet": "choice",
}


@dataclass
class Button:
    """An action. Inputs go with it by levels: those of its card and of the cards around it."""

    number: int
    title: str
    action: Json
    levels: "_Levels" = ()

    @property
    def fields(self) -> list[Field]:
        return [field for level in self.levels for field in level]


_Levels = tuple[list[Field], ...]


@dataclass(frozen=True)
class Line:
    text: str
    look: Look = "plain"
    about: Field | Button | None = None


@dataclass
class PlainCard:
    lines: list[Line]
    fields: list[Field]
    buttons: list[Button]

    @property
    def text(self) -> str:
        return "\n".join(line.text for line in self.lines)

    def at(self, number: int) -> tuple[Field | None, Button | None]:
        """What has this number."""
        return (
            next((field for field in self.fields if field.number == number), None),
            next((button for button in self.buttons if button.number == number), None),
        )


def read(card: Json) -> PlainCard:
    """Fields and buttons are numbered together, in the order in which they are read."""
    reading = _Reading()
    lines = list(reading.card(card, ()))
    return PlainCard(lines, reading.fields, reading.buttons)


def asking(field: Field) -> Iterator[Line]:
    """A field as it stands now: its label (a star: required), hint, options and value."""
    yield Line(f"{field.number}. {field.label}{' *' if field.required else ''}", "field", field)
    if field.hint:
        yield Line(f"   {field.hint}", "quiet", field)
    for at, (title, value) in enumerate(field.options, 1):
        yield Line(f"   {'●' if value in field.chosen else '○'} {at} {title}", "option", field)
    if field.value and not field.options:
        yield Line(f"   = {clean(field.value)}", "option", field)


class _Reading:
    def __init__(self) -> None:
        self.fields: list[Field] = []
        self.buttons: list[Button] = []

    def card(self, card: Json, outer: _Levels) -> Iterator[Line]:
        # The list still grows: a button takes the inputs that stand below it, too.
        fields = (*outer, [])
        for element in (*_list(card, "body"), *_list(card, "actions")):
            yield from self.element(element, fields)
        yield from self.selected(card, fields)

    def element(self, element: Json, fields: _Levels) -> Iterator[Line]:
        kind = str(element.get("type") or "")
        match kind:
            case "TextBlock":
                yield Line(clean(element.get("text")), _look(element))
            case "RichTextBlock":
                runs = [r if isinstance(r, dict) else {"text": r} for r in element["inlines"]]
                words = "".join(_text(run.get("text")) for run in runs)
                looks = {_look(run) for run in runs}
                yield Line(clean(words), looks.pop() if len(looks) == 1 else "plain")
                for run in runs:
                    yield from self.selected(run, fields)
            case "FactSet":
                for fact in _list(element, "facts"):
                    yield Line(f"{clean(fact.get('title'))}: {clean(fact.get('value'))}")
            case "Image" | "Media":
                yield Line(f"[{clean(element.get('altText')) or kind}]", "quiet")
                yield from self.selected(element, fields)
            case "TableRow":
                cells = [list(self.element(cell, fields)) for cell in _list(element, "cells")]
                yield Line(" | ".join(" ".join(line.text for line in cell) for cell in cells))
            case _ if kind in _KINDS:
                yield from self.field(element, _KINDS[kind], fields)
            case _ if kind.startswith("Action."):
                yield from self.button(element, fields)
            case _:
                yield from self.inside(element, fields)

    def inside(self, element: Json, fields: _Levels) -> Iterator[Line]:
        """A container; of an element of the future, its fallback or whatever it holds."""
        fallback = element.get("fallback")
        inner = [child for name in _INSIDE for child in _list(element, name)]
        if not inner and isinstance(fallback, dict):
            inner = [fallback]
        for name in _READ if not inner else ():
            if isinstance(element.get(name), str):
                yield Line(clean(element[name]))
        quote = element.get("style") == "emphasis"
        for child in inner:
            for line in self.element(child, fields):
                yield Line(f"» {line.text}", "quote") if quote and not line.about else line
        yield from self.selected(element, fields)

    def field(self, element: Json, kind: Kind, fields: _Levels) -> Iterator[Line]:
        label = clean(element.get("label")) or clean(element.get("title"))
        found = Field(
            number=len(self.fields) + len(self.buttons) + 1,
            name=str(element.get("id") or ""),
            kind=kind,
            label=label,
            value=_text(element.get("value")),
            hint=clean(element.get("placeholder")),
            options=[
                (clean(choice.get("title")), _text(choice.get("value")))
                for choice in _list(element, "choices")
            ],
            many=bool(element.get("isMultiSelect")),
            required=bool(element.get("isRequired")),
            error=clean(element.get("errorMessage")),
            limit=element.get("maxLength"),
            pattern=str(element.get("regex") or ""),
            least=_text(element.get("min")),
            most=_text(element.get("max")),
        )
        if kind == "toggle":
            on, off = element.get("valueOn", "true"), element.get("valueOff", "false")
            found.options = [(clean(element.get("title")), _text(on)), ("–", _text(off))]
            found.value = found.value or _text(off)
        self.fields.append(found)
        fields[-1].append(found)
        yield from asking(found)
        if isinstance(action := element.get("inlineAction"), dict):
            yield from self.button(action, fields)

    def button(self, action: Json, fields: _Levels) -> Iterator[Line]:
        title = clean(action.get("title")) or clean(action.get("tooltip"))
        if action["type"] == "Action.ShowCard":
            yield Line(f"{title}:", "heading")
            yield from self.card(action.get("card") or {}, fields)
            return
        alone = action.get("associatedInputs") == "none" or action["type"] == "Action.OpenUrl"
        number = len(self.fields) + len(self.buttons) + 1
        button = Button(number, title, action, () if alone else fields)
        self.buttons.append(button)
        address = f" {clean(action.get('url'))}" if action["type"] == "Action.OpenUrl" else ""
        yield Line(f"[{button.number}] {title}{address}", "button", button)

    def selected(self, element: Json, fields: _Levels) -> Iterator[Line]:
        """What a tap on the element itself would do."""
        if isinstance(action := element.get("selectAction"), dict):
            yield from self.button(action, fields)


def _list(element: Json, name: str) -> list[Json]:
    found = element.get(name)
    return [item for item in found if isinstance(item, dict)] if isinstance(found, list) else []


def _text(value: object) -> str:
    return "" if value is None else str(value)


def clean(value: object) -> str:
    """Without control characters: a terminal would obey them."""
    return "".join(c for c in _text(value) if c == "\n" or unicodedata.category(c) != "Cc").strip()


def _look(element: Json) -> Look:
    if element.get("style") == "heading" or element.get("weight") == "Bolder":
        return "heading"
    return "quiet" if element.get("isSubtle") else "plain"
