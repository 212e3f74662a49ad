"""Cards from last year, forged ones and strangers: a clear sentence, and nothing changes."""

from typing import Any, get_type_hints

import pytest

from dialogs.arguments import arguments_of
from dialogs.screen import Text
from dialogs.steps import STEPS
from dialogs.texts import LANGUAGES, Reader, say
from dialogs.turn import is_promised
from storage.forum import Forum
from storage.people import Person, Role
from tests.bot.knock import ON_SQLITE
from tests.bot.rows import Rows, everything
from tests.builders import a_forum, a_museum, a_person, join
from tests.story import Story, texts

Json = dict[str, Any]


@pytest.fixture
async def forums(story: Story) -> tuple[Forum, Forum]:
    """Aino takes part in the first one; Bo coordinates the second."""
    where = {"service_url": story.microsoft.service_url}
    async with story.transaction() as db:
        mine = a_forum(**where)
        await join(db, mine, a_person(**where), await a_museum(db, mine))
        other = a_forum(team_id="19:other@thread.tacv2", channel="19:c2@thread.tacv2", **where)
        bo = a_person("Bo Berg", **where)
        await join(db, other, bo, await a_museum(db, other), Role.COORDINATOR)
    return mine, other


async def rows(story: Story) -> Rows:
    return await everything(story.transaction, "seenactivity")


def sentence(key: str, language: str) -> str:
    return say(Text(key), Reader(language))


@ON_SQLITE
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("way", ["execute", "submit"])
async def test_a_step_that_is_no_more(
    story: Story, forums: tuple[Forum, Forum], language: str, way: str
) -> None:
    async with story.transaction() as db:
        aino = a_person()
        (await db.get_one(Person, 1)).language = language
    before = await rows(story)
    if way == "execute":
        said = (await story.invoke(aino, "poll.vote", {"poll": 3}))["value"]
    else:
        card = await story.say(aino, "", value={"_step": "poll.vote", "poll": 3})
        assert card is not None
        said = texts(card)
    assert sentence("help-old-card", language) in said
    assert await rows(story) == before


@ON_SQLITE
async def test_a_button_that_names_no_step(story: Story, forums: tuple[Forum, Forum]) -> None:
    for verb in ("", None, 5, ["x"], "__init__", "help", "HELP.SHOW", "help.show "):
        answer = await story.invoke(a_person(), verb, {})  # type: ignore[arg-type]
        assert answer["value"] == sentence("help-old-card", "fi"), verb


PLAIN = ("rest", "said")  # typed words, which mean nothing by themselves
FORGED: list[Any] = [999_999, 0, -1, 2**31, 2**63, 10**30, "1 OR 1=1", "x" * 9000, "\x00", [], {}]


def forged(step: Any, value: Any) -> Json:
    """The same odd thing for every argument that chooses among rows or codes."""
    hints = get_type_hints(step, include_extras=True)
    chooses = {int, str, int | None, str | None}
    return {
        name: value
        for name in arguments_of(step).model_fields
        if name not in PLAIN and hints[name] in chooses
    }


@pytest.mark.parametrize("role", [Role.CONTACT, Role.COORDINATOR])
async def test_forged_ids_choose_nothing(
    story: Story, forums: tuple[Forum, Forum], role: Role, caplog: pytest.LogCaptureFixture
) -> None:
    """Rows that are gone, ids that never were, and what no id can be."""
    async with story.transaction() as db:
        me = a_person("Cia Cedervall", service_url=story.microsoft.service_url)
        await join(db, forums[0], me, role=role)
    before = await rows(story)
    for name, step in STEPS.items():
        for value in FORGED if forged(step, 0) else ():
            answer = await story.invoke(me, name, forged(step, value))
            said = answer["value"] if isinstance(answer["value"], str) else texts(answer["value"])
            assert said, (name, value)
            assert sentence("help-try-again", "fi") not in said, (name, value)
        assert await rows(story) == before, name
    assert not [r for r in caplog.records if r.levelname in ("ERROR", "CRITICAL")]


@ON_SQLITE
@pytest.mark.parametrize("name", sorted(n for n, s in STEPS.items() if is_promised(s)))
async def test_what_vertti_says_of_its_own_accord_cannot_be_pressed(
    story: Story, forums: tuple[Forum, Forum], name: str
) -> None:
    """Its arguments name other people."""
    before = await rows(story)
    for value in (1, 2):
        answer = await story.invoke(a_person(), name, forged(STEPS[name], value))
        assert answer["value"] == sentence("help-old-card", "fi")
    assert await rows(story) == before


OPEN_TO_STRANGERS = {
    "help.show", "help.hello", "help.thanks", "help.not_understood",
    "welcome.rules", "welcome.privacy",
    "my_data.show", "my_data.seen_by", "my_data.as_text",
    "my_data.erase", "my_data.erase_sure", "my_data.erase_now", "my_data.come_back",
}  # fmt: skip


@ON_SQLITE
@pytest.mark.parametrize("language", LANGUAGES)
async def test_somebody_who_is_in_no_forum_gets_a_sentence_and_leaves_no_trace(
    story: Story, forums: tuple[Forum, Forum], language: str
) -> None:
    stranger = a_person("Kuka Lie", language=language)
    before = await rows(story)
    for name in STEPS:
        answer = await story.invoke(stranger, name, {}, locale=language)
        if name not in OPEN_TO_STRANGERS:
            assert answer["value"] in (
                sentence("help-not-a-member", language),
                sentence("help-old-card", language),
            ), name
        assert await rows(story) == before, name


@ON_SQLITE
@pytest.mark.parametrize("forum", [2, 999, -1, "2", None, [2], {"id": 2}])
async def test_a_card_of_another_forum_does_nothing_here(
    story: Story, forums: tuple[Forum, Forum], forum: Any
) -> None:
    before = await rows(story)
    data = {"_forum": forum, "progress": "moving"}
    answer = await story.invoke(a_person(), "checkin.save", data)
    if forum is None:  # a card without a forum: the person's own
        assert isinstance(answer["value"], dict)
        return
    assert answer["value"] == sentence("help-not-a-member", "fi")
    assert await rows(story) == before


async def test_a_refused_step_keeps_nothing_of_what_it_had_begun(
    story: Story, forums: tuple[Forum, Forum]
) -> None:
    """Somebody else's answer cannot be changed; the promise beside it is not kept either."""
    async with story.transaction() as db:
        cia = a_person("Cia Cedervall", service_url=story.microsoft.service_url)
        await join(db, forums[0], cia, await a_museum(db, forums[0], "Toinen museo"))
    await story.invoke(a_person(), "checkin.save", {"progress": "moving"})
    before = await rows(story)
    data = {"progress": "stuck", "promise": "Lupaan", "checkin": 1}
    answer = await story.invoke(cia, "checkin.save", data)
    assert answer["value"] == sentence("checkin-not-yours", "fi")
    assert await rows(story) == before
