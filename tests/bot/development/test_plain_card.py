"""Every card can be understood as plain text."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.cards import draw
from bot.development.plain_card import read
from dialogs.screen import (
    Ask,
    AskDate,
    Button,
    Choose,
    Facts,
    Heading,
    Link,
    Note,
    Part,
    Quote,
    Screen,
    Text,
)
from dialogs.texts import Reader

Json = dict[str, Any]

# Everything of version 1.5, with the words that have to be legible.
ELEMENTS: dict[str, tuple[Json, list[str]]] = {
    "TextBlock": ({"text": "one"}, ["one"]),
    "RichTextBlock": (
        {"inlines": [{"type": "TextRun", "text": "one "}, "two", {"type": "TextRun", "text": "3"}]},
        ["one two3"],
    ),
    "Image": ({"url": "https://a.example/b.png", "altText": "a heron"}, ["a heron"]),
    "ImageSet": (
        {"images": [{"type": "Image", "url": "https://a.example", "altText": "one"}]},
        ["one"],
    ),
    "Media": ({"sources": [], "altText": "a film"}, ["a film"]),
    "Container": ({"items": [{"type": "TextBlock", "text": "one"}]}, ["one"]),
    "ColumnSet": (
        {
            "columns": [
                {"type": "Column", "items": [{"type": "TextBlock", "text": "one"}]},
                {"type": "Column", "items": [{"type": "TextBlock", "text": "two"}]},
            ]
        },
        ["one", "two"],
    ),
    "FactSet": ({"facts": [{"title": "where", "value": "here"}]}, ["where: here"]),
    "Table": (
        {
            "rows": [
                {
                    "type": "TableRow",
                    "cells": [
                        {"type": "TableCell", "items": [{"type": "TextBlock", "text": "one"}]},
                        {"type": "TableCell", "items": [{"type": "TextBlock", "text": "two"}]},
                    ],
                }
            ]
        },
        ["one | two"],
    ),
    "ActionSet": (
        {
            "actions": [
                {"type": "Action.Execute", "title": "do"},
                {"type": "Action.Submit", "title": "send"},
                {"type": "Action.OpenUrl", "title": "open", "url": "https://a.example/page"},
                {"type": "Action.ToggleVisibility", "title": "more", "targetElements": []},
                {
                    "type": "Action.ShowCard",
                    "title": "details",
                    "card": {"body": [{"type": "TextBlock", "text": "inside"}]},
                },
            ]
        },
        ["[1] do", "[2] send", "[3] open https://a.example/page", "[4] more", "details", "inside"],
    ),
    "Input.Text": (
        {
            "label": "name",
            "placeholder": "yours",
            "value": "me",
            "isRequired": True,
            "inlineAction": {"type": "Action.Submit", "title": "go"},
        },
        ["1. name *", "yours", "= me", "[2] go"],
    ),
    "Input.Number": ({"label": "how many", "value": 3}, ["how many", "= 3"]),
    "Input.Date": ({"label": "when", "value": "2027-05-11"}, ["when", "= 2027-05-11"]),
    "Input.Time": ({"label": "at", "value": "14:05"}, ["at", "= 14:05"]),
    "Input.Toggle": ({"label": "terms", "title": "I agree"}, ["terms", "○ 1 I agree"]),
    "Input.ChoiceSet": (
        {
            "label": "which",
            "isMultiSelect": True,
            "value": "a,c",
            "choices": [
                {"title": "first", "value": "a"},
                {"title": "second", "value": "b"},
                {"title": "third", "value": "c"},
            ],
        },
        ["which", "● 1 first", "○ 2 second", "● 3 third"],
    ),
    # Of a later version: what it falls back to, what it holds, or what it says.
    "Carousel": ({"fallback": {"type": "TextBlock", "text": "instead"}}, ["instead"]),
    "Layout.New": ({"items": [{"type": "TextBlock", "text": "held"}]}, ["held"]),
    "Badge": ({"text": "new"}, ["new"]),
}


@pytest.mark.parametrize("kind", ELEMENTS)
def test_every_element_can_be_read(kind: str) -> None:
    element, words = ELEMENTS[kind]
    card = {"type": "AdaptiveCard", "body": [{"type": kind, "id": "x", **element}]}

    text = read(card).text

    for word in words:
        assert word in text


def test_a_tap_on_an_element_is_a_button_too() -> None:
    tapped = {"type": "Action.Execute", "title": "look", "verb": "look"}
    body = [{"type": "Container", "items": [], "selectAction": tapped}]
    assert read({"body": body}).text == "[1] look"


def test_numbers_run_in_reading_order_and_point_at_things() -> None:
    card = read(
        {
            "body": [{"type": "Input.Text", "id": "a"}, {"type": "Input.Text", "id": "b"}],
            "actions": [{"type": "Action.Execute", "title": "save"}],
        }
    )

    numbered = [*card.fields, *card.buttons]

    assert [thing.number for thing in numbered] == [1, 2, 3]
    assert [card.at(thing.number) for thing in card.fields] == [(f, None) for f in card.fields]
    assert card.at(3) == (None, card.buttons[0])
    assert card.at(4) == (None, None)


def test_a_button_takes_the_inputs_of_its_card_and_of_those_around_it() -> None:
    def asks(name: str) -> Json:
        return {"type": "Input.Text", "id": name}

    inner = {"body": [asks("inner")], "actions": [{"type": "Action.Submit", "title": "in"}]}
    card = read(
        {
            "body": [
                {"type": "ActionSet", "actions": [{"type": "Action.Submit", "title": "out"}]},
                {
                    "type": "ActionSet",
                    "actions": [{"type": "Action.ShowCard", "title": "more", "card": inner}],
                },
                asks("outer"),
            ],
            "actions": [{"type": "Action.Submit", "title": "alone", "associatedInputs": "none"}],
        }
    )

    taken = {button.title: [field.name for field in button.fields] for button in card.buttons}

    assert taken == {"out": ["outer"], "in": ["outer", "inner"], "alone": []}


def test_a_terminal_is_given_no_orders() -> None:
    body = [{"type": "RichTextBlock", "inlines": ["\x1b[2Jgone\x07", {"text": "\nnext"}]}]
    assert read({"body": body}).text == "[2Jgone\nnext"


words = st.text(st.characters(whitelist_categories=["L", "N"]), min_size=1, max_size=20)
options = st.lists(st.tuples(words, words), min_size=1, max_size=4)
parts: st.SearchStrategy[tuple[Part, list[str]]] = st.one_of(
    words.map(lambda w: (w, [w])),
    words.map(lambda w: (Heading(w), [w])),
    words.map(lambda w: (Note(w), [w])),
    words.map(lambda w: (Quote(w), [w])),
    st.tuples(words, words).map(lambda w: (Facts([w]), list(w))),
    st.tuples(words, words, words).map(
        lambda w: (Ask(w[0], w[0], w[1], hint=w[2]), [w[0], w[1], w[2]])
    ),
    words.map(lambda w: (AskDate(w, w, date(2027, 5, 11).isoformat()), [w, "2027-05-11"])),
    st.tuples(words, options).map(
        lambda w: (Choose(w[0], w[0], w[1]), [w[0], *(title for _, title in w[1])])
    ),
    words.map(lambda w: (Button(w, "help.show"), [w])),
    words.map(lambda w: (Link(w, "https://a.example"), [w, "https://a.example"])),
)


@given(st.lists(parts, max_size=8))
def test_whatever_a_screen_says_is_legible(chosen: list[tuple[Part, list[str]]]) -> None:
    text = read(draw(Screen(*(part for part, _ in chosen)), [Reader("fi")])).text

    for _, wanted in chosen:
        for word in wanted:
            assert word in text


def test_a_sentence_of_ours_is_legible_in_each_language() -> None:
    screen = Screen(Heading(Text("help-title")), Text("help-intro"))

    text = read(draw(screen, [Reader("fi"), Reader("sv")])).text

    assert "Apua" in text
    assert "Hjälp" in text
