"""The clock. Every tick asks each conversation what is due and hands due prompts to delivery."""

import asyncio
import logging
from collections.abc import Callable
from datetime import datetime

from apscheduler.schedulers.asyncio import AsyncIOScheduler

from bot.delivery import LEASE, Delivery
from bot.metrics import LATE_SECONDS, PROMPTS, TICKS
from dialogs.steps import CONVERSATIONS
from storage import inbox, outbox
from storage.database import Transaction
from storage.forum import open_forums

log = logging.getLogger(__name__)

SENDERS = 16  # prompts under way at once in this process
BATCH = 64  # claimed at once: what goes out well within a lease


class Schedule:
    """One interval job, in memory; the truth is in the rows, so a missed tick loses nothing."""

    def __init__(
        self,
        transaction: Transaction,
        delivery: Delivery,
        clock: Callable[[], datetime],
        every: float = 1.0,
    ) -> None:
        self._transaction, self._delivery, self._clock = transaction, delivery, clock
        self._one_at_a_time = asyncio.Lock()
        self._scheduler = AsyncIOScheduler(timezone="UTC")
        self._scheduler.add_job(
            self.tick,
            "interval",
            seconds=every,
            max_instances=1,
            coalesce=True,
            misfire_grace_time=None,
        )

    def start(self) -> None:
        self._scheduler.start()

    def stop(self) -> None:
        if self._scheduler.running:
            self._scheduler.shutdown(wait=False)

    async def tick(self) -> None:
        """What is due is promised, what is promised is sent. Never raises."""
        async with self._one_at_a_time:
            for part in (self.promise_what_is_due, self.send_what_is_due, self.tidy):
                try:
                    await part()
                    TICKS.labels("done").inc()
                except Exception:
                    TICKS.labels("failed").inc()
                    log.exception("a part of the tick failed: %s", part.__name__)

    async def promise_what_is_due(self) -> None:
        now = self._clock()
        async with self._transaction() as db:
            forums = await open_forums(db)
        for forum in forums:
            for conversation in CONVERSATIONS:
                if (due := getattr(conversation, "due", None)) is None:
                    continue
                try:
                    async with self._transaction() as db:
                        await due(db, forum, now)
                except Exception:
                    log.exception("%s could not say what is due", conversation.__name__)

    async def send_what_is_due(self) -> int:
        """Empty the outbox of what is due; how many prompts were taken up."""
        taken = 0
        async with self._transaction() as db:
            await outbox.give_back(db, self._clock())
        while True:
            async with self._transaction() as db:
                prompts = await outbox.claim(db, self._clock(), LEASE, BATCH)
            if not prompts:
                return taken
            taken += len(prompts)
            room = asyncio.Semaphore(SENDERS)

            async def one(prompt: outbox.Prompt, room: asyncio.Semaphore = room) -> None:
                async with room:
                    await self._delivery.deliver(prompt)

            await asyncio.gather(*(one(prompt) for prompt in prompts))

    async def tidy(self) -> None:
        now = self._clock()
        async with self._transaction() as db:
            await inbox.forget_old(db, now)
            counts = await outbox.accounts(db)
            oldest = await outbox.oldest_due(db, now)
        for status in outbox.Status:
            PROMPTS.labels(status.value).set(counts[status])
        LATE_SECONDS.set((now - oldest).total_seconds() if oldest else 0)
