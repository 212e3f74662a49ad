"""Somebody to knock at the door."""

from copy import deepcopy

import pytest

from storage.people import Person
from tests.bot.knock import Knock
from tests.builders import a_forum, a_museum, a_person, join
from tests.story import Story


@pytest.fixture
async def person(story: Story) -> Person:
    async with story.transaction() as db:
        forum = a_forum(service_url=story.microsoft.service_url)
        aino = a_person(service_url=story.microsoft.service_url)
        await join(db, forum, aino, await a_museum(db, forum))
    return aino


@pytest.fixture
def knock(story: Story, person: Person) -> Knock:
    """A pressed button that stores an answer."""
    data = {"progress": "moving", "moved": "Hylly"}
    action = {"type": "Action.Execute", "verb": "checkin.save", "data": data}
    body = story.activity(
        person, type="invoke", name="adaptiveCard/action", value={"action": action}
    )
    return Knock(story, deepcopy(body), story.microsoft.token())
