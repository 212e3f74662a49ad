"""What no schema can say about a card: names, pairs, words, size."""

import json
import re
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

from bot.card_controls import STEP

Json = dict[str, Any]
Rule = Callable[[Json], Iterator[str]]
BIGGEST = 28 * 1024  # bytes
MOST_ACTIONS = 6
# Our own sentences have none of these (tests/check_texts.py), so they come from people.
MARKDOWN = re.compile(r"[*_`\[\]<]")
ODD = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff]"
)
RAW_KEY = re.compile(r"\b[a-z]+(-[a-z0-9_]+){2,}\b|\{ ?\$|\?\?\?|\bNone\b")
RULES: list[Rule] = []


def rules_broken(card: Json) -> Iterator[str]:
    for rule in RULES:
        for where in rule(card):
            yield f"{(rule.__doc__ or '').strip()}: {where}"


def rule(function: Rule) -> Rule:
    RULES.append(function)
    return function


def pieces(node: Any) -> Iterator[Json]:
    """Every object of a card that has a type, from top to bottom; not what buttons carry."""
    if isinstance(node, list):
        for item in node:
            yield from pieces(item)
    elif isinstance(node, dict):
        if "type" in node:
            yield node
        for key, value in node.items():
            if key != "data":
                yield from pieces(value)


def inputs(card: Json) -> list[Json]:
    return [piece for piece in pieces(card) if piece["type"].startswith("Input.")]


def buttons(card: Json) -> list[Json]:
    return [piece for piece in pieces(card) if piece["type"] == "Action.Execute"]


@rule
def unique_ids(card: Json) -> Iterator[str]:
    """Each field has a name of its own"""
    names = [field["id"] for field in inputs(card)]
    yield from {name for name in names if names.count(name) > 1 or not name}


@rule
def words_everywhere(card: Json) -> Iterator[str]:
    """Nothing that is to be read is empty"""
    for piece in [*pieces(card), *_choices(card)]:
        for name in ("text", "label", "title", "errorMessage", "fallbackText"):
            if name in piece and not piece[name].strip():
                yield f"{piece.get('type')}.{name}"


@rule
def errors_explained(card: Json) -> Iterator[str]:
    """A field that must be filled says so when it is not"""
    for field in inputs(card):
        if field["isRequired"] and "errorMessage" not in field:
            yield str(field["id"])


@rule
def few_actions(card: Json) -> Iterator[str]:
    """Six buttons in a row at most"""
    for piece in pieces(card):
        if len(piece.get("actions", ())) > MOST_ACTIONS:
            yield str(len(piece["actions"]))


@rule
def same_fallback(card: Json) -> Iterator[str]:
    """A client without Universal Actions sends the same step with the same data"""
    for button in buttons(card):
        other = button["fallback"]
        if other["data"] != {**button["data"], STEP: button["verb"]}:
            yield f"{button['verb']}: data"
        for name in ("title", "associatedInputs", "style"):
            if other.get(name) != button.get(name):
                yield f"{button['verb']}: {name}"


@rule
def one_meaning(card: Json) -> Iterator[str]:
    """No field overwrites what a button carries"""
    names = {field["id"] for field in inputs(card)}
    for button in buttons(card):
        if button.get("associatedInputs", "auto").lower() != "none":
            yield from names & button["data"].keys()


@rule
def fields_are_sent(card: Json) -> Iterator[str]:
    """Where there are fields, some button sends them (but what is only to be copied)"""
    sends = [b for b in buttons(card) if b.get("associatedInputs", "auto").lower() != "none"]
    names = [str(field["id"]) for field in inputs(card) if field["id"] != "copy"]
    if names and not sends:
        yield ", ".join(names)


@rule
def known_values(card: Json) -> Iterator[str]:
    """What is chosen at first can be chosen, and a day is a day"""
    for field in inputs(card):
        value = field.get("value")
        if value is not None and field["type"] == "Input.Date":
            try:
                date.fromisoformat(value)
            except ValueError:
                yield f"{field['id']}: {value}"
        if field["type"] == "Input.Text" and len(value or "") > field["maxLength"]:
            yield f"{field['id']}: too long"
        if field["type"] == "Input.ChoiceSet":
            codes = [choice["value"] for choice in field["choices"]]
            chosen = (
                [] if value is None else value.split(",") if field["isMultiSelect"] else [value]
            )
            if not set(chosen) <= set(codes):
                yield f"{field['id']}: {value}"
            if len(set(codes)) < len(codes) or any("," in code or not code for code in codes):
                yield f"{field['id']}: codes {codes}"


@rule
def no_markdown(card: Json) -> Iterator[str]:
    """No words of people where Markdown is rendered"""
    for text in [card["fallbackText"], *(choice["title"] for choice in _choices(card))]:
        if MARKDOWN.search(text):
            yield text
    for piece in pieces(card):
        if piece["type"] == "TextBlock" and MARKDOWN.search(piece["text"]):
            yield piece["text"]


@rule
def no_odd_characters(card: Json) -> Iterator[str]:
    """No control characters, and none that turn the direction of what stands around"""
    for text in _readable(card):
        if ODD.search(text):
            yield repr(text)


@rule
def no_raw_keys(card: Json) -> Iterator[str]:
    """No key, placeholder or None where a sentence belongs"""
    for piece in pieces(card):
        if piece["type"] == "TextBlock" and (found := RAW_KEY.search(piece["text"])):
            yield found[0]


@rule
def small_enough(card: Json) -> Iterator[str]:
    """Less than 28 KB"""
    size = len(json.dumps(card, ensure_ascii=False).encode())
    if size >= BIGGEST:
        yield f"{size} bytes"


def _choices(card: Json) -> list[Json]:
    return [choice for field in inputs(card) for choice in field.get("choices", ())]


def _readable(node: Any) -> Iterator[str]:
    """Every text of the card but what its buttons carry, which nobody reads."""
    match node:
        case str():
            yield node
        case list():
            for item in node:
                yield from _readable(item)
        case dict():
            for key, value in node.items():
                if key != "data":
                    yield from _readable(value)
