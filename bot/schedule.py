"""The clock. Every tick asks each conversation what is due and sees to it that it is sent."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from apscheduler.schedulers.asyncio import AsyncIOScheduler

from bot.metrics import LATE_SECONDS, PROMPTS, TICKS
from bot.roster import Roster
from bot.sender import Sender
from dialogs.steps import CONVERSATIONS
from storage import inbox, jobs, outbox, sending
from storage.database import Transaction
from storage.forum import open_forums

if TYPE_CHECKING:
    from bot.worker import Worker

log = logging.getLogger(__name__)

PATIENCE = 90.0  # seconds for one part of a tick; sending alone takes a minute when there is a lot
LATE = timedelta(seconds=10)  # a prompt that is this late and has no job is given a new one
ASK = 10.0  # seconds between asking the conversations: what they promise is a matter of minutes
COUNT = timedelta(minutes=1)  # how often everything is counted


class Schedule:
    """One interval job, in memory; the truth is in the rows, so a missed tick loses nothing.

    Every replica has one. That two promise the same is prevented by the keys of the prompts.
    """

    def __init__(
        self,
        transaction: Transaction,
        sender: Sender,
        roster: Roster,
        clock: Callable[[], datetime],
        worker: "Worker | None" = None,
        every: float = 1.0,
        conversations: Sequence[object] = CONVERSATIONS,
    ) -> None:
        self._transaction, self._clock = transaction, clock
        self._sender, self._roster, self._worker = sender, roster, worker
        self._conversations = conversations
        self._counted: datetime | None = None
        self._one_at_a_time = asyncio.Lock()
        self._scheduler = AsyncIOScheduler(timezone="UTC")
        self._asked = -float("inf")  # by the event loop's clock
        self._scheduler.add_job(
            self.beat,
            "interval",
            seconds=every,
            max_instances=1,
            coalesce=True,
            misfire_grace_time=None,
        )

    def start(self) -> None:
        self._scheduler.start()
        if self._worker is not None:
            self._worker.start()

    async def stop(self) -> None:
        """Finish what is under way: a message cut off now would be in doubt for ever."""
        self._sender.stop()
        async with self._one_at_a_time:
            if self._scheduler.running:
                self._scheduler.shutdown(wait=False)
        if self._worker is not None:
            await self._worker.stop()

    async def beat(self) -> None:
        """A tick each second, which asks what is due only now and then: that costs most of it."""
        now = asyncio.get_running_loop().time()
        if now - self._asked >= ASK:
            self._asked = now
            await self.tick()
        else:
            await self._do(self.read_a_roster, self.send_what_is_due, self.count)

    async def tick(self) -> None:
        """What is due is promised, what is promised is sent. Never raises, never hangs."""
        await self._do(
            self.read_a_roster, self.promise_what_is_due, self.send_what_is_due, self.count
        )

    async def _do(self, *parts: Callable[[], Awaitable[None]]) -> None:
        async with self._one_at_a_time:
            for part in parts:
                try:
                    async with asyncio.timeout(PATIENCE):
                        await part()
                    TICKS.labels("done").inc()
                except Exception:
                    TICKS.labels("failed").inc()
                    log.exception("a part of the tick failed: %s", part)

    async def read_a_roster(self) -> None:
        await self._roster.read()

    async def promise_what_is_due(self) -> None:
        now = self._clock()
        async with self._transaction() as db:
            forums = await open_forums(db)
        for forum in forums:
            for conversation in self._conversations:
                if (due := getattr(conversation, "due", None)) is None:
                    continue
                try:
                    async with self._transaction() as db:
                        await due(db, forum, now)
                except Exception:
                    log.exception("%s could not say what is due", conversation)

    async def send_what_is_due(self) -> None:
        now = self._clock()
        async with self._transaction() as db:
            await sending.give_back(db, now)
        if self._worker is None or not self._worker.running:
            await self._sender.send_due()
            return
        async with self._transaction() as db:
            await jobs.sweep(db, now - LATE)

    async def count(self) -> None:
        now = self._clock()
        async with self._transaction() as db:
            oldest = await outbox.oldest_due(db, now)
        LATE_SECONDS.set((now - oldest).total_seconds() if oldest else 0)
        if self._counted is not None and now - self._counted < COUNT:
            return
        self._counted = now
        async with self._transaction() as db:
            await inbox.forget_old(db, now)
            counts = await outbox.accounts(db)
        for status in outbox.Status:
            PROMPTS.labels(status.value).set(counts[status])
