"""/api/messages: a request is checked, becomes an activity, and is answered in time."""

import asyncio
import json
import logging
import time
from typing import Any, NoReturn
from uuid import uuid4

from aiohttp import web
from botbuilder.integration.aiohttp import CloudAdapter

from bot.log import correlation
from bot.metrics import ANSWER_SECONDS, REFUSED
from bot.settings import Settings
from bot.teams import activity, checks
from bot.teams.adapter import OnTurn

log = logging.getLogger(__name__)

BIGGEST = 256 * 1024  # bytes; Teams itself stops at about 100 KB
DEEPEST = 32  # levels of JSON; Teams uses about ten
PATIENCE = 10.0  # seconds for a body to arrive


class Door:
    def __init__(self, settings: Settings, adapter: CloudAdapter, on_turn: OnTurn) -> None:
        self._settings, self._adapter, self._on_turn = settings, adapter, on_turn

    async def messages(self, request: web.Request) -> web.Response:
        """One activity. Refusals say nothing to the sender and enough in the log."""
        started = time.perf_counter()
        correlation.set(uuid4().hex[:12])
        try:
            answer = await self._answer(request)
        except _Refused as refused:
            REFUSED.labels(refused.why).inc()
            log.warning("refused a request: %s", refused.why)
            return web.Response(status=refused.status)
        except Exception:
            log.exception("an activity failed")
            return web.Response(status=500)
        ANSWER_SECONDS.observe(time.perf_counter() - started)
        return answer

    async def _answer(self, request: web.Request) -> web.Response:
        body = await _read(request)
        try:
            incoming = activity.read(body)
        except ValueError:
            raise _Refused(400, "not an activity") from None
        headers = request.headers.getall("Authorization", [])
        try:
            authenticated = await self._adapter.bot_framework_authentication.authenticate_request(
                incoming, headers[0] if len(headers) == 1 else ""
            )
        except PermissionError as why:
            raise _Refused(401, str(why)) from None
        if problem := checks.refusal(body, self._settings):
            raise _Refused(401, problem)
        answer = await self._adapter.process_activity(authenticated, incoming, self._on_turn)
        if answer is None or answer.body is None:
            return web.Response(status=200)
        return web.json_response(answer.body, status=int(answer.status))


class _Refused(Exception):
    """The status for the sender, and for the operator why."""

    def __init__(self, status: int, why: str) -> None:
        super().__init__(why)
        self.status, self.why = status, why


async def _read(request: web.Request) -> Any:
    """The JSON of a request.

    Raises:
        _Refused: it is too big, too slow, too deep, packed, or no JSON.
    """
    if request.method != "POST":
        raise _Refused(405, "not a POST")
    if request.content_type != "application/json" or "Content-Encoding" in request.headers:
        raise _Refused(415, "content type")
    if (request.content_length or 0) > BIGGEST:
        raise _Refused(413, "too big")
    try:
        async with asyncio.timeout(PATIENCE):
            raw = await request.read()
        found = _JSON.decode(raw.decode())
    except web.HTTPRequestEntityTooLarge:  # sent in chunks, without a length
        raise _Refused(413, "too big") from None
    except TimeoutError:
        raise _Refused(408, "too slow") from None
    except (web.RequestPayloadError, OSError):
        raise _Refused(400, "broken off") from None
    except (ValueError, RecursionError):
        raise _Refused(400, "not an activity") from None
    if raw.count(b"[") + raw.count(b"{") > DEEPEST and _is_deep(found):
        raise _Refused(400, "too deep")
    return _storable(found) if any(sign in raw for sign in _UNSTORABLE) else found


# Half an emoji, cut by a client, can neither be stored nor sent on; PostgreSQL takes no zeros.
_UNSTORABLE = (b"\\ud", b"\\uD", b"\\u0000")


def _storable(found: Any) -> Any:
    match found:
        case str():
            return found.encode("utf-8", "replace").decode().replace("\0", "")
        case list():
            return [_storable(item) for item in found]
        case dict():
            return {_storable(key): _storable(value) for key, value in found.items()}
        case _:
            return found


def _no_number(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")  # NaN and Infinity, which no database takes as JSON


_JSON = json.JSONDecoder(parse_constant=_no_number)


def _is_deep(found: Any) -> bool:
    level = [found]
    for _ in range(DEEPEST):
        level = [
            child
            for node in level
            if isinstance(node, dict | list)
            for child in (node.values() if isinstance(node, dict) else node)
        ]
        if not level:
            return False
    return True
