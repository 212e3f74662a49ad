"""Teams sends an activity again when the answer is late: it acts once, also when both overlap."""

import asyncio
from copy import deepcopy
from typing import Any

import pytest
from sqlmodel import select

from storage.checkin import CheckIn
from storage.people import Person
from storage.promise import Promise
from tests.story import Story, texts

Json = dict[str, Any]
AGAIN = 8
DATA = {"progress": "moving", "moved": "Hylly", "promise": "Seuraava hylly"}
WAYS: dict[str, Json] = {
    "message": {"type": "message", "text": "tilanne: etenee, hylly on käyty läpi"},
    "submit": {"type": "message", "value": {"_step": "checkin.save", **DATA}},
    "execute": {
        "type": "invoke",
        "name": "adaptiveCard/action",
        "value": {"action": {"type": "Action.Execute", "verb": "checkin.save", "data": DATA}},
    },
}


async def _stored(story: Story) -> tuple[int, int]:
    async with story.transaction() as db:
        answers, promises = await db.exec(select(CheckIn)), await db.exec(select(Promise))
        return len(answers.all()), len(promises.all())


def _cards_and_words(answers: list[Json]) -> tuple[int, set[str]]:
    """How many invokes got a card, and what the others were told."""
    cards = [a for a in answers if a.get("type") == "application/vnd.microsoft.card.adaptive"]
    rest = {a["value"] for a in answers if a.get("type", "").endswith("activity.message")}
    return len(cards), rest


@pytest.mark.parametrize("at_once", [False, True], ids=["one after the other", "at once"])
@pytest.mark.parametrize("way", WAYS)
async def test_the_same_activity_acts_once(
    story: Story, person: Person, way: str, at_once: bool
) -> None:
    body = story.activity(person, **deepcopy(WAYS[way]))
    if at_once:
        answers = await asyncio.gather(*(story.send(body) for _ in range(AGAIN)))
    else:
        answers = [await story.send(body) for _ in range(AGAIN)]
    assert await _stored(story) == (1, 0 if way == "message" else 1)
    if way == "execute":
        assert story.microsoft.messages == []
        assert _cards_and_words(answers) == (1, {"Tämä on jo tehty."})
    else:
        [(where, activity)] = story.microsoft.messages
        assert where == "a:aino"
        assert "Kiitos" in texts(activity["attachments"][0]["content"])


async def test_the_same_id_in_another_conversation_is_another_activity(
    story: Story, person: Person
) -> None:
    body = story.activity(person, **deepcopy(WAYS["submit"]))
    await story.send(body)
    body["conversation"] = {**body["conversation"], "id": "a:another"}
    await story.send(body)
    assert (await _stored(story))[0] == 2
