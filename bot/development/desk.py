"""What a developer's terminal reaches over HTTP: a person's chat, the people, the clock.

Mounted by the development bot only, below /development/. Loopback alone does not keep a web
page in the developer's browser out, so pages from elsewhere are refused here.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Any, Protocol
from urllib.parse import urlsplit

from aiohttp import WSMsgType, web

from bot.app import Service
from bot.development import sample
from bot.development.chats import Chats, Place, Terminal
from bot.development.clock import LOOK_AHEAD, MovableClock, duration, move_on
from bot.development.people import People
from storage.people import by_account

log = logging.getLogger(__name__)

LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})

Json = dict[str, Any]
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class HasRoutes(Protocol):
    def routes(self) -> list[web.RouteDef]: ...


class Desk:
    def __init__(self, parts: Service, clock: MovableClock, chats: Chats, people: People) -> None:
        self._parts, self._clock, self._chats, self._people = parts, clock, chats, people
        self._moving = asyncio.Lock()
        self._windows: set[web.WebSocketResponse] = set()

    def application(self, *others: HasRoutes) -> web.Application:
        routes = web.Application(middlewares=[_from_this_computer])
        routes.add_routes(
            [
                *(route for other in others for route in other.routes()),
                web.get("/talk", self._talk),
                web.get("/people", self._everybody),
                web.get("/clock", self._show_clock),
                web.post("/clock", self._move_clock),
            ]
        )
        routes.on_shutdown.append(self._close)
        return routes

    async def _talk(self, request: web.Request) -> web.StreamResponse:
        """A person's window: frames come and go as JSON until either side closes."""
        key = request.query.get("as", "")
        if key not in self._people.rows:
            return web.json_response({"error": "no such person"}, status=404)
        window = web.WebSocketResponse(heartbeat=30)
        await window.prepare(request)
        terminal = self._chats.join(key)
        self._windows.add(window)
        telling = asyncio.create_task(_tell(terminal, window))
        try:
            async for message in window:
                if message.type == WSMsgType.TEXT:
                    terminal.tell(await self._do(terminal, message.json()))
        finally:
            self._chats.leave(terminal)
            self._windows.discard(window)
            telling.cancel()
        return window

    async def _do(self, terminal: Terminal, frame: Json) -> Json:
        """What somebody did in their window, and what came of it."""
        if "say" in frame:
            place: Place = "channel" if frame.get("place") == "channel" else "personal"
            answer = await self._people.say(terminal, place, str(frame["say"]))
        else:
            answer = await self._people.press(
                terminal, str(frame["conversation"]), str(frame["message"]), frame["press"]
            )
        language = await self._language(terminal.person)
        return {"kind": "answer", "to": frame.get("number"), "language": language, **answer}

    async def _language(self, key: str) -> str:
        row = self._people.rows[key]
        async with self._parts.transaction() as db:
            person = await by_account(db, sample.TENANT, row["aad_object_id"])
        return person.language if person else str(row["language"])

    async def _everybody(self, _: web.Request) -> web.Response:
        museums = {museum["id"]: museum["name"] for museum in sample.data("museums")["museums"]}
        present, found = self._chats.present(), []
        for key, row in self._people.rows.items():
            found.append(
                {
                    "key": key,
                    "name": row["display_name"],
                    "language": await self._language(key),
                    "role": sample.role(row).value,
                    "museum": museums.get(row.get("museum"), {}).get("fi", ""),
                    "present": key in present,
                }
            )
        return web.json_response(found)

    async def _show_clock(self, _: web.Request) -> web.Response:
        return web.json_response({"now": self._clock().isoformat()})

    async def _move_clock(self, request: web.Request) -> web.Response:
        """`{"forward": "1d"}`, or `"next"`: to the next moment at which something is sent."""
        try:
            wanted = str((await request.json())["forward"])
            by = LOOK_AHEAD if wanted == "next" else duration(wanted)
        except (ValueError, KeyError, TypeError):
            return web.json_response({"error": "forward: 30m, 3h, 1d, 2w or next"}, status=400)
        async with self._moving:
            before = self._chats.arrived
            until_one = wanted == "next"
            started = self._clock.ahead
            await move_on(
                self._clock, self._parts, by, lambda: until_one and self._chats.arrived > before
            )
            arrived = self._chats.arrived - before
            if until_one and not arrived:
                self._clock.ahead = started  # nothing to come: time stays where it was
        return web.json_response({"now": self._clock().isoformat(), "arrived": arrived})

    async def _close(self, _: web.Application) -> None:
        for window in list(self._windows):
            await window.close()


async def _tell(terminal: Terminal, window: web.WebSocketResponse) -> None:
    while True:
        await window.send_json(await terminal.waiting.get())


@web.middleware
async def _from_this_computer(request: web.Request, handler: Handler) -> web.StreamResponse:
    origin = request.headers.get("Origin")
    hosts = {urlsplit(f"//{request.host}").hostname}
    if origin is not None:
        hosts.add(urlsplit(origin).hostname)
    if not hosts <= LOOPBACK:
        raise web.HTTPForbidden
    return await handler(request)
