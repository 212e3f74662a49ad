"""Our own strict schema, derived from the official one of Adaptive Cards 1.5.

Officially nearly everything is optional. Here stand the elements that Vertti draws, with the
properties that it must and may set; what they may hold comes from the official schema. Whatever
is not in this table is refused, so a new element is a decision and not an accident.
"""

import json
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema import Draft6Validator, Draft7Validator
from jsonschema.protocols import Validator

Json = dict[str, Any]
OFFICIAL: Json = json.loads((Path(__file__).parent / "adaptive-card-1.5.0.json").read_text())

_PLACE = "separator spacing"
_INPUT = "id label isRequired"
_ACTION = "title style"
DRAWN: dict[str, tuple[str, str]] = {  # type: what it must have, what it may have
    "AdaptiveCard": ("version lang fallbackText body", ""),
    "TextBlock": ("text wrap", f"weight size isSubtle style {_PLACE}"),
    "RichTextBlock": ("inlines", _PLACE),
    "TextRun": ("text", "weight size isSubtle"),
    "Container": ("items", f"style {_PLACE}"),
    "ActionSet": ("actions", _PLACE),
    "Input.Text": (f"{_INPUT} isMultiline maxLength", f"value errorMessage {_PLACE}"),
    "Input.Date": (_INPUT, f"value errorMessage {_PLACE}"),
    "Input.ChoiceSet": (
        f"{_INPUT} choices style isMultiSelect wrap",
        f"value errorMessage {_PLACE}",
    ),
    "Input.Choice": ("title value", ""),
    "Action.Execute": ("title verb data fallback", f"associatedInputs {_ACTION}"),
    "Action.Submit": ("title data", f"associatedInputs {_ACTION}"),
    "Action.OpenUrl": ("title url", _ACTION),
}
ELEMENTS = [
    "TextBlock", "RichTextBlock", "Container", "ActionSet",
    "Input.Text", "Input.Date", "Input.ChoiceSet",
]  # fmt: skip
INSIDE: dict[tuple[str, str], list[str]] = {  # what may stand in a property that holds others
    ("AdaptiveCard", "body"): ELEMENTS,
    ("Container", "items"): ["TextBlock", "RichTextBlock", "Input.Text"],
    ("RichTextBlock", "inlines"): ["TextRun"],
    ("ActionSet", "actions"): ["Action.Execute", "Action.OpenUrl"],
    ("Input.ChoiceSet", "choices"): ["Input.Choice"],
    ("Action.Execute", "fallback"): ["Action.Submit"],
}
UNTYPED = {"Input.Choice"}  # officially without `type`, and drawn so
NARROWER: dict[tuple[str, str], Json] = {
    ("AdaptiveCard", "version"): {"const": "1.5"},  # as Teams takes it from bots
    ("AdaptiveCard", "lang"): {"enum": ["fi", "sv", "en"]},
    ("TextBlock", "wrap"): {"const": True},  # nothing is cut
    ("Input.ChoiceSet", "wrap"): {"const": True},
    ("Action.OpenUrl", "url"): {"type": "string", "pattern": r"^https://[a-z0-9.-]+/[!-~]*$"},
    ("Action.Execute", "data"): {"type": "object"},
    ("Action.Submit", "data"): {"type": "object"},
    ("Action.Execute", "verb"): {"type": "string", "pattern": r"^[a-z_]+\.[a-z_]+$"},
}


def schema_broken(card: Any) -> list[str]:
    """Where a card leaves our schema."""
    return _broken(_ours(), card)


def official_broken(card: Any) -> list[str]:
    """Where it leaves the official one. Slow; ours is the narrower one, so it has the last word."""
    return _broken(_officials(), card)


def _broken(validator: Validator, card: Any) -> list[str]:
    return [
        f"{'/'.join(map(str, error.absolute_path))}: {error.message[:300]}"
        for error in validator.iter_errors(card)
    ]


@cache
def _ours() -> Validator:
    return Draft7Validator(strict())


@cache
def _officials() -> Validator:
    return Draft6Validator(OFFICIAL)


def strict() -> Json:
    """The strict schema itself."""
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "$ref": "#/definitions/AdaptiveCard",
        "definitions": {kind: _definition(kind) for kind in DRAWN},
    }


def _definition(kind: str) -> Json:
    must, may = (names.split() for names in DRAWN[kind])
    properties = {name: _property(kind, name) for name in must + may}
    if kind not in UNTYPED:
        must, properties["type"] = [*must, "type"], {"const": kind}
    return {
        "type": "object",
        "required": must,
        "properties": properties,
        "additionalProperties": False,
    }


def _property(kind: str, name: str) -> Json:
    if (kinds := INSIDE.get((kind, name))) is not None:
        one = _one_of(kinds)
        return one if name == "fallback" else {"type": "array", "minItems": 1, "items": one}
    official = _official(kind, name)
    narrower = NARROWER.get((kind, name))
    return official if narrower is None else {"allOf": [official, narrower]}


def _one_of(kinds: list[str]) -> Json:
    """One of these, chosen by `type`, so that an error says what is wrong with that one."""
    if len(kinds) == 1:
        return {"$ref": f"#/definitions/{kinds[0]}"}
    return {
        "type": "object",
        "required": ["type"],
        "properties": {"type": {"enum": kinds}},
        "allOf": [
            {
                "if": {"properties": {"type": {"const": kind}}},
                "then": {"$ref": f"#/definitions/{kind}"},
            }
            for kind in kinds
        ],
    }


def _official(kind: str, name: str) -> Json:
    """What the official schema says about a property, its references resolved.

    Raises:
        KeyError: there is no such property.
    """
    definition = OFFICIAL["definitions"][kind]
    for one in definition.get("anyOf", ()):  # a TextRun may also be a plain string
        if one.get("type") == "object":
            definition = one
    if found := definition["properties"].get(name):
        resolved: Json = _resolved(found)
        return resolved
    for ancestor in definition.get("allOf", ()):
        return _official(ancestor["$ref"].rpartition("/")[2], name)
    raise KeyError(f"{kind}.{name}")


def _resolved(schema: Any) -> Any:
    match schema:
        case {"$ref": reference}:
            return _resolved(OFFICIAL["definitions"][reference.rpartition("/")[2]])
        case dict():
            return {key: _resolved(value) for key, value in schema.items()}
        case list():
            return [_resolved(item) for item in schema]
        case _:
            return schema
