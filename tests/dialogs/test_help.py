"""Being talked to, in the personal chat and in the channel, through real HTTP."""

from typing import Any

import pytest

from dialogs.commands import COMMANDS, commands, offered
from dialogs.screen import Text
from dialogs.texts import LANGUAGES, Reader, say
from storage.forum import Forum
from storage.people import Person, Role
from tests.builders import a_forum, a_museum, a_person, join
from tests.story import Story, buttons, texts

Json = dict[str, Any]
TEAM, CHANNEL = "19:team@thread.tacv2", "19:channel@thread.tacv2"
EVERYDAY = [
    ("fi", "Apua!", "help-intro"),
    ("sv", "HJÄLP", "help-intro"),
    ("en", "what can you do?", "help-intro"),
    ("sv", "apua", "help-intro"),  # each in their own language, whatever they type
    ("fi", "  moi  ", "help-hello"),
    ("sv", "Tack!", "help-you-are-welcome"),
    ("en", "I want to talk to a human", "help-coordinator-ask"),
    ("fi", "kordinaattori", "help-coordinator-ask"),
    ("sv", "koordinattor", "help-coordinator-ask"),
    ("en", "", "help-intro"),
    ("fi", "😀", "help-not-understood"),
    ("fi", "Mitä kuuluu hyllylle numero 7", "help-not-understood"),
]


@pytest.fixture
async def aino(story: Story) -> Person:
    async with story.transaction() as db:
        forum = a_forum(service_url=story.microsoft.service_url, languages=["fi", "sv"])
        await join(db, forum, person := a_person("Aino Aalto"), await a_museum(db, forum))
    return person


async def speaks(story: Story, language: str) -> None:
    async with story.transaction() as db:
        (await db.get_one(Person, 1)).language = language


def sentence(key: str, language: str, **values: Any) -> str:
    return say(Text(key, **values), Reader(language))


@pytest.mark.parametrize(("language", "said", "key"), EVERYDAY)
async def test_everyday_words(
    story: Story, aino: Person, language: str, said: str, key: str
) -> None:
    await speaks(story, language)
    card = await story.say(aino, said)
    assert card is not None
    expected = (
        sentence(key, language, name="Aino") if key == "help-hello" else sentence(key, language)
    )
    assert expected in texts(card)
    assert card["lang"] == language


@pytest.mark.parametrize("language", LANGUAGES)
async def test_nonsense_gets_three_guesses_that_work(
    story: Story, aino: Person, language: str
) -> None:
    await speaks(story, language)
    card = await story.say(aino, "qwertyuiop zxcvbnm")
    assert card is not None
    *guesses, help_button = [action["title"] for action in buttons(card)]
    mine = {sentence(command.title, language) for command in offered(coordinator=False)}
    assert len(set(guesses)) == 3
    assert set(guesses) <= mine
    assert help_button == sentence("help-title", language)
    for title in guesses:
        assert (await story.press(aino, card, title))["value"]


async def test_what_is_for_coordinators_is_not_for_others(story: Story, aino: Person) -> None:
    async with story.transaction() as db:
        forum = await db.get_one(Forum, 1)
        await join(db, forum, bo := a_person("Bo Berg"), role=Role.COORDINATOR)
    refusals = {sentence("help-not-for-you", language) for language in LANGUAGES}
    for command in COMMANDS:
        word = commands()[command.step][0]
        for person, refused in ((aino, command.coordinators), (bo, False)):
            card = await story.say(person, word)
            assert card is not None, word
            assert (texts(card) in refusals) == refused, (word, person.name)


async def test_the_channel_is_answered_in_its_languages(story: Story, aino: Person) -> None:
    card = await story.mention(aino, "apua", TEAM, CHANNEL)
    assert card is not None
    for language in ("fi", "sv"):
        assert sentence("help-intro", language) in texts(card)
    assert sentence("help-intro", "en") not in texts(card)


@pytest.mark.parametrize("said", ["", "Moi", "hjälp", "Tack!", "hölynpöly pöly"])
async def test_the_channel_is_answered_in_the_thread(story: Story, aino: Person, said: str) -> None:
    assert await story.mention(aino, said, TEAM, CHANNEL)
    assert story.microsoft.messages[-1][0] == f"{CHANNEL};messageid=1"


async def test_what_is_personal_is_answered_in_the_personal_chat(
    story: Story, aino: Person
) -> None:
    card = await story.mention(aino, "Tilanne", TEAM, CHANNEL)
    assert card is not None
    assert sentence("help-answered-privately", "fi") in texts(card)
    assert story.received("a:aino") == []
    await story.wait(seconds=1)
    [private] = story.received("a:aino")
    assert sentence("checkin-where", "fi") in texts(private)


async def test_words_for_the_coordinators_arrive_word_for_word(story: Story, aino: Person) -> None:
    async with story.transaction() as db:
        forum = await db.get_one(Forum, 1)
        await join(db, forum, a_person("Bo Berg"), role=Role.COORDINATOR)
        await join(db, forum, a_person("Cia Cedervall"))
    await story.say(aino, "koordinaattori")
    words = "Voiko *kokouksen* [siirtää](https://evil.example)? <b>Kiitos</b> @Bo"
    await story.say(aino, words)
    await story.wait(seconds=1)
    [card] = story.received("a:bo")
    assert words in texts(card)
    assert "Aino Aalto" in texts(card)
    assert story.received("a:cia") == []
