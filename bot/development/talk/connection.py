"""One person's window at the running development bot; a thread of its own keeps reading."""

import asyncio
import threading
from collections.abc import Callable, Coroutine
from itertools import count
from typing import Any, TypeVar
from urllib.parse import urlencode

import aiohttp

AGAIN = 0.5  # seconds between two tries to reach a bot that went away
PATIENCE = 60.0  # seconds for an answer: moving the clock by a year takes a while

Json = dict[str, Any]
T = TypeVar("T")


class Unreachable(Exception):
    """The development bot does not answer."""


class Connection:
    """`heard` gets each frame, and `{"kind": "gone"}` or `"back"`, in the reading thread."""

    def __init__(self, at: str, heard: Callable[[Json], None]) -> None:
        self._at, self._heard = at.rstrip("/"), heard
        self._loop = asyncio.new_event_loop()
        self._window: aiohttp.ClientWebSocketResponse | None = None
        self._pending: dict[int, asyncio.Future[Json]] = {}
        self._numbers = count(1)
        self._http: aiohttp.ClientSession | None = None
        self._reading: asyncio.Task[None] | None = None
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()

    def everybody(self) -> list[Json]:
        return list(self._run(self._call("GET", "people")))

    def clock(self, forward: str | None) -> Json:
        """The bot's time, after moving it on; `{"error": …}` when that means nothing."""
        if forward is None:
            return dict(self._run(self._call("GET", "clock")))
        return dict(self._run(self._call("POST", "clock", {"forward": forward})))

    def open(self, person: str) -> None:
        """Begin to hear what that person hears, until closed."""

        async def begin() -> None:
            opened = asyncio.Event()
            self._reading = asyncio.create_task(self._read(person, opened))
            await opened.wait()

        self._run(begin())

    def do(self, frame: Json) -> Json:
        """Say or press something; the bot's answer."""
        return self._run(self._do(frame))

    def close(self) -> None:
        self._run(self._close())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def _run(self, work: Coroutine[Any, Any, T]) -> T:
        try:
            return asyncio.run_coroutine_threadsafe(work, self._loop).result(PATIENCE)
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise Unreachable from error

    async def _call(self, method: str, path: str, body: Json | None = None) -> Any:
        self._http = self._http or aiohttp.ClientSession()
        address = f"{self._at}/development/{path}"
        async with self._http.request(method, address, json=body) as answer:
            if answer.status == 404:
                raise Unreachable  # something else listens there, or a bot in production mode
            return await answer.json()

    async def _do(self, frame: Json) -> Json:
        if self._window is None:
            raise Unreachable
        number = next(self._numbers)
        answer: asyncio.Future[Json] = asyncio.get_running_loop().create_future()
        self._pending[number] = answer
        try:
            await self._window.send_json({**frame, "number": number})
            return await answer
        finally:
            del self._pending[number]

    async def _read(self, person: str, opened: asyncio.Event) -> None:
        """Hear for ever: a bot that was restarted is found again."""
        self._http = self._http or aiohttp.ClientSession()
        address = f"{self._at}/development/talk?{urlencode({'as': person})}"
        while True:
            try:
                async with self._http.ws_connect(address, max_msg_size=0) as self._window:
                    if opened.is_set():
                        self._heard({"kind": "back"})
                    opened.set()
                    async for message in self._window:
                        self._take(message.json())
            except (aiohttp.ClientError, OSError):
                pass
            if self._window is not None:
                self._window = None
                self._heard({"kind": "gone"})
            for answer in self._pending.values():
                answer.set_exception(Unreachable())
            await asyncio.sleep(AGAIN)

    def _take(self, frame: Json) -> None:
        if frame.get("kind") != "answer":
            self._heard(frame)
        elif (answer := self._pending.get(frame.get("to", 0))) and not answer.done():
            answer.set_result(frame)

    async def _close(self) -> None:
        if self._reading is not None:
            self._reading.cancel()
            await asyncio.gather(self._reading, return_exceptions=True)
        if self._http is not None:
            await self._http.close()
