"""What is shown in the Playground: everything of the one who types there, and the channel."""

from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from bot.development import sample
from bot.development.start import Development
from bot.teams.connector import Refused

Json = dict[str, Any]
TEXT = {"type": "message"}


class StandIn:
    """The Playground's connector, as far as it is called."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, str, Json]] = []
        self.status = 201

    async def take(self, request: web.Request) -> web.Response:
        self.calls.append((request.method, request.path, await request.json()))
        return web.json_response({"id": f"there-{len(self.calls)}"}, status=self.status)


@pytest.fixture
async def there(running: Development) -> AsyncIterator[StandIn]:
    stand_in = StandIn()
    application = web.Application()
    application.router.add_route("*", "/_connector/{path:.*}", stand_in.take)
    runner = web.AppRunner(application)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    port = runner.addresses[0][1]
    running.in_playground.begin(f"http://127.0.0.1:{port}", "p01", running.address)
    yield stand_in
    await runner.cleanup()


async def open_the_page(running: Development, http: aiohttp.ClientSession) -> None:
    event = {
        "type": "installationUpdate",
        "id": "one",
        "channelId": "msteams",
        "serviceUrl": f"{running.address}/development/teams",
        "from": {"id": "29:nobody", "aadObjectId": "nobody"},
        "conversation": {"id": "a:nobody", "conversationType": "personal"},
        "recipient": {"id": "28:vertti"},
        "channelData": {"tenant": {"id": sample.TENANT}},
    }
    async with http.post(f"{running.address}/development/playground", json=event) as answer:
        assert answer.status == 200


async def test_what_came_before_the_page_was_opened_is_shown_then(
    running: Development, http: aiohttp.ClientSession, there: StandIn
) -> None:
    teams, connector = f"{running.address}/development/teams", running.parts.connector
    await connector.post(teams, "a:p01", {**TEXT, "text": "early"})
    assert there.calls == []

    await open_the_page(running, http)
    await open_the_page(running, http)

    early = ("POST", "/_connector/v3/conversations/a:p01/activities", {**TEXT, "text": "early"})
    assert there.calls == [early]


async def test_only_what_the_typist_may_see_is_shown(
    running: Development, http: aiohttp.ClientSession, there: StandIn
) -> None:
    teams, connector = f"{running.address}/development/teams", running.parts.connector
    await open_the_page(running, http)

    id = await connector.post(teams, "a:p01", TEXT)
    await connector.post(teams, "a:p02", TEXT)
    await connector.post(teams, sample.CHANNEL, TEXT)
    await connector.post(teams, f"{sample.CHANNEL};messageid=terminal-1", TEXT)
    await connector.update(teams, "a:p01", str(id), TEXT)

    assert id == "there-1"
    assert [path.removeprefix("/_connector/v3/conversations/") for _, path, _ in there.calls] == [
        "a:p01/activities",
        f"{sample.CHANNEL}/activities",
        "a:p01/activities/there-1",
    ]


async def test_a_playground_that_refuses_or_is_gone_holds_nobody_up(
    running: Development, http: aiohttp.ClientSession, there: StandIn
) -> None:
    teams, connector = f"{running.address}/development/teams", running.parts.connector
    await open_the_page(running, http)
    there.status = 404
    assert await connector.post(teams, "a:p01", TEXT)
    running.in_playground.begin("http://127.0.0.1:9", "p01", running.address)
    assert await connector.post(teams, "a:p01", TEXT)
    assert running.chats.arrived == 2
    with pytest.raises(Refused):
        await connector.update(teams, "a:p01", "unknown", TEXT)
