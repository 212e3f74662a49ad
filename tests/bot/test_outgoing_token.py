"""One token for everybody, fetched ahead of its end, and never sent astray."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from pydantic import SecretStr

from bot.settings import Mode, Settings
from bot.teams.outgoing_token import AGAIN, AHEAD, SPARE, NoToken, OutgoingToken
from tests.benchmarks.activities import APP_ID
from tests.bot.answering import answering
from tests.bot.uptime import Uptime
from tests.builders import TENANT
from tests.microsoft.server import Microsoft, Rule

HOUR = 3600
SECRET = "nobody's secret"


class Purse:
    def __init__(self, microsoft: Microsoft, http: aiohttp.ClientSession) -> None:
        self.microsoft, self.uptime = microsoft, Uptime()
        self.token = OutgoingToken(http, settings(f"{microsoft.url}/{TENANT}"), self.uptime)

    def fetches(self) -> int:
        return self.microsoft.requests["token"]


def settings(authority: str, **more: Any) -> Settings:
    return Settings.model_validate(
        {
            "app_id": APP_ID,
            "app_password": SecretStr(SECRET),
            "app_tenant_id": TENANT,
            "token_authority": authority,
            **more,
        }
    )


@pytest.fixture
async def purse() -> AsyncIterator[Purse]:
    async with Microsoft().running() as microsoft, aiohttp.ClientSession() as http:
        yield Purse(microsoft, http)


async def test_everybody_waits_for_the_same_fetch(purse: Purse) -> None:
    tokens = await asyncio.gather(*(purse.token.get() for _ in range(50)))
    assert len(set(tokens)) == 1
    assert purse.fetches() == 1


async def test_development_needs_none(purse: Purse) -> None:
    async with aiohttp.ClientSession() as http:
        nowhere = settings("http://127.0.0.1:1", mode=Mode.DEVELOPMENT)
        assert await OutgoingToken(http, nowhere).get() is None


async def test_a_new_one_is_fetched_ahead_while_nobody_waits(purse: Purse) -> None:
    first = await purse.token.get()
    purse.uptime.now += HOUR - AHEAD - 1
    assert await purse.token.get() == first
    assert purse.fetches() == 1
    purse.microsoft.token_rules = [Rule(until=(answer := asyncio.Event()))]
    purse.uptime.now += 2
    assert [await purse.token.get() for _ in range(9)] == [first] * 9
    purse.uptime.now += AHEAD - SPARE  # the old one has ended: now they wait
    waiting = [asyncio.create_task(purse.token.get()) for _ in range(9)]
    answer.set()
    [second] = set(await asyncio.gather(*waiting))
    assert second != first
    assert purse.fetches() == 2


async def test_an_old_token_serves_while_no_new_one_comes(purse: Purse) -> None:
    first = await purse.token.get()
    purse.microsoft.token_rules = [Rule(status=500)]
    purse.uptime.now += HOUR - AHEAD + 1
    for _ in range(9):
        assert await purse.token.get() == first
    purse.microsoft.token_rules = []
    purse.uptime.now += AGAIN
    assert await purse.token.get() == first  # the new one is on its way
    purse.uptime.now += AHEAD - SPARE
    assert await purse.token.get() not in (None, first)


@pytest.mark.parametrize(
    ("broken", "why"),
    [
        (Rule(status=401), "ClientResponseError 401"),
        (Rule(status=503), "ClientResponseError 503"),
        (Rule(drop=True), "ServerDisconnectedError"),
    ],
)
async def test_without_a_token_it_says_why_and_tries_again(
    purse: Purse, broken: Rule, why: str, caplog: pytest.LogCaptureFixture
) -> None:
    purse.microsoft.token_rules = [broken]
    for _ in range(2):
        with pytest.raises(NoToken, match=why):
            await purse.token.get()
    assert caplog.messages == [f"no token for calling Teams: {why}"] * 2
    assert SECRET not in caplog.text
    purse.microsoft.token_rules = []
    assert await purse.token.get()


async def test_a_refused_token_is_replaced_but_not_again_and_again(purse: Purse) -> None:
    first = await purse.token.get()
    purse.token.refused(first)
    assert await purse.token.get() == first  # brand-new: another would fare no better
    purse.uptime.now += AGAIN + 1
    purse.token.refused("another")
    assert await purse.token.get() == first
    purse.token.refused(first)
    second = await purse.token.get()
    assert second != first
    purse.token.refused(first)  # said by a call that set out before
    assert await purse.token.get() == second


ODD_ANSWERS = [
    "",
    "not JSON",
    "[]",
    "{}",
    '{"access_token": "x"}',
    '{"access_token": "x", "expires_in": "soon"}',
    '{"access_token": "x", "expires_in": 5}',
]


@pytest.mark.parametrize("text", ODD_ANSWERS)
async def test_an_answer_that_holds_no_token_is_none(text: str) -> None:
    async def answer(_: web.Request) -> web.Response:
        return web.Response(text=text, content_type="application/json")

    async with answering(answer) as url, aiohttp.ClientSession() as http:
        with pytest.raises(NoToken):
            await OutgoingToken(http, settings(url)).get()


async def test_the_secret_does_not_follow_a_redirect() -> None:
    asked = []

    async def answer(request: web.Request) -> web.Response:
        asked.append(request.path)
        return web.Response(status=307, headers={"Location": "/elsewhere"})

    async with answering(answer) as url, aiohttp.ClientSession() as http:
        with pytest.raises(NoToken):
            await OutgoingToken(http, settings(url)).get()
    assert asked == ["/oauth2/v2.0/token"]


@pytest.mark.parametrize("lifetime", ["expires_in", "expires_on"])
async def test_a_managed_identity_needs_no_secret(
    lifetime: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """App Service says until when the token is good, machines say how long."""
    asked = []

    async def answer(request: web.Request) -> web.Response:
        asked.append((dict(request.query), request.headers.get("X-IDENTITY-HEADER")))
        seconds = {"expires_in": "3600", "expires_on": "4102444800"}[lifetime]
        return web.json_response({"access_token": "from Azure", lifetime: seconds})

    async with answering(answer) as url, aiohttp.ClientSession() as http:
        monkeypatch.setenv("IDENTITY_ENDPOINT", f"{url}/msi/token")
        monkeypatch.setenv("IDENTITY_HEADER", "from the platform")
        chosen = settings("", app_type="UserAssignedMSI", app_password=SecretStr(""))
        token = OutgoingToken(http, chosen)
        assert {await token.get(), await token.get()} == {"from Azure"}
    [(query, header)] = asked
    assert query["resource"] == "https://api.botframework.com"
    assert (query["client_id"], header) == (APP_ID, "from the platform")
