"""procrastinate's worker: on PostgreSQL every replica runs one, and any of them delivers."""

import asyncio
import logging

from procrastinate import App, PsycopgConnector

from bot.delivery import Delivery
from bot.sender import SENDERS
from storage.jobs import QUEUE, TASK

log = logging.getLogger(__name__)

RESTART = 2.0  # seconds after a worker ended, which it does when the database is away for a moment
LOOK = 1.0  # seconds: nothing announces that a job planned for later is due
HEARTBEAT = 5.0  # seconds
PATIENCE = 20.0  # seconds for what is under way when told to stop: longer than a call to Teams


class Worker:
    def __init__(self, database_url: str, delivery: Delivery, restart: float = RESTART) -> None:
        self._restart = restart
        self._app = App(
            connector=PsycopgConnector(conninfo=database_url, min_size=1, max_size=4, timeout=10)
        )

        @self._app.task(name=TASK, queue=QUEUE)
        async def deliver(prompt: int) -> None:
            await delivery.deliver(prompt)

        self._running: asyncio.Task[None] | None = None

    @property
    def running(self) -> bool:
        return self._running is not None and not self._running.done()

    def start(self) -> None:
        self._running = asyncio.create_task(self._run(), name="worker")

    async def stop(self) -> None:
        """Finish what is under way, take up nothing more."""
        if self._running is not None:
            self._running.cancel()
            await asyncio.wait([self._running])
            self._running = None

    async def _run(self) -> None:
        while True:
            try:
                async with self._app.open_async():
                    await self._app.run_worker_async(
                        queues=[QUEUE],
                        concurrency=SENDERS,
                        delete_jobs="always",  # the account is in the prompts
                        fetch_job_polling_interval=LOOK,
                        update_heartbeat_interval=HEARTBEAT,
                        shutdown_graceful_timeout=PATIENCE,
                        install_signal_handlers=False,
                    )
            except Exception:
                log.exception("the worker ended and is started again")
            await asyncio.sleep(self._restart)
