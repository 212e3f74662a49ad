"""The Playground tells of every installation anew at each page load: the sample forum stays."""

import json
from pathlib import Path
from uuid import uuid4

import aiohttp

from bot.development import sample
from bot.development.start import Development
from storage import outbox
from storage.forum import Forum, forum_of_team, organisations
from storage.people import by_account, members

PAYLOADS = Path(__file__).parents[2] / "payloads" / "playground"
LOADED = (  # in this order
    "installation_update_personal",
    "installation_update_group",
    "installation_update_channel",
    "members_added_personal",
    "members_added_bot_group",
    "members_added_bot_channel",
)
KAISU = next(row for row in sample.everybody() if row["id"] == "p01")


async def load_the_page(running: Development, http: aiohttp.ClientSession) -> None:
    """What the Playground sends, recorded, with the sample forum's ids."""
    for name in LOADED:
        text = (PAYLOADS / f"{name}.json").read_text("utf-8")
        for recorded, ours in (
            ("00000000-0000-4000-8000-0000000000aa", sample.TENANT),
            ("00000000-0000-4000-8000-000000000000", KAISU["aad_object_id"]),
            ("29:person-0", "29:p01"),
            ("19:team@thread.tacv2", sample.TEAM),
            ("19:release@thread.tacv2", sample.CHANNEL),
            ("personal-chat", "a:p01"),
        ):
            text = text.replace(recorded, ours)
        activity = json.loads(text) | {
            "id": str(uuid4()),
            "serviceUrl": f"{running.address}/development/teams",
        }
        async with http.post(f"{running.address}/api/messages", json=activity) as answer:
            assert answer.status == 200


async def test_page_loads_change_nothing_but_one_welcome(
    running: Development, http: aiohttp.ClientSession
) -> None:
    for _ in range(3):
        await load_the_page(running, http)
        await running.parts.schedule.tick()  # the roster is read, the welcome goes out

    async with running.parts.transaction() as db:
        forum = await forum_of_team(db, sample.TEAM)
        person = await by_account(db, sample.TENANT, KAISU["aad_object_id"])
        assert forum is not None
        assert person is not None
        assert (forum.id, forum.name, forum.channel) == (1, sample.NAME, sample.CHANNEL)
        assert await db.get(Forum, 2) is None
        assert len(await members(db, forum.id)) == len(sample.everybody())
        assert len(await organisations(db, forum.id)) == 13
        assert (person.teams_id, person.conversation) == ("29:p01", "a:p01")
        assert (await outbox.accounts(db))["delivered"] == 1
    assert running.chats.arrived == 1
