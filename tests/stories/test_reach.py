"""Somebody who has blocked Vertti is left alone, seen by the coordinators, and found again."""

from datetime import timedelta

from storage.checkin import Wave
from storage.outbox import accounts
from storage.people import Role
from tests.builders import TODAY, a_forum, a_museum, a_person, join
from tests.microsoft.server import Rule
from tests.story import Story, texts


async def test_who_blocks_vertti_is_on_the_coordinators_desk_until_they_write(
    story: Story,
) -> None:
    async with story.transaction() as db:
        forum = a_forum(service_url=story.microsoft.service_url)
        museum = await a_museum(db, forum)
        await join(db, forum, aino := a_person(), museum)
        await join(db, forum, a_person("Bo Berg"), museum)
        await join(db, forum, cecilia := a_person("Cecilia Cygnaeus"), None, Role.COORDINATOR)
        for weeks in (0, 6, 14):
            db.add(Wave(forum_id=forum.id, day=TODAY + timedelta(weeks=weeks)))
    story.microsoft.rules = [
        Rule(match="a:aino", status=403, code="ConversationBlockedByUser"),
    ]

    await story.wait()
    card = await story.say(cecilia, "yleiskuva")
    assert card is not None
    assert "eivät mene perille. Nimet: Aino Aalto." in texts(card)

    calls = story.microsoft.requests["POST"]
    await story.wait(weeks=6)
    assert len(story.received("a:bo")) == 2
    assert story.received("a:aino") == []
    assert story.microsoft.requests["POST"] <= calls + 2  # Bo and the channel: Aino is not tried
    async with story.transaction() as db:
        found = await accounts(db, forum.id)
    assert found["failed"] == 2
    assert not found["sending"]

    story.microsoft.rules = []
    await story.say(aino, "apua")
    card = await story.say(cecilia, "yleiskuva")
    assert card is not None
    assert "Nimet:" not in texts(card)
    before = len(story.received("a:aino"))
    await story.wait(weeks=8)
    assert len(story.received("a:aino")) == before + 1
