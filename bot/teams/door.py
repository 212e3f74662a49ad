"""POST /api/messages: a request is checked, becomes an activity, and is answered in time."""

import json
import logging
import time
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


class Door:
    def __init__(self, settings: Settings, adapter: CloudAdapter, on_turn: OnTurn) -> None:
        self._settings, self._adapter, self._on_turn = settings, adapter, on_turn

    async def messages(self, request: web.Request) -> web.Response:
        """One activity. Refusals say nothing to the sender and enough in the log."""
        started = time.perf_counter()
        correlation.set(uuid4().hex[:12])
        if request.content_type != "application/json":
            return self._refuse(415, "content type")
        if (request.content_length or 0) > BIGGEST:
            return self._refuse(413, "too big")
        try:
            body = json.loads(await request.read())
            incoming = activity.read(body)
        except web.HTTPRequestEntityTooLarge:
            return self._refuse(413, "too big")
        except (ValueError, RecursionError):
            return self._refuse(400, "not an activity")
        try:
            authenticated = await self._adapter.bot_framework_authentication.authenticate_request(
                incoming, request.headers.get("Authorization", "")
            )
        except PermissionError as refused:
            return self._refuse(401, str(refused))
        if why := checks.refusal(body, self._settings):
            return self._refuse(401, why)
        answer = await self._adapter.process_activity(authenticated, incoming, self._on_turn)
        ANSWER_SECONDS.observe(time.perf_counter() - started)
        if answer is None:
            return web.Response(status=200)
        return web.json_response(answer.body or {}, status=int(answer.status))

    def _refuse(self, status: int, why: str) -> web.Response:
        REFUSED.labels(why if len(why) < 40 else "other").inc()
        log.warning("refused a request: %s", why)
        return web.Response(status=status)
