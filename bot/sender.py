"""Empties the outbox in this process: on SQLite always, on PostgreSQL while no worker runs."""

import asyncio
from collections import deque
from collections.abc import Callable
from datetime import datetime

from bot.delivery import Delivery
from storage import sending
from storage.database import Transaction

SENDERS = 16  # messages under way at once in this process
SPELL = 60.0  # seconds of sending, before the clock looks around again
BATCH = 64  # ids read at once


class Sender:
    def __init__(
        self, transaction: Transaction, delivery: Delivery, clock: Callable[[], datetime]
    ) -> None:
        self._transaction, self._delivery, self._clock = transaction, delivery, clock
        self._stopping = self._all_read = False
        self._waiting: deque[int] = deque()
        self._under_way: set[int] = set()
        self._reading = asyncio.Lock()

    def stop(self) -> None:
        """Take up nothing more; what is under way is finished."""
        self._stopping = True

    async def send_due(self) -> int:
        """Deliver everything that is due, for a minute at most; how many prompts were taken up.

        Raises what the database raises; by then nothing is under way any more.
        """
        until, taken = asyncio.get_running_loop().time() + SPELL, 0
        while (some := await self._round(until)) > 0:  # what was sent may have promised more
            taken += some
        return taken

    async def _round(self, until: float) -> int:
        self._waiting.clear()
        self._all_read = False
        ended = await asyncio.gather(
            *(self._send_until(until) for _ in range(SENDERS)), return_exceptions=True
        )
        for error in ended:
            if isinstance(error, BaseException):
                raise error
        return sum(taken for taken in ended if isinstance(taken, int))

    async def _send_until(self, until: float) -> int:
        taken = 0
        while not self._stopping and asyncio.get_running_loop().time() < until:
            if (prompt := await self._next()) is None:
                break
            taken += 1
            try:
                await self._delivery.deliver(prompt)
            finally:
                self._under_way.discard(prompt)
        return taken

    async def _next(self) -> int | None:
        """The next due prompt that nobody here is at. Ids only: nothing is taken in advance."""
        async with self._reading:
            if not self._waiting and not self._all_read:
                async with self._transaction() as db:
                    found = await sending.due(db, self._clock(), BATCH + len(self._under_way))
                self._waiting.extend(id for id in found if id not in self._under_way)
                self._all_read = not self._waiting
            if not self._waiting:
                return None
            prompt = self._waiting.popleft()
            self._under_way.add(prompt)
            return prompt
