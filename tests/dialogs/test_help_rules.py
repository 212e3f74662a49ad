"""What did a typed line mean? By table, and by property for every word of every command."""

import string

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st
from rapidfuzz.distance import OSA

from dialogs.commands import COMMANDS, commands
from dialogs.help.rules import GUESSES, Command, beginning, exactly, mistyped, nearest, normal

WORDS = [(step, word) for step, words in commands().items() for word in words]
OFFERED = [command.step for command in COMMANDS if command.offered]
LETTERS = string.ascii_lowercase + "åäö"


def understood(said: str) -> Command | None:
    known = commands()
    return exactly(said, known) or beginning(said, known) or mistyped(said, known)


EVERYDAY = [
    ("Apua!", "help.show"),
    ("APUA", "help.show"),
    ("  apua  ", "help.show"),
    ("mitä osaat?", "help.show"),
    ("Mitä sä osaat", "help.show"),
    ("?", "help.show"),
    ("Hjälp", "help.show"),
    ("Vad kan du göra?", "help.show"),
    ("Help me.", "help.show"),
    ("Moi!", "help.hello"),
    ("Hej", "help.hello"),
    ("Good morning", "help.hello"),
    ("kiitos :)", "help.thanks"),
    ("Tack så mycket!", "help.thanks"),
    ("Tilanne", "checkin.start"),
    ("miten menee?", "checkin.start"),
    ("Hur går det?", "checkin.start"),
    ("How is it going?", "checkin.start"),
    ("kuka osaa", "who_knows.start"),
    ("Omat tiedot", "my_data.show"),
    ("Mina uppgifter", "my_data.show"),
    ("My data", "my_data.show"),
    ("koordinaattori", "help.coordinator"),
    ("Till koordinatorn", "help.coordinator"),
    ("puhu englantia", "settings.english"),
    ("svenska", "settings.swedish"),
]


@pytest.mark.parametrize(("said", "step"), EVERYDAY)
def test_everyday_variants(said: str, step: str) -> None:
    command = understood(said)
    assert command is not None
    assert (command.step, command.rest) == (step, "")


RESTS = [
    ("tilanne: jumissa, hylly on kesken", "checkin.start", "jumissa, hylly on kesken"),
    ("Tilanne – etenee", "checkin.start", "etenee"),
    ("kuka osaa digitointia?", "who_knows.start", "digitointia?"),
    ("Koordinaattori, Missä Kokous On?", "help.coordinator", "Missä Kokous On?"),
]


@pytest.mark.parametrize(("said", "step", "rest"), RESTS)
def test_what_stands_behind_a_command(said: str, step: str, rest: str) -> None:
    assert understood(said) == Command(step, rest)


@pytest.mark.parametrize(("step", "word"), WORDS)
def test_every_word_calls_its_command_in_any_case_and_with_any_sign(step: str, word: str) -> None:
    ways = (word, word.upper(), word.title(), f"{word}!", f" {word}. ", f"«{word}»")
    for said in ways if normal(word) else (word, f" {word} "):
        assert exactly(said, commands()) == Command(step), said


@pytest.mark.parametrize(
    "said",
    ["", " ", "!!!", "😀", "xyzzy", "42", "\n", "a", "museo", "hylly on käyty läpi ja kaikki hyvin",
     "http://example.org", "x" * 4000],
)  # fmt: skip
def test_nonsense_is_not_taken_for_a_command(said: str) -> None:
    assert understood(said) is None


@st.composite
def slips(draw: st.DrawFn) -> tuple[str, str]:
    """A word of six letters or more with one edit: what was meant, and what was typed."""
    word = draw(st.sampled_from([word for _, word in WORDS if len(normal(word)) >= 6]))
    at, letter = draw(st.integers(0, len(word) - 1)), draw(st.sampled_from(LETTERS))
    match draw(st.sampled_from(["drop", "add", "replace", "swap"])):
        case "drop":
            typed = word[:at] + word[at + 1 :]
        case "add":
            typed = word[:at] + letter + word[at:]
        case "replace":
            typed = word[:at] + letter + word[at + 1 :]
        case _:
            typed = word[:at] + word[at + 1 : at + 2] + word[at] + word[at + 2 :]
    return word, typed


@given(slips())
@example(("tilanne", "tilane"))
@example(("koordinaattori", "kordinaattori"))
def test_one_slip_in_a_longer_word_is_understood(slip: tuple[str, str]) -> None:
    meant, typed = slip
    assume(OSA.distance(normal(meant), normal(typed)) <= 1)
    close = {step for step, word in WORDS if OSA.distance(normal(word), normal(typed)) <= 1}
    command = understood(typed)
    # A slip may also have hit the beginning of another command: "kuka osaa" in "kuka osaa x".
    begun = beginning(typed, commands())
    assert command is not None
    assert command.step in close or command == begun


@given(st.text(max_size=300))
def test_whatever_is_typed_there_are_three_guesses(said: str) -> None:
    guesses = nearest(said, commands(), OFFERED)
    assert len(guesses) == len(set(guesses)) == GUESSES
    assert set(guesses) <= set(OFFERED)


@given(st.text(max_size=300))
def test_whatever_is_typed_is_never_an_error(said: str) -> None:
    command = understood(said)
    assert command is None or command.step in commands()


def test_the_likeliest_guess_stands_first() -> None:
    assert nearest("tilastokatsaus", commands(), OFFERED)[0] == "checkin.start"
    assert nearest("kuka tietäisi ja osaisi", commands(), OFFERED)[0] == "who_knows.start"
