"""What Teams answers becomes: taken, later, refused, or doubtful; the token stays at home."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from pydantic import SecretStr

from bot.settings import Settings
from bot.teams.connector import LONGEST_WAIT, Connector, Doubtful, Later, Refused
from bot.teams.outgoing_token import OutgoingToken
from tests.benchmarks.activities import APP_ID
from tests.bot.answering import answering
from tests.bot.test_foreign_bodies import LOOK_ALIKES
from tests.builders import TENANT
from tests.microsoft.server import Microsoft, Rule

CARD = {"type": "message", "text": "Hei"}


class Line:
    """A connector that talks to the stand-in."""

    def __init__(
        self, microsoft: Microsoft, http: aiohttp.ClientSession, service: str | None = None
    ) -> None:
        self.microsoft, self.service_url = microsoft, f"{service or microsoft.url}/"
        settings = Settings.model_validate(
            {
                "app_id": APP_ID,
                "app_password": SecretStr("nobody's"),
                "app_tenant_id": TENANT,
                "service_hosts": frozenset({(service or microsoft.url).removeprefix("http://")}),
                "token_authority": f"{microsoft.url}/{TENANT}",
            }
        )
        self.connector = Connector(http, OutgoingToken(http, settings), settings)

    async def post(self) -> str | None:
        return await self.connector.post(self.service_url, "a:aino", CARD)


@pytest.fixture
async def line() -> AsyncIterator[Line]:
    async with Microsoft(keep=True, people=450).running() as microsoft:
        microsoft.limits.on = False
        async with aiohttp.ClientSession() as http:
            yield Line(microsoft, http)


@asynccontextmanager
async def answers(status: int, **more: Any) -> AsyncIterator[Line]:
    """A connector in front of a Teams that always says the same."""

    async def answer(_: web.Request) -> web.Response:
        return web.Response(status=status, **more)

    async with (
        Microsoft().running() as microsoft,
        answering(answer) as url,
        aiohttp.ClientSession() as http,
    ):
        yield Line(microsoft, http, url)


async def test_a_message_is_taken(line: Line) -> None:
    assert await line.post() == "1:1"
    assert line.microsoft.messages == [("a:aino", CARD)]


LATER = [
    (Rule(status=429, retry_after=7), "throttled", 7),
    (Rule(status=412), "http 412", 5),
    (Rule(status=301), "http 301", 5),
    (Rule(status=401), "http 401", 5),
]


@pytest.mark.parametrize(("rule", "why", "seconds"), LATER)
async def test_nothing_was_taken_and_it_may_be_tried_later(
    line: Line, rule: Rule, why: str, seconds: float
) -> None:
    line.microsoft.rules = [rule]
    with pytest.raises(Later) as later:
        await line.post()
    assert (later.value.reason, later.value.seconds) == (why, seconds)
    assert line.microsoft.messages == []


@pytest.mark.parametrize("status", [400, 403, 404, 413, 451])
async def test_it_is_refused_for_good(line: Line, status: int) -> None:
    line.microsoft.rules = [Rule(status=status, code="BotNotInConversationRoster")]
    with pytest.raises(Refused) as refused:
        await line.post()
    assert (refused.value.status, refused.value.code) == (status, "BotNotInConversationRoster")


@pytest.mark.parametrize(
    "rule", [Rule(status=500), Rule(status=502), Rule(status=408), Rule(drop=True)]
)
async def test_it_may_have_been_taken(line: Line, rule: Rule) -> None:
    rule.delivered = True
    line.microsoft.rules = [rule]
    with pytest.raises(Doubtful):
        await line.post()
    assert len(line.microsoft.messages) == 1


async def test_without_a_token_nothing_is_sent(line: Line) -> None:
    line.microsoft.token_rules = [Rule(status=400, times=1)]
    with pytest.raises(Later, match="no token: ClientResponseError 400"):
        await line.post()
    assert line.microsoft.requests["POST"] == 0
    assert await line.post()


@pytest.mark.parametrize("address", [*LOOK_ALIKES, "", None])
async def test_the_token_goes_to_no_look_alike(line: Line, address: Any) -> None:
    with pytest.raises(Refused, match="foreign serviceUrl"):
        await line.connector.post(address, "a:aino", CARD)
    assert line.microsoft.requests == {}


async def test_a_slash_more_or_less_makes_no_difference(line: Line) -> None:
    for address in (line.service_url, line.service_url.rstrip("/")):
        assert await line.connector.post(address, "a:aino", CARD)


async def test_odd_ids_stay_one_part_of_the_address(line: Line) -> None:
    for odd in ("19:x@thread.tacv2;messageid=1", "a/b?c#d%2e", "ä ö\n"):
        await line.connector.post(line.service_url, odd, CARD)
        assert line.microsoft.messages[-1][0] == odd


async def test_a_reply_waits_out_a_short_later(line: Line) -> None:
    line.microsoft.rules = [Rule(status=429, retry_after=0, times=2)]
    assert await line.connector.reply(line.service_url, "a:aino", "f:1", CARD)
    assert line.microsoft.messages == [("a:aino", {**CARD, "replyToId": "f:1"})]


async def test_a_reply_in_doubt_is_not_said_twice(line: Line) -> None:
    line.microsoft.rules = [Rule(status=502, delivered=True)]
    with pytest.raises(Doubtful):
        await line.connector.reply(line.service_url, "a:aino", "f:1", CARD)
    assert len(line.microsoft.messages) == 1


async def test_an_update_in_doubt_is_repeated(line: Line) -> None:
    line.microsoft.rules = [Rule(method="PUT", status=502, times=1)]
    await line.connector.update(line.service_url, "a:aino", "1:1", CARD)
    assert line.microsoft.messages == [("a:aino", {**CARD, "id": "1:1"})]


async def test_a_chat_that_may_have_been_made_is_asked_for_again(line: Line) -> None:
    line.microsoft.rules = [Rule(status=500, times=1)]
    with pytest.raises(Later):
        await line.connector.create_personal(line.service_url, TENANT, "29:aino")
    made = await line.connector.create_personal(line.service_url, TENANT, "29:aino")
    assert made == "a:aino"


async def test_everybody_of_a_team_page_by_page(line: Line) -> None:
    found = [m["id"] async for m in line.connector.members(line.service_url, "19:team")]
    assert found == [m["id"] for m in line.microsoft.roster]
    assert len(found) == 450


@pytest.mark.parametrize(
    ("header", "seconds"),
    [(None, 5), ("", 5), ("0", 0), ("3.5", 3.5), ("-1", 0), ("1e9", LONGEST_WAIT),
     ("inf", LONGEST_WAIT), ("nan", 0), ("Wed, 21 Oct 2026 07:28:00 GMT", 5)],
)  # fmt: skip
async def test_a_pause_is_a_number_of_seconds_within_reason(
    header: str | None, seconds: float
) -> None:
    headers = {} if header is None else {"Retry-After": header}
    async with answers(429, headers=headers) as line:
        with pytest.raises(Later) as later:
            await line.post()
    assert later.value.seconds == seconds


@pytest.mark.parametrize("text", ["", "not JSON", "[]", "null", '{"id": null}'])
async def test_what_was_taken_is_taken_whatever_the_answer_says(text: str) -> None:
    async with answers(201, text=text) as line:
        assert await line.post() is None


@pytest.mark.parametrize("text", ["", "<html>", "[]", '{"error": "x"}', '{"error": {}}'])
async def test_a_refusal_without_a_code_is_a_refusal(text: str) -> None:
    async with answers(403, text=text) as line:
        with pytest.raises(Refused) as refused:
            await line.post()
    assert (refused.value.status, refused.value.code) == (403, "")


async def test_nobody_listens() -> None:
    async with answers(201) as line:
        pass
    async with Microsoft().running() as microsoft, aiohttp.ClientSession() as http:
        with pytest.raises(Later, match="no connection: ClientConnectorError"):
            await Line(microsoft, http, line.service_url.rstrip("/")).post()
