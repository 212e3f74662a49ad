"""Everything Vertti asks of Teams, over one pool of connections."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import quote

import aiohttp
from tenacity import AsyncRetrying, retry_if_exception_type, stop_after_attempt
from tenacity.wait import wait_exponential_jitter
from yarl import URL

from bot.metrics import CONNECTOR_CALLS
from bot.settings import Settings
from bot.teams.checks import is_our_service
from bot.teams.outgoing_token import NoToken, OutgoingToken

Json = dict[str, Any]
TIMEOUT = 15  # seconds for one call; shorter than a sender's lease
DEFAULT_WAIT = 5.0  # seconds, when Teams says "later" without saying when
LONGEST_WAIT = 3600.0  # seconds; whatever Teams says, somebody looks again after an hour
LONGEST_REPLY_WAIT = 8.0  # seconds for which an answer to a person may wait
REPLY_WITHIN = 12.0  # seconds in all; after 15 Teams sends the activity again
_growing = wait_exponential_jitter(multiplier=0.5, max=LONGEST_REPLY_WAIT, jitter=0.5)


class Later(Exception):
    """Teams took nothing and says when to come again (429, or no connection at all)."""

    def __init__(self, reason: str, seconds: float) -> None:
        super().__init__(reason)
        self.reason, self.seconds = reason, seconds


class Refused(Exception):
    """Teams took nothing and will not (4xx)."""

    def __init__(self, status: int, code: str) -> None:
        super().__init__(f"{status} {code}")
        self.status, self.code = status, code


class Doubtful(Exception):
    """Teams may or may not have taken it (5xx, timeout, broken connection)."""


class Connector:
    """The Bot Framework connector API, as far as Vertti uses it."""

    def __init__(
        self,
        http: aiohttp.ClientSession,
        token: OutgoingToken,
        settings: Settings,
        timeout: float = TIMEOUT,
    ) -> None:
        self._http, self._token, self._settings = http, token, settings
        self._timeout = aiohttp.ClientTimeout(total=timeout)

    async def post(self, service_url: str, conversation: str, message: Json) -> str | None:
        """Put a message into a conversation; its id. Tried once: a second might be a duplicate.

        Raises:
            Later, Refused, Doubtful
        """
        path = f"/v3/conversations/{_part(conversation)}/activities"
        return _id(await self._call("POST", service_url, path, message))

    async def reply(
        self, service_url: str, conversation: str, activity: str | None, message: Json
    ) -> str | None:
        """Answer an activity. Waits out a short "later", since somebody is looking.

        Raises:
            Later, Refused, Doubtful
        """
        path = f"/v3/conversations/{_part(conversation)}/activities"
        if activity:
            path += f"/{_part(activity)}"
            message = {**message, "replyToId": activity}
        try:
            async with asyncio.timeout(REPLY_WITHIN):
                return _id(await self._call_again("POST", service_url, path, message))
        except TimeoutError:
            raise Doubtful("no answer in time") from None

    async def update(
        self, service_url: str, conversation: str, activity: str, message: Json
    ) -> None:
        """Change a message that was sent. Safe to repeat."""
        path = f"/v3/conversations/{_part(conversation)}/activities/{_part(activity)}"
        await self._call_again("PUT", service_url, path, {**message, "id": activity})

    async def create_personal(self, service_url: str, tenant: str, teams_id: str) -> str:
        """The personal conversation with somebody; Teams gives the same one each time.

        Raises:
            Later, Refused
        """
        body = {
            "bot": {"id": f"28:{self._settings.app_id}"},
            "isGroup": False,
            "members": [{"id": teams_id}],
            "tenantId": tenant,
            "channelData": {"tenant": {"id": tenant}},
        }
        try:
            created = await self._call("POST", service_url, "/v3/conversations", body)
            return str(created["id"])
        except (Doubtful, KeyError) as error:
            # To ask once more is harmless here, and nothing was said yet.
            raise Later(f"no conversation: {error}", DEFAULT_WAIT) from None

    async def members(self, service_url: str, team: str) -> AsyncIterator[Json]:
        """Everybody in a team, page by page."""
        after = ""
        while True:
            path = f"/v3/conversations/{_part(team)}/pagedmembers?pageSize=200{after}"
            page = await self._call_again("GET", service_url, path)
            for member in page.get("members") or []:
                yield member
            if not page.get("continuationToken"):
                return
            after = f"&continuationToken={_part(page['continuationToken'])}"

    async def channels(self, service_url: str, team: str) -> list[Json]:
        """The team's channels; the General one has no name."""
        answer = await self._call_again(
            "GET", service_url, f"/v3/teams/{_part(team)}/conversations"
        )
        return list(answer.get("conversations") or [])

    async def _call_again(
        self, method: str, service_url: str, path: str, body: Json | None = None
    ) -> Json:
        worth_it = Later if method == "POST" else (Later, Doubtful)
        async for attempt in AsyncRetrying(
            retry=retry_if_exception_type(worth_it),
            stop=stop_after_attempt(4),
            wait=_as_teams_says,
            reraise=True,
        ):
            with attempt:
                return await self._call(method, service_url, path, body)
        raise AssertionError("unreachable")  # pragma: no cover

    async def _call(
        self, method: str, service_url: str, path: str, body: Json | None = None
    ) -> Json:
        if not is_our_service(service_url, self._settings):
            # Checked again here: the token must never go to a host that is not listed.
            raise Refused(0, "foreign serviceUrl")
        try:
            token = await self._token.get()
        except NoToken as error:
            raise Later(f"no token: {error}", DEFAULT_WAIT) from None
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        try:
            async with self._http.request(
                method,
                URL(service_url.rstrip("/") + path, encoded=True),
                json=body,
                headers=headers,
                allow_redirects=False,
                timeout=self._timeout,
            ) as answer:
                CONNECTOR_CALLS.labels(method, str(answer.status)).inc()
                if answer.status == 401:
                    self._token.refused(token)
                return await _read(answer)
        except aiohttp.ClientConnectorError as error:
            CONNECTOR_CALLS.labels(method, "unreachable").inc()
            raise Later(f"no connection: {type(error).__name__}", DEFAULT_WAIT) from None
        except (aiohttp.ClientError, TimeoutError) as error:
            CONNECTOR_CALLS.labels(method, "broken").inc()
            raise Doubtful(type(error).__name__) from None


async def _read(answer: aiohttp.ClientResponse) -> Json:
    if answer.status < 300:
        # It was taken, whatever the answer says about it.
        return await _object(answer)
    if answer.status == 429:
        raise Later("throttled", _seconds(answer.headers.get("Retry-After")))
    if answer.status in (401, 412) or answer.status < 400:
        # 401: our own token, not this person; a new one may do.
        raise Later(f"http {answer.status}", DEFAULT_WAIT)
    if answer.status < 500 and answer.status != 408:
        raise Refused(answer.status, await _code(answer))
    raise Doubtful(f"http {answer.status}")


async def _code(answer: aiohttp.ClientResponse) -> str:
    """Teams' code for the refusal, such as BotNotInConversationRoster."""
    error = (await _object(answer)).get("error")
    return str(error.get("code") or "")[:60] if isinstance(error, dict) else ""


async def _object(answer: aiohttp.ClientResponse) -> Json:
    try:
        found = json.loads(await answer.read())
    except (ValueError, aiohttp.ClientError):
        return {}
    return found if isinstance(found, dict) else {}


def _seconds(header: str | None) -> float:
    try:
        return min(max(0.0, float(header or DEFAULT_WAIT)), LONGEST_WAIT)
    except ValueError:  # an HTTP date: rare, and a safe pause will do
        return DEFAULT_WAIT


def _as_teams_says(state: Any) -> float:
    error = state.outcome.exception()
    if isinstance(error, Later):
        return min(error.seconds, LONGEST_REPLY_WAIT)
    return float(_growing(state))


def _id(answer: Json) -> str | None:
    found = answer.get("id")
    return str(found) if found else None


def _part(value: str) -> str:
    return quote(value, safe="")
