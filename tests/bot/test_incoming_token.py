"""Signing keys come, go and fail to come; good requests never wait for bad ones."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import nullcontext
from typing import Any

import aiohttp
import pytest

from bot.teams.incoming_token import AFTER_FAILURE, AGAIN, FRESH, LEEWAY, TokenCheck
from tests.benchmarks.activities import APP_ID
from tests.bot.uptime import Uptime
from tests.microsoft.server import Microsoft, Rule
from tests.microsoft.tokens import ISSUER

HOUR = 3600


class Checker:
    def __init__(self, microsoft: Microsoft, http: aiohttp.ClientSession) -> None:
        self.microsoft, self.uptime = microsoft, Uptime()
        self.check = TokenCheck(
            http, f"{microsoft.url}/openidconfiguration", APP_ID, ISSUER, self.uptime
        )

    async def accepts(self, token: str) -> str:
        """What became of a token: "good", or why not."""
        try:
            await self.check.claims(f"Bearer {token}", "msteams", self.microsoft.service_url)
        except PermissionError as why:
            return str(why)
        return "good"

    def fetches(self) -> int:
        return self.microsoft.requests["keys"]


@pytest.fixture
async def checker() -> AsyncIterator[Checker]:
    async with Microsoft().running() as microsoft, aiohttp.ClientSession() as http:
        yield Checker(microsoft, http)


async def test_all_who_come_first_wait_for_the_same_fetch(checker: Checker) -> None:
    tokens = [checker.microsoft.token() for _ in range(20)]
    assert set(await asyncio.gather(*map(checker.accepts, tokens))) == {"good"}
    assert checker.fetches() == 1


async def test_unknown_key_ids_cause_one_fetch_a_minute(checker: Checker) -> None:
    good = checker.microsoft.token()
    assert await checker.accepts(good) == "good"
    for minute in range(1, 4):
        checker.uptime.now += AGAIN
        forged = [checker.microsoft.token(flaw="key") for _ in range(20)]
        assert set(await asyncio.gather(*map(checker.accepts, forged))) == {"unknown key id"}
        assert checker.fetches() == 1 + minute
        assert await checker.accepts(good) == "good"


async def test_good_requests_do_not_wait_while_keys_are_fetched(checker: Checker) -> None:
    assert await checker.accepts(checker.microsoft.token()) == "good"
    checker.microsoft.key_rules = [Rule(until=(answer := asyncio.Event()))]
    checker.uptime.now += FRESH + 1
    waiting = asyncio.create_task(checker.accepts(checker.microsoft.token(flaw="key")))
    for _ in range(20):
        assert await checker.accepts(checker.microsoft.token()) == "good"
    assert not waiting.done()
    answer.set()
    assert await waiting == "unknown key id"


async def test_a_new_key_is_taken_and_a_withdrawn_one_ends_at_once(checker: Checker) -> None:
    old = checker.microsoft.token()
    assert await checker.accepts(old) == "good"
    checker.microsoft.signer.rotate("second")
    new = checker.microsoft.token()
    assert await checker.accepts(new) == "unknown key id"
    checker.uptime.now += AGAIN
    assert await checker.accepts(new) == "good"
    assert await checker.accepts(old) == "unknown key id"


async def test_keys_are_looked_at_again_every_day_without_anybody_waiting(
    checker: Checker,
) -> None:
    assert await checker.accepts(checker.microsoft.token()) == "good"
    checker.uptime.now += FRESH + 1
    for _ in range(3):
        assert await checker.accepts(checker.microsoft.token()) == "good"
    # Only an unknown key waits: for the fetch that the others have set off.
    assert await checker.accepts(checker.microsoft.token(flaw="key")) == "unknown key id"
    assert checker.fetches() == 2


BROKEN = {
    "an error": Rule(status=500),
    "a cut line": Rule(drop=True),
    "not found": Rule(status=404),
}


@pytest.mark.parametrize("broken", BROKEN)
async def test_without_fresh_keys_the_old_ones_serve(checker: Checker, broken: str) -> None:
    assert await checker.accepts(checker.microsoft.token()) == "good"
    checker.microsoft.key_rules = [BROKEN[broken]]
    checker.uptime.now += 2 * FRESH
    assert await checker.accepts(checker.microsoft.token(flaw="key")) == "unknown key id"
    assert await checker.accepts(checker.microsoft.token()) == "good"


async def test_keys_that_make_no_sense_change_nothing(checker: Checker) -> None:
    assert await checker.accepts(checker.microsoft.token()) == "good"
    checker.microsoft.signer.published = {}
    checker.uptime.now += AGAIN
    assert await checker.accepts(checker.microsoft.token(flaw="key")) == "unknown key id"
    assert await checker.accepts(checker.microsoft.token()) == "good"


async def test_without_any_key_everything_is_refused_until_one_can_be_fetched(
    checker: Checker,
) -> None:
    checker.microsoft.key_rules = [Rule(status=503)]
    token = checker.microsoft.token()
    for _ in range(5):
        assert await checker.accepts(token) == "keys cannot be fetched"
    assert checker.fetches() == 1
    checker.microsoft.key_rules = []
    checker.uptime.now += AFTER_FAILURE
    assert await checker.accepts(token) == "good"


async def test_a_verified_token_ends_when_it_expires(checker: Checker) -> None:
    token = checker.microsoft.token()
    assert await checker.accepts(token) == "good"
    checker.uptime.now += HOUR + LEEWAY - 10
    assert await checker.accepts(token) == "good"
    checker.uptime.now += 11
    assert await checker.accepts(token) == "token expired"


async def test_a_remembered_token_is_checked_against_each_request(checker: Checker) -> None:
    token = checker.microsoft.token()
    for _ in range(2):
        assert await checker.accepts(token) == "good"
        with pytest.raises(PermissionError, match="not endorsed"):
            await checker.check.claims(f"Bearer {token}", "sms", checker.microsoft.service_url)
        with pytest.raises(PermissionError, match="another serviceUrl"):
            await checker.check.claims(f"Bearer {token}", "msteams", "https://elsewhere.example/")


@pytest.mark.parametrize(
    ("claim", "body", "same"),
    [
        ("https://smba.trafficmanager.net/emea/", "https://smba.trafficmanager.net/emea", True),
        ("https://smba.trafficmanager.net/emea", "https://smba.trafficmanager.net/emea/", True),
        ("https://smba.trafficmanager.net/emea/", "https://smba.trafficmanager.net/amer/", False),
        ("https://smba.trafficmanager.net/emea", "https://smba.trafficmanager.net/emeax", False),
        ("", "", False),
        ("/", "", False),
        (None, "", False),
        (["x"], "x", False),
    ],
)
async def test_the_signed_service_url_is_the_one_of_the_body(
    checker: Checker, claim: Any, body: str, same: bool
) -> None:
    token = checker.microsoft.signer.token(APP_ID, "", serviceurl=claim)
    refused = pytest.raises(PermissionError, match="token is for another serviceUrl")
    with nullcontext() if same else refused:
        await checker.check.claims(f"Bearer {token}", "msteams", body)


@pytest.mark.parametrize("exp", ["soon", [], {}, True, -1, float("inf"), float("nan"), 10**400])
async def test_an_expiry_that_is_no_time_is_refused(checker: Checker, exp: Any) -> None:
    """Signed by Microsoft, yet odd: closed, not an error."""
    token = checker.microsoft.signer.token(APP_ID, checker.microsoft.service_url, exp=exp)
    assert (await checker.accepts(token)).startswith("token refused: ")
