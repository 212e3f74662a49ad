"""Each rule bites: a good card, and what is said when one thing of it is broken."""

from collections.abc import Callable
from copy import deepcopy
from typing import Any

import pytest

from bot.cards import draw
from dialogs.screen import (
    Ask,
    AskDate,
    Button,
    Choose,
    Facts,
    Heading,
    Link,
    Note,
    Quote,
    Screen,
    Text,
)  # fmt: skip
from dialogs.texts import LANGUAGES, Reader
from tests.card_schema import problems
from tests.card_schema.strict import DRAWN, OFFICIAL, official_broken, strict

Json = dict[str, Any]
GOOD = draw(
    Screen(
        Heading(Text("checkin-title")),
        "Aino *Aalto*",
        Note(Text("checkin-round-up-note")),
        Quote("[Hei](x)"),
        Facts([(Text("checkin-project"), "_Poistot_")]),
        Ask("moved", Text("checkin-moved"), "x", long=True, required=True, hint="*Näin*"),
        AskDate("day", Text("checkin-moved"), "2027-05-11", required=True),
        Choose("who", Text("checkin-where"), [("a", "*Bo*"), ("b", "Cia")], ["a"], required=True),
        Choose("many", Text("checkin-where"), [("a", "A"), ("b", "B")], ["a", "b"], many=True),
        Button(Text("checkin-save"), "checkin.save", style="positive", kept_promise=3),
        Button(Text("checkin-same"), "checkin.same", with_inputs=False),
        Link("Avaa *tämä*", "https://teams.microsoft.com/l/chat/0/0?users=x"),
    ),
    [Reader("fi")],
    1,
)
TITLE, AINO, NOTE, QUOTE, FACTS, ASK, DAY, WHO, MANY, ACTIONS = range(10)


def at(*path: Any, to: Any = None, drop: bool = False) -> Callable[[Json], None]:
    """Put something else there, or take it out."""

    def change(card: Json) -> None:
        place: Any = card
        for key in path[:-1]:
            place = place[key]
        if drop:
            del place[path[-1]]
        else:
            place[path[-1]] = to

    return change


def field(number: int, name: str, to: Any = None, drop: bool = False) -> Callable[[Json], None]:
    where = ("items", 0) if number == ASK else ()
    return at("body", number, *where, name, to=to, drop=drop)


def button(name: str, to: Any = None, drop: bool = False) -> Callable[[Json], None]:
    return at("body", ACTIONS, "actions", 0, name, to=to, drop=drop)


IMAGE = {"type": "Image", "url": "https://teams.microsoft.com/x.png"}
BROKEN: dict[str, tuple[Callable[[Json], None], str]] = {
    # the schema
    "unknown element": (at("body", TITLE, "type", to="Carousel"), "'Carousel' is not one of"),
    "element we do not draw": (at("body", TITLE, to=IMAGE), "'Image' is not one of"),
    "element without type": (at("body", TITLE, "type", drop=True), "'type' is a required"),
    "unknown property": (at("body", TITLE, "colour", to="red"), "'colour' was unexpected"),
    "property we do not draw": (at("body", TITLE, "color", to="good"), "'color' was unexpected"),
    "unknown property of the card": (at("msteams", to={}), "'msteams' was unexpected"),
    "missing property": (at("body", TITLE, "text", drop=True), "'text' is a required"),
    "wrong type of property": (at("body", TITLE, "text", to=5), "5 is not of type 'string'"),
    "wrong value": (at("body", TITLE, "weight", to="fat"), "'fat' is not valid"),
    "text that does not wrap": (at("body", TITLE, "wrap", to=False), "True was expected"),
    "a plain string as a run": (at("body", AINO, "inlines", 0, to="x"), "not of type 'object'"),
    "other version": (at("version", to="1.6"), "'1.5' was expected"),
    "no language": (at("lang", drop=True), "'lang' is a required"),
    "other language": (at("lang", to="de"), "'de' is not one of"),
    "no fallback text": (at("fallbackText", drop=True), "'fallbackText' is a required"),
    "no body": (at("body", to=[]), "[] should be non-empty"),
    "no label": (field(ASK, "label", drop=True), "'label' is a required"),
    "no id": (field(DAY, "id", drop=True), "'id' is a required"),
    "no choices": (field(WHO, "choices", to=[]), "[] should be non-empty"),
    "a field inside a fact": (at("body", FACTS, "items", 0, to=GOOD["body"][WHO]), "is not one of"),
    "no fallback": (button("fallback", drop=True), "'fallback' is a required"),
    "fallback that drops": (button("fallback", to="drop"), "is not of type 'object'"),
    "a submit for itself": (
        at("body", ACTIONS, "actions", 0, to=GOOD["body"][ACTIONS]["actions"][0]["fallback"]),
        "'Action.Submit' is not one of",
    ),
    "a step that is no step": (button("verb", to="Save!"), "does not match"),
    "a link without https": (
        at("body", ACTIONS, "actions", 2, "url", to="http://teams.microsoft.com/"),
        "does not match",
    ),
    "a link that runs": (
        at("body", ACTIONS, "actions", 2, "url", to="javascript:alert(1)"),
        "does not match",
    ),
    "actions below the card": (at("actions", to=[]), "'actions' was unexpected"),
    # our rules
    "the same id twice": (field(WHO, "id", "many"), "a name of its own: many"),
    "empty sentence": (at("body", TITLE, "text", to=" "), "is empty: TextBlock.text"),
    "empty label": (field(ASK, "label", ""), "is empty: Input.Text.label"),
    "empty title": (at("body", WHO, "choices", 0, "title", to=""), "is empty: None.title"),
    "empty fallback text": (at("fallbackText", to=""), "is empty: AdaptiveCard.fallbackText"),
    "required without a word": (field(ASK, "errorMessage", drop=True), "says so when it is not"),
    "seven buttons": (
        at("body", ACTIONS, "actions", to=GOOD["body"][ACTIONS]["actions"][:1] * 7),
        "at most: 7",
    ),
    "other data in the fallback": (
        at("body", ACTIONS, "actions", 0, "fallback", "data", "kept_promise", to=4),
        "checkin.save: data",
    ),
    "other step in the fallback": (
        at("body", ACTIONS, "actions", 0, "fallback", "data", "_step", to="checkin.same"),
        "checkin.save: data",
    ),
    "other title of the fallback": (
        at("body", ACTIONS, "actions", 0, "fallback", "title", to="Muu"),
        "checkin.save: title",
    ),
    "fields in the fallback only": (button("associatedInputs", "none"), "associatedInputs"),
    "a field over a button's data": (field(WHO, "id", "kept_promise"), "carries: kept_promise"),
    "nobody sends the fields": (
        at("body", ACTIONS, "actions", to=GOOD["body"][ACTIONS]["actions"][1:]),
        "only to be copied): moved, day, who, many",
    ),
    "chosen and not there": (field(WHO, "value", "x"), "can be chosen, and a day is a day: who: x"),
    "one of the chosen not there": (field(MANY, "value", "a,x"), "is a day: many: a,x"),
    "two where one is chosen": (field(WHO, "value", "a,b"), "is a day: who: a,b"),
    "the same code twice": (at("body", WHO, "choices", 1, "value", to="a"), "who: codes"),
    "a comma in a code": (at("body", MANY, "choices", 0, "value", to="a,b"), "many: codes"),
    "no day": (field(DAY, "value", "11.5.2027"), "is a day: day: 11.5.2027"),
    "longer than the field": (field(ASK, "value", "x" * 281), "moved: too long"),
    "Markdown in a sentence": (at("body", TITLE, "text", to="*Hei*"), "is rendered: *Hei*"),
    "a link in a sentence": (at("body", NOTE, "text", to="[x](y)"), "is rendered: [x](y)"),
    "Markdown in a choice": (at("body", WHO, "choices", 0, "title", to="`x`"), "rendered: `x`"),
    "Markdown in the fallback text": (at("fallbackText", to="<b>"), "rendered: <b>"),
    "direction turned": (at("body", AINO, "inlines", 0, "text", to="a\u202eb"), "stands around"),
    "a bell": (at("body", AINO, "inlines", 0, "text", to="a\x07b"), "stands around"),
    "a raw key": (at("body", TITLE, "text", to="checkin-round-up-title"), "round-up-title"),
    "a raw placeholder": (at("body", TITLE, "text", to="Hei { $name }"), "belongs: { $"),
    "too big": (at("body", AINO, "inlines", 0, "text", to="x" * 28_000), "Less than 28 KB"),
}  # fmt: skip


def test_a_good_card_has_no_problem() -> None:
    assert problems(GOOD) == official_broken(GOOD) == []


def test_the_official_schema_is_asked_too() -> None:
    assert official_broken({**GOOD, "colour": "red"})


@pytest.mark.parametrize("case", BROKEN)
def test_a_broken_card_is_found_out(case: str) -> None:
    change, said = BROKEN[case]
    card = deepcopy(GOOD)
    change(card)
    found = problems(card)
    assert any(said in line for line in found), found


@pytest.mark.parametrize("nothing", [None, [], "card", {}, {"type": "AdaptiveCard"}])
def test_what_is_no_card_is_found_out(nothing: object) -> None:
    assert problems(nothing)


def test_every_property_we_draw_is_an_official_one() -> None:
    assert set(strict()["definitions"]) == set(DRAWN) <= set(OFFICIAL["definitions"])


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_good_card_is_good_in_every_language_and_in_all_at_once(language: str) -> None:
    screen = Screen(
        Heading(Text("checkin-title")),
        Choose("who", Text("checkin-where"), [("a", Text("checkin-kept-done"))], required=True),
        Ask("words", Text("checkin-moved"), hint=Text("checkin-promise-hint")),
        Button(Text("checkin-save"), "checkin.save"),
    )
    assert problems(draw(screen, [Reader(language)])) == []
    others = [Reader(language), *(Reader(other) for other in LANGUAGES if other != language)]
    assert problems(draw(screen, others)) == []
