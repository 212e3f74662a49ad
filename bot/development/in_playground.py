"""What the one who sits at the Playground sees of all this, and what they do there.

The Playground knows its page only: what arrives while no page is open is lost to it, and breaks
the page that opens next. So messages wait here until a page says that it is there.
"""

import json
import logging
from dataclasses import dataclass
from typing import Any

import aiohttp
from aiohttp import web

from bot.development import sample
from bot.development.chats import place_of
from bot.development.people import TERMINAL_THREAD

log = logging.getLogger(__name__)

GROUP_CHAT = "group-chat"  # the Playground's own

Json = dict[str, Any]


@dataclass(frozen=True)
class Call:
    """A call of the connector, to be repeated at the Playground's."""

    method: str
    path: str
    body: Json | None


class InPlayground:
    def __init__(self, http: aiohttp.ClientSession) -> None:
        self._http = http
        self._address, self._typist, self._bot_url = "", "", ""
        self._page_is_open = False
        self._missed: list[Call] = []

    def begin(self, address: str, typist: str, bot_url: str) -> None:
        """The Playground runs at an address, and this sample person types there."""
        self._address, self._typist, self._bot_url = address, typist, bot_url

    def routes(self) -> list[web.RouteDef]:
        return [web.post("/playground", self._to_bot)]

    async def show(self, request: web.Request, conversation: str, body: Json | None) -> Json:
        """Repeat a connector call there, if it concerns what is seen there; what that answered."""
        personal = conversation in (sample.chat_id(self._typist), GROUP_CHAT)
        channel = place_of(conversation) == "channel" and TERMINAL_THREAD not in conversation
        if not self._address or not (personal or channel):
            return {}
        call = Call(request.method, request.raw_path.partition("/development/teams")[2], body)
        if not self._page_is_open:
            self._missed.append(call)
            return {}
        return await self._repeat(call)

    async def _repeat(self, call: Call) -> Json:
        try:
            async with self._http.request(
                call.method, f"{self._address}/_connector{call.path}", json=call.body
            ) as answer:
                if answer.status < 300:
                    raw = await answer.read()
                    found = json.loads(raw) if raw.strip() else {}
                    return found if isinstance(found, dict) else {}
                log.warning("the Playground refused a message: %s", answer.status)
        except (aiohttp.ClientError, TimeoutError):
            log.warning("the Playground does not answer")
        return {}

    async def _to_bot(self, request: web.Request) -> web.Response:
        """What is done in the Playground goes on to the bot; an opened page is noticed."""
        activity = await request.json()
        async with self._http.post(f"{self._bot_url}/api/messages", json=activity) as answer:
            response = web.Response(
                status=answer.status,
                body=await answer.read(),
                content_type=answer.content_type,
            )
        if activity.get("type") == "installationUpdate" and not self._page_is_open:
            self._page_is_open = True
            missed, self._missed = self._missed, []
            for call in missed:
                await self._repeat(call)
        return response
