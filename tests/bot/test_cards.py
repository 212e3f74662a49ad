"""Drawing: people's words stay words, cards stay small, fields stand once."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.card_limits import BIGGEST, LONGEST
from bot.cards import draw, plain
from dialogs.screen import (
    Ask,
    Button,
    Choose,
    Facts,
    Heading,
    Link,
    Note,
    Quote,
    Screen,
    Text,
)
from dialogs.texts import LANGUAGES, Reader
from tests.bot.crawl import WORDS
from tests.card_schema import problems
from tests.card_schema.rules import inputs
from tests.story import buttons, texts

Json = dict[str, Any]
FI = Reader("fi")
MEANT = Screen(
    Heading(Text("help-from-participant", name="NAME")),
    "NAME",
    Quote("NAME"),
    Note("NAME"),
    Facts([("NAME", "NAME"), (Text("checkin-project"), "NAME")]),
    Ask("words", "NAME", "NAME", hint="NAME"),
    Choose("one", "NAME", [("a", "NAME"), ("b", "x NAME")], ["a"]),
    Button("NAME", "help.show", said="NAME"),
    Link("NAME", "https://teams.microsoft.com/l/chat/0/0?users=x"),
)


def with_words(words: str) -> Screen:
    """A screen with these words wherever people's words may stand."""

    def put(value: Any) -> Any:
        match value:
            case str():
                return value.replace("NAME", words)
            case tuple() | list():
                return type(value)(put(one) for one in value)
            case Text():
                return Text(value.key, **{k: put(v) for k, v in value.values.items()})
            case Button():
                return Button(put(value.label), value.step, **put(value.args))
            case dict():
                return {k: put(v) for k, v in value.items()}
            case bool() | int() | None:
                return value
            case _:
                return type(value)(**{k: put(v) for k, v in vars(value).items()})

    return Screen(*(put(part) for part in MEANT.parts))


KINDS = {
    "Markdown": "*lihava* **lihava** _vino_ ~~pois~~ `koodi` # otsikko > lainaus | a | b |",
    "a link": "[klikkaa](https://evil.example) ![kuva](https://evil.example/x.png)",
    "an address": "https://evil.example javascript:alert(1) mailto:x@evil.example",
    "a list": "- yksi\n- kaksi\n1. kolme\n+ neljä",
    "HTML": "<b>lihava</b><script>alert(1)</script><img src=x onerror=alert(1)>&lt;b&gt;",
    "a mention": "<at>Bo</at> @Bo <at id=0>kaikki</at>",
    "JSON": '{"type": "AdaptiveCard"} "}], \\" ${x} {{x}}',
    "Fluent": "{ $name } { -term } { NUMBER(1) }",
    "emoji": "👩‍👩‍👧 🇫🇮 ❤️ 😀",
    "other scripts": "Ελληνικά العربية עברית 中文 한국어",
    "a name with a dash": "Anna-Kaisa O’Neill-Åström",
}


@pytest.mark.parametrize("kind", KINDS)
def test_words_of_people_appear_as_they_are(kind: str) -> None:
    words = KINDS[kind]
    card = draw(with_words(words), [FI], 1)
    assert problems(card) == []
    runs = [run["text"] for block in _rich(card) for run in block["inlines"]]
    assert sum(words in run for run in runs) >= 6
    assert inputs(card)[0]["value"] == words[:280]
    assert buttons(card)[0]["title"] == words
    assert buttons(card)[0]["data"]["said"] == words


def _rich(node: Any) -> list[Json]:
    if isinstance(node, list):
        return [found for item in node for found in _rich(item)]
    if isinstance(node, dict):
        if node.get("type") == "RichTextBlock":
            return [node]
        return [found for value in node.values() for found in _rich(value)]
    return []


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        ("a\u202eb\u2066c\u200bd", "abcd"),  # turned, isolated, invisible
        ("a\x00b\x07c\x1b[31md", "abc[31md"),
        ("a\nb\tc", "a\nb\tc"),
        ("a\ud800b", "ab"),
        ("\ufeffx", "x"),
    ],
)
def test_characters_that_disturb_are_left_out(words: str, shown: str) -> None:
    card = draw(Screen(words, Quote(words), Button(words, "help.show")), [FI])
    assert problems(card) == []
    assert [block["inlines"][0]["text"] for block in _rich(card)] == [shown, shown]
    assert buttons(card)[0]["title"] == shown


@pytest.mark.parametrize("languages", [["fi"], ["sv", "fi"], list(LANGUAGES)])
@pytest.mark.parametrize("letter", ["x", "ä", "😀", "*"])
def test_twenty_thousand_letters_are_cut_kindly(languages: list[str], letter: str) -> None:
    card = draw(with_words(letter * 20_000), [Reader(language) for language in languages], 1)
    card["body"][-1]["actions"][0]["data"]["said"] = ""  # what a button carries is our own
    card["body"][-1]["actions"][0]["fallback"]["data"]["said"] = ""
    assert problems(card) == []
    longest = max(len(run["text"]) for block in _rich(card) for run in block["inlines"])
    assert longest <= LONGEST
    assert all(block["inlines"][0]["text"][-1] in "…:. " for block in _rich(card)[:2])


def test_a_list_that_does_not_fit_ends_with_a_word_about_it() -> None:
    rows = [(f"Museo {n}", "Sanoja *paljon* " * 20) for n in range(200)]
    screen = Screen(
        Heading(Text("overview-title")),
        Facts(rows),
        Ask("words", Text("checkin-moved")),
        Note(Text("overview-note")),
        Button(Text("help-title"), "help.show"),
    )
    card = draw(screen, [Reader("sv")], 1)
    assert problems(card) == []
    assert len(json.dumps(card, ensure_ascii=False).encode()) <= BIGGEST
    assert "Museo 0" in texts(card)
    assert "Museo 199" not in texts(card)
    assert "Allt fick inte plats här." in texts(card)
    assert len(inputs(card)) == len(buttons(card)) == 1


def test_a_card_that_fits_is_left_alone() -> None:
    rows = [(f"Museo {n}", "Sanoja") for n in range(60)]
    card = draw(Screen(Facts(rows)), [FI])
    assert "Museo 59" in texts(card)
    assert "Kaikki ei mahtunut" not in texts(card)


@given(st.text(max_size=3000), st.integers(1, 12))
def test_whatever_is_written_the_card_is_good(words: str, times: int) -> None:
    parts = [Quote(words or "x"), Facts([("x", words)]), words or "x"] * times
    assert problems(draw(Screen(*parts, Button(f"x{words}", "help.show")), [FI], 1)) == []


def test_a_channel_reads_each_sentence_in_its_languages_and_each_field_once() -> None:
    screen = Screen(
        Heading(Text("checkin-title")),
        Ask("words", Text("checkin-moved"), required=True),
        Choose("kept", Text("checkin-kept"), [("done", Text("checkin-kept-done"))]),
        Button(Text("checkin-save"), "checkin.save"),
    )
    card = draw(screen, [Reader("fi"), Reader("sv")])
    assert problems(card) == []
    assert [field["id"] for field in inputs(card)] == ["words", "kept"]
    assert " / " in inputs(card)[0]["label"]
    assert inputs(card)[1]["choices"][0]["title"] == "Tehty / Gjort"


@pytest.mark.parametrize(
    ("screen", "said"),
    [
        (Screen(Heading(Text("help-title")), "x"), "Apua"),
        (Screen(Quote(WORDS), "x"), "*lihava*"),
        (Screen(Facts([("a", "b")])), "b"),
        (Screen(Note(Text("help-title"))), "Apua"),
        (Screen(Ask("x", Text("help-title"))), "Apua"),
        (Screen(Button(Text("help-title"), "help.show")), "Apua"),
        (Screen(Facts([]), Link(Text("help-title"), "https://x.example/")), "Apua"),
        (Screen(), ""),
    ],
)
def test_a_notification_says_the_first_thing(screen: Screen, said: str) -> None:
    assert plain(screen, FI).startswith(said)
    assert "\u202e" not in plain(screen, FI)
