"""The texts are in order, and the checker would notice if they were not."""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from dialogs.screen import Text
from dialogs.texts import Reader, say
from tests import check_texts
from tests.check_texts import PRODUCT, problems, two_meanings

GOOD = {
    "fi.ftl": "poll-title = Kysely\npoll-hello = Hei { $name }!\npoll-words = kysely | poll\n",
    "sv.ftl": "poll-title = Omröstning\npoll-hello = Hej { $name }!\npoll-words = fråga\n",
    "en.ftl": "poll-title = Poll\npoll-hello = Hi { $name }!\npoll-words = poll\n",
    "code.py": 'Text("poll-title")\nText("poll-hello", name=n)\nwords_of(f"poll-{what}")\n',
}
BROKEN: dict[str, tuple[dict[str, tuple[str, str]], list[str]]] = {
    "missing in a language": (
        {"sv.ftl": ("poll-title = Omröstning\n", "")},
        ["poll-title: missing in sv"],
    ),
    "another placeholder": (
        {"en.ftl": ("$name", "$nmae")},
        [
            "poll-hello: placeholders differ: en ['nmae'], fi ['name'], sv ['name']",
            "dialogs/poll/code.py:2: poll-hello wants ['nmae'], not ['name']",
        ],
    ),
    "only in a choice": (
        {"en.ftl": ("Hi { $name }!", "{ $name ->\n    [0] Hi\n   *[other] Hi { $n }\n}")},
        [
            "poll-hello: placeholders differ: en ['n', 'name'], fi ['name'], sv ['name']",
            "dialogs/poll/code.py:2: poll-hello wants ['n', 'name'], not ['name']",
        ],
    ),
    "not used": (
        {name: ("poll-title", "poll-till-then-title") for name in ("fi.ftl", "sv.ftl", "en.ftl")},
        ["poll-till-then-title: not used", "poll-title: used but not there"],
    ),
    "no such key": (
        {"code.py": ('"poll-title"', '"poll-title", "poll-titel-x"')},
        ["poll-titel-x: used but not there"],
    ),
    "no key like that": (
        {"code.py": ('f"poll-{what}"', 'f"poll-{what}", f"poll-{what}-later"')},
        ["poll-…-later: used but no such key"],
    ),
    "a value is forgotten": (
        {"code.py": (", name=n", "")},
        ["dialogs/poll/code.py:2: poll-hello wants ['name'], not []"],
    ),
    "a value too many": (
        {"code.py": ('"poll-title"', '"poll-title", when=now')},
        ["dialogs/poll/code.py:1: poll-title wants [], not ['when']"],
    ),
    "cannot be read": (
        {"fi.ftl": ("poll-title = Kysely", "poll title Kysely")},
        ["dialogs/poll/fi.ftl: cannot be read: poll title Kysely", "poll-title: missing in fi"],
    ),
    "twice": (
        {"fi.ftl": ("poll-title = Kysely\n", "poll-title = Kysely\npoll-title = Kysymys\n")},
        ["poll-title (fi): stands twice"],
    ),
    "shouting": (
        {"fi.ftl": ("Hei { $name }!", "Hei { $name }! Moi!")},
        ["poll-hello (fi): more than one exclamation mark"],
    ),
    "inflected": (
        {"fi.ftl": ("Hei { $name }!", "Hei { $name }lle!")},
        ["poll-hello (fi): a placeholder is inflected"],
    ),
    "inflected with a colon": (
        {"fi.ftl": ("Hei { $name }!", "{ $name }:n viesti")},
        ["poll-hello (fi): a placeholder is inflected"],
    ),
    "bold": (
        {"en.ftl": ("= Poll", "= A **poll**")},
        ["poll-title (en): a sign of Markdown or HTML"],
    ),
    "a link": (
        {"en.ftl": ("= Poll", "= See [the poll](https://poll.example)")},
        ["poll-title (en): a sign of Markdown or HTML"],
    ),
    "a list": (
        {"en.ftl": ("= Poll", "=\n    Choose:\n    1. Poll")},
        ["poll-title (en): a sign of Markdown or HTML"],
    ),
    "HTML": (
        {"en.ftl": ("= Poll", "= <b>Poll")},
        ["poll-title (en): a sign of Markdown or HTML"],
    ),
    "capitals": (
        {"fi.ftl": ("kysely | poll", "Kysely | poll")},
        ["poll-words (fi): typed words are in lower case"],
    ),
    "a word twice": (
        {"fi.ftl": ("kysely | poll", "kysely | kysely")},
        ["poll-words (fi): a word stands twice, or none"],
    ),
}


def product(folder: Path, changes: dict[str, tuple[str, str]]) -> Path:
    (folder / "dialogs" / "poll").mkdir(parents=True)
    for name, text in GOOD.items():
        old, new = changes.get(name, ("", ""))
        assert old in text
        (folder / "dialogs" / "poll" / name).write_text(text.replace(old, new, 1) if old else text)
    return folder


def test_the_texts_are_in_order(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        check_texts.main()
    assert (ended.value.code, capsys.readouterr().out) == (
        0,
        "texts: all there, alike and used\n",
    )


def test_each_folder_with_texts_is_looked_at() -> None:
    looked_at = check_texts._roots(PRODUCT)
    for file in [*PRODUCT.glob("bot/**/*.ftl"), *PRODUCT.glob("dialogs/**/*.ftl")]:
        assert any(root in file.parents for root in looked_at), file


def test_a_good_sample_has_no_problem(tmp_path: Path) -> None:
    assert list(problems(product(tmp_path, {}))) == []


@pytest.mark.parametrize("case", BROKEN)
def test_a_broken_sample_has_just_that_problem(tmp_path: Path, case: str) -> None:
    changes, found = BROKEN[case]
    assert sorted(problems(product(tmp_path, changes))) == sorted(found)


def test_a_word_that_means_two_commands_is_found() -> None:
    meant = {"poll.start": ["Kysely!", "poll"], "survey.start": ["kysely", "survey"]}
    assert list(two_meanings(meant)) == ["«kysely» means two commands: poll.start, survey.start"]
    assert list(two_meanings({"poll.start": ["kysely", "Kysely"]})) == []


MOMENT = datetime(2027, 5, 11, 7, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("language", "value", "said"),
    [
        ("fi", date(2027, 5, 11), "ti 11.5.2027"),
        ("sv", date(2027, 5, 11), "tis 11 maj 2027"),
        ("en", date(2027, 5, 11), "Tue, May 11, 2027"),
        ("fi", MOMENT, "ti 11.5.2027 10.00"),
        ("sv", MOMENT, "tis 11 maj 2027 10:00"),
        ("fi", ["Aino", "Bo", "Cia"], "Aino, Bo ja Cia"),
        ("sv", ["Aino", "Bo", "Cia"], "Aino, Bo och Cia"),
        ("en", ["Aino"], "Aino"),
        ("fi", [Text("competence-poistot"), "Bo"], "Kokoelmapoistot ja Bo"),
        ("fi", "{ $name } *[x](y)*", "{ $name } *[x](y)*"),
    ],
)
def test_values_are_spoken_in_the_readers_language(language: str, value: Any, said: str) -> None:
    text = Text("help-from-participant", name=value)
    assert said.lower() in say(text, Reader(language)).lower()


def test_a_forgotten_value_and_an_unknown_key_are_errors() -> None:
    with pytest.raises(KeyError, match="help-from-participant"):
        say(Text("help-from-participant"), Reader("fi"))
    with pytest.raises(KeyError):
        say(Text("help-no-such-thing"), Reader("fi"))


@pytest.mark.parametrize("value", ["x" * 20_000, [f"Nimi {n}" for n in range(900)]])
def test_a_long_value_is_cut_kindly(value: Any) -> None:
    said = say(Text("help-from-participant", name=value), Reader("fi"))
    assert len(said) < 2100
    assert "… pyysi" in said
