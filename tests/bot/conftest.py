"""Somebody to knock at the door."""

from collections.abc import AsyncIterator, Iterator
from copy import deepcopy
from datetime import UTC, datetime

import pytest

from storage.database import Transaction, connect, transactions
from storage.people import Person
from tests.bot.knock import Knock
from tests.bot.post_office import PostOffice
from tests.builders import a_forum, a_museum, a_person, join
from tests.postgres import Postgres
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


@pytest.fixture
async def office(transaction: Transaction) -> AsyncIterator[PostOffice]:
    """Sending and nothing else, on either database."""
    async with PostOffice.opens(transaction) as opened:
        yield opened


@pytest.fixture
def queue_url(postgres: Postgres) -> Iterator[str]:
    """A database with a queue in it."""
    with postgres.database() as url:
        yield url


@pytest.fixture
async def queue(queue_url: str) -> AsyncIterator[PostOffice]:
    """Sending with a queue, at the real time: jobs are due by the database's clock."""
    engine = connect(queue_url)
    async with PostOffice.opens(transactions(engine)) as opened:
        opened.clock.now = datetime.now(UTC)
        yield opened
    await engine.dispose()
