"""The terminal client, in real terminals, against a real development bot."""

import re
from collections.abc import Iterator

import pytest

from bot.development.talk.paper import TEXTS
from dialogs.screen import Text
from dialogs.texts import LANGUAGES, Reader, say
from tests.bot.development.pseudo_terminal import PseudoTerminal
from tests.bot.development.test_start import development


@pytest.fixture(scope="module")
def bot(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a running development bot."""
    folder = tmp_path_factory.mktemp("talk")
    with PseudoTerminal.running("serve", **development(folder)) as terminal:
        line = terminal.wait_for(", with a sample forum")
        terminal.wait_for("Ctrl-C")
        yield re.findall(r"http://127\.0\.0\.1:\d+", line)[0]


def test_a_whole_conversation(bot: str) -> None:
    with (
        PseudoTerminal.running("talk", "--as", "p01", "--at", bot) as kaisu,
        PseudoTerminal.running("talk", "--as", "sandbrink", "--at", bot) as annika,
    ):
        assert "Hopeahaaran museo" in kaisu.wait_for("Kaisu > ")
        assert "Du är Annika Sandbrink (p05), kontaktperson" in annika.wait_for("Annika > ")

        # A card, a button by its number, its questions in turn, the thanks.
        kaisu.type("tilanne")
        card = kaisu.wait_for("Kaisu > ")
        save = re.findall(r"\[(\d+)\] Tallenna", card)[0]
        kaisu.type(save)
        assert "3 🟠 Jumissa" in kaisu.wait_for("   1 > ")
        kaisu.type("")
        assert "Tämä kohta vielä puuttuu." in kaisu.wait_for("   1 > ")
        kaisu.type("7")
        assert "Valitse numerolla" in kaisu.wait_for("   1 > ")
        kaisu.type("3")
        kaisu.wait_for("   2 > ")
        kaisu.type("Hylly 3 on käyty läpi")
        kaisu.wait_for("   3 > ")
        kaisu.type("")
        kaisu.wait_for("   4 > ")
        kaisu.type("2")
        kaisu.wait_for("   5 > ")
        kaisu.type("")
        thanks = kaisu.wait_for("Kaisu > ")
        assert "Kiitos" in thanks
        assert "Hylly 3 on käyty läpi" in thanks

        # An input ahead of its button: the button then only asks, and nothing is lost.
        kaisu.type("tilanne")
        kaisu.wait_for("Kaisu > ")
        kaisu.type("1 = etenee, mutta")
        assert "→ 🟡 Etenee" in kaisu.wait_for("Kaisu > ")
        kaisu.type("99")
        assert "ei ole kohtaa 99" in kaisu.wait_for("Kaisu > ")
        kaisu.type(save)
        assert "● 2 🟡" in kaisu.wait_for("   1 > ")
        kaisu.type("/cancel")
        assert "Jäi painamatta" in kaisu.wait_for("Kaisu > ")

        # The channel is everybody's; what was said in private stayed there.
        kaisu.type("/channel")
        kaisu.wait_for("Kaisu @Vertti > ")
        kaisu.type("apua")
        assert "Hjälp" in kaisu.wait_for("Kaisu @Vertti > ")
        heard = annika.wait_for("Hjälp")
        assert "#Kaisu Vesanko: @Vertti apua" in heard
        assert "Tilannekatsaus" not in heard.partition("#Kaisu")[0]
        assert "Hylly" not in annika.shown

        # Time passes, and Vertti asks by itself.
        annika.type("/clock +4w")
        annika.see("för ert projekt, Annika?")
        annika.see("under tiden.")
        annika.type("/clock sometime")
        assert "+30m" in annika.wait_for("next")

        annika.type("/who")
        assert "Kaisu Vesanko (p01)" in annika.wait_for("terminaler: ") + annika.wait_for("\n")
        annika.type("/quit")
        assert annika.end() == 0
        kaisu.press_control_c()
        assert kaisu.end() == 0
    assert "Traceback" not in kaisu.shown + annika.shown


def test_one_may_choose_who_to_be(bot: str) -> None:
    with PseudoTerminal.running("talk", "--at", bot) as terminal:
        assert "p50" in terminal.wait_for("part of a name:")
        terminal.type("nobody such")
        assert "Not found: nobody such" in terminal.wait_for("part of a name:")
        terminal.type("merikanto")
        assert "Olet Salla Merikanto-Ahde" in terminal.wait_for("Salla > ")


def test_without_a_bot_it_says_how_to_start_one() -> None:
    with PseudoTerminal.running("talk", "--at", "http://127.0.0.1:9") as terminal:
        assert terminal.end() == 1
    assert "make run" in " ".join(terminal.shown.split())
    assert "Traceback" not in terminal.shown


def test_the_terminals_own_texts_are_there_in_each_language_and_all_are_used() -> None:
    messages = {
        language: re.findall(r"^([a-z-]+) =", (TEXTS / f"{language}.ftl").read_text("utf-8"), re.M)
        for language in LANGUAGES
    }
    assert messages["fi"] == messages["sv"] == messages["en"]
    code = "".join(path.read_text("utf-8") for path in TEXTS.glob("*.py"))
    for key in messages["fi"]:
        # "talk-unfit-day" is used as f"talk-unfit-{why}".
        assert f'"{key}"' in code or f'f"{key.rpartition("-")[0]}-{{' in code
        values = set(re.findall(r"\$(\w+)", _message(key, "fi")))
        for language in LANGUAGES:
            assert set(re.findall(r"\$(\w+)", _message(key, language))) == values
            given = {name: 1 if name == "count" else name for name in values}
            assert say(Text(key, **given), Reader(language), TEXTS)


def _message(key: str, language: str) -> str:
    text = (TEXTS / f"{language}.ftl").read_text("utf-8")
    return re.split(r"^[a-z-]+ =", text.partition(f"{key} =")[2], maxsplit=1, flags=re.M)[0]
