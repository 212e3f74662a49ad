"""The stand-in keeps Teams' limits, goes wrong when told to, and counts."""

from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest

from tests.benchmarks.activities import TENANT
from tests.microsoft.limits import Limits
from tests.microsoft.server import STATIC_TOKEN, Microsoft, Rule, busiest_second


@pytest.fixture
async def microsoft() -> AsyncIterator[Microsoft]:
    async with Microsoft(people=120).running() as microsoft:
        yield microsoft


@pytest.fixture
async def http(microsoft: Microsoft) -> AsyncIterator[aiohttp.ClientSession]:
    headers = {"Authorization": f"Bearer {STATIC_TOKEN}"}
    async with aiohttp.ClientSession(microsoft.url, headers=headers) as session:
        yield session


async def send(http: aiohttp.ClientSession, conversation: str, **more: Any) -> tuple[int, Any]:
    """Status and Retry-After of one message."""
    url = f"/v3/conversations/{conversation}/activities"
    async with http.post(url, json={"type": "message"}, **more) as response:
        await response.read()
        return response.status, response.headers.get("Retry-After")


@pytest.mark.parametrize(
    ("times", "broken"),
    [
        ([0.0] * 7, {}),
        ([0.0] * 8, {"7/1s": 1}),
        ([0.0] * 7 + [1.0], {}),
        ([0.0] * 7 + [1.0, 1.9], {"8/2s": 1}),
        ([n / 5 for n in range(9)], {"8/2s": 1}),
        ([n / 2.1 for n in range(61)], {"60/30s": 1}),
        ([n / 2 for n in range(61)], {}),
        ([n * 1.9 for n in range(1801)], {"1800/3600s": 1}),
        ([n * 2.0 for n in range(1801)], {}),
    ],
)
def test_a_conversation_takes_so_much_and_no_more(
    times: list[float], broken: dict[str, int]
) -> None:
    limits = Limits()
    for at in times:
        limits.send("a:1", at)
    assert limits.violations == broken


def test_an_app_may_call_fifty_times_in_any_second_whoever_it_writes_to() -> None:
    limits = Limits()
    assert [limits.request("app", n / 100) for n in range(50)] == [None] * 50
    assert limits.request("app", 0.5) == pytest.approx(0.5)
    assert limits.request("other", 0.5) is None
    assert limits.request("app", 1.0) is None
    assert limits.violations == {"50/1s": 1}


def test_who_comes_back_too_early_is_noted() -> None:
    limits = Limits()
    limits.told("a:1", until=5.0)
    limits.told("a:2", until=5.0)
    limits.come_back("a:1", 4.9)
    limits.come_back("a:2", 5.0)
    limits.come_back("a:3", 5.0)
    assert (limits.early, limits.honoured) == (1, 1)


def test_an_app_that_goes_on_while_told_to_wait_is_noted_but_not_what_was_under_way() -> None:
    limits = Limits()
    for _ in range(51):
        limits.request("app", 0.0)
    limits.request("app", 0.2)
    assert limits.pushed_on == 0
    limits.request("app", 0.6)
    assert limits.pushed_on == 1


async def test_too_many_messages_get_429_and_the_seconds_to_wait(
    microsoft: Microsoft, http: aiohttp.ClientSession
) -> None:
    answers = [await send(http, "a:1") for _ in range(8)]
    assert answers == [(201, None)] * 7 + [(429, "1")]
    assert microsoft.stats()["violations"] == {"7/1s": 1}
    assert microsoft.stats()["delivered"] == 7
    assert (await send(http, "a:1"))[0] == 429
    assert microsoft.stats()["retry_after"] == {"honoured": 0, "early": 1}


async def test_without_limits_everything_goes_through(
    microsoft: Microsoft, http: aiohttp.ClientSession
) -> None:
    microsoft.limits.on = False
    assert {await send(http, "a:1") for _ in range(60)} == {(201, None)}


async def test_nobody_writes_without_a_token(
    microsoft: Microsoft, http: aiohttp.ClientSession
) -> None:
    assert (await send(http, "a:1", headers={"Authorization": "Bearer guessed"}))[0] == 401
    assert microsoft.stats()["delivered"] == 0


async def test_an_outgoing_token_is_fetched_and_taken(
    microsoft: Microsoft, http: aiohttp.ClientSession
) -> None:
    form = {"grant_type": "client_credentials", "client_id": "app", "client_secret": "s"}
    async with http.post(f"/{TENANT}/oauth2/v2.0/token", data=form) as response:
        token = (await response.json())["access_token"]
    assert (await send(http, "a:1", headers={"Authorization": f"Bearer {token}"}))[0] == 201
    assert microsoft.stats()["requests"]["token"] == 1


async def test_rules_go_wrong_as_often_as_told(
    microsoft: Microsoft, http: aiohttp.ClientSession
) -> None:
    microsoft.rules = [
        Rule(match="a:gone*", status=404, code="ConversationNotFound"),
        Rule(match="a:busy", status=429, retry_after=3, times=2),
        Rule(match="a:vague", status=502, delivered=True, times=1),
        Rule(match="a:slow", delay=0.01),
    ]
    assert [await send(http, "a:gone-1") for _ in range(2)] == [(404, None)] * 2
    assert [await send(http, "a:busy") for _ in range(3)] == [(429, "3")] * 2 + [(201, None)]
    assert [(await send(http, "a:vague"))[0] for _ in range(2)] == [502, 201]
    assert await send(http, "a:slow") == (201, None)
    assert dict(microsoft.delivered) == {"a:busy": 1, "a:vague": 2, "a:slow": 1}


async def test_a_rule_can_cut_the_line(microsoft: Microsoft, http: aiohttp.ClientSession) -> None:
    microsoft.rules = [Rule(drop=True, delivered=True)]
    with pytest.raises(aiohttp.ClientError):
        await send(http, "a:1")
    assert microsoft.stats()["delivered"] == 1


async def test_a_personal_chat_is_made_once_and_members_come_in_pages(
    microsoft: Microsoft, http: aiohttp.ClientSession
) -> None:
    body = {"members": [{"id": "29:person-00003"}]}
    async with http.post("/v3/conversations", json=body) as response:
        assert (await response.json())["id"] == "a:person-00003"
    seen, token = [], "0"
    while token:
        url = f"/v3/conversations/19:team/pagedmembers?pageSize=50&continuationToken={token}"
        async with http.get(url) as response:
            page = await response.json()
        seen += [one["id"] for one in page["members"]]
        token = page.get("continuationToken")
    assert len(set(seen)) == 120


def test_the_busiest_second_slides() -> None:
    assert busiest_second([]) == 0
    assert busiest_second([0.0, 0.5, 0.99, 1.0, 1.4, 3.0]) == 4
