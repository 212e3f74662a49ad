"""Workers that send while somebody kills them, and the account of it afterwards."""

import asyncio
import os
import random
import sys
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Any

import aiohttp
from sqlmodel import select

from storage.database import Transaction, connect, transactions
from storage.outbox import Doubt, Kind, Prompt, Status, accounts, promise
from storage.people import Person
from tests.benchmarks import vertti
from tests.benchmarks.activities import TENANT
from tests.benchmarks.processes import free_port
from tests.builders import a_forum, a_person, join

RATE = 48.0  # messages a second, of all workers together
LATENCY = 0.05  # of the connector, in seconds
LONGEST_LIFE = 1.6  # seconds between a worker's readiness and its end
START = 60.0  # seconds in which a process has to be there
PATIENCE = 150.0  # seconds from the last kill until everything is settled


@dataclass
class Result:
    """What became of the messages of one policy, by the account and by Teams."""

    database: str
    workers: int
    kills: int
    policy: str
    fates: Counter[str] = field(default_factory=Counter)
    arrived: int = 0  # of them, those that somebody got
    unknown_arrived: int = 0
    twice: int = 0  # messages too many
    lost: list[int] = field(default_factory=list)  # accounted for as what they are not

    def row(self) -> str:
        return (
            f"{self.database:10} {self.workers:7} {self.kills:5}  {self.policy:6}"
            f" {self.fates.total():7} {self.fates[Status.DELIVERED]:9}"
            f" {self.fates[Status.UNKNOWN]:7} {self.unknown_arrived:10}"
            f" {self.twice:5} {len(self.lost):4}"
        )


HEAD = "database   workers kills  policy prompts delivered unknown  (of these arrived) twice lost"


class Storm:
    """One database, one stand-in for Teams, some workers, and who kills them."""

    def __init__(self, name: str, url: str, workers: int, logs: Path, seed: int) -> None:
        self.name, self.url, self.workers, self.logs = name, url, workers, logs
        self.kills, self.dice = 0, random.Random(seed)
        self.microsoft = f"http://127.0.0.1:{free_port()}"
        self._running: list[asyncio.subprocess.Process] = []
        self._numbers, self._ports = count(), [free_port() for _ in range(workers)]

    @asynccontextmanager
    async def gathering(self, prompts: int) -> AsyncIterator["Storm"]:
        """Teams is there, and so many prompts are due, half of them of each policy."""
        self.engine = connect(self.url)
        async with aiohttp.ClientSession() as self.http:
            port = self.microsoft.rpartition(":")[2]
            teams = ("-m", "tests.microsoft.server", "--port", port, "--latency", str(LATENCY))
            try:
                await self._start("teams", *teams)
                await self._until_there(f"{self.microsoft}/stats")
                await self._promise(transactions(self.engine), prompts)
                yield self
            finally:
                for process in self._running:
                    if process.returncode is None:
                        process.kill()
                        await process.wait()
                await self.engine.dispose()

    async def rage(self, kills: int) -> None:
        """Kill so many workers, each at a random moment of its work; the last ones live on."""
        left = iter(range(kills))

        async def live(port: int) -> None:
            for _ in left:
                worker = await self._worker(port)
                await asyncio.sleep(self.dice.uniform(0, LONGEST_LIFE))
                worker.kill()
                await worker.wait()
                self.kills += 1
            await self._worker(port)

        await asyncio.gather(*(live(port) for port in self._ports))

    async def settled(self) -> list[Result]:
        """Wait until nothing is open any more, then compare the account with what arrived."""
        until = time.monotonic() + PATIENCE
        while await self.open_still() and time.monotonic() < until:  # noqa: ASYNC110
            await asyncio.sleep(0.5)
        stats = await self.stats()
        assert stats["retry_after"]["early"] == 0, stats
        async with transactions(self.engine)() as db:
            rows = await db.exec(
                select(Prompt, Person.conversation).join(Person, Person.id == Prompt.person_id)  # type: ignore[arg-type]
            )
            found = rows.all()
        return [self._result(doubt, found, stats["delivered_to"]) for doubt in Doubt]

    async def open_still(self) -> int:
        async with transactions(self.engine)() as db:
            counted = await accounts(db)
        return counted[Status.WAITING] + counted[Status.SENDING]

    async def stats(self) -> dict[str, Any]:
        async with self.http.get(f"{self.microsoft}/stats?detail=1") as answer:
            found: dict[str, Any] = await answer.json()
            return found

    def _result(self, doubt: Doubt, rows: Any, arrived: dict[str, int]) -> Result:
        result = Result(self.name, self.workers, self.kills, doubt.value)
        for prompt, conversation in rows:
            if prompt.doubt != doubt:
                continue
            times = arrived.get(conversation, 0)
            result.fates[prompt.status] += 1
            result.arrived += min(times, 1)
            result.twice += max(times - 1, 0)
            if prompt.status == Status.UNKNOWN:
                result.unknown_arrived += min(times, 1)
            elif times == 0 or prompt.status != Status.DELIVERED:
                result.lost.append(prompt.id)
        return result

    async def _promise(self, transaction: Transaction, prompts: int) -> None:
        """Not unasked, so that the test does not depend on the weekday."""
        now, forever = datetime.now(UTC), datetime(2999, 1, 1, tzinfo=UTC)
        policies = [Kind("help.show", initiative=False, doubt=doubt) for doubt in Doubt]
        async with transaction() as db:
            forum = a_forum(tenant_id=TENANT, service_url=f"{self.microsoft}/", roster_read=forever)
            for number in range(prompts):
                await join(db, forum, person := a_person(f"P{number} Aalto", tenant_id=TENANT))
                await promise(db, policies[number % 2], forum.id, person.id, now)

    async def _worker(self, port: int) -> asyncio.subprocess.Process:
        environment = vertti.environment(port, self.url, self.microsoft) | {
            "VERTTI_MESSAGES_PER_SECOND": str(RATE / self.workers),
            "VERTTI_LOG_LEVEL": "ERROR",
        }
        worker = await self._start("worker", "-m", "bot", "serve", **environment)
        await self._until_there(f"http://127.0.0.1:{port}/readyz")
        return worker

    async def _start(
        self, name: str, *command: str, **environment: str
    ) -> asyncio.subprocess.Process:
        with (self.logs / f"{self.name}-{name}-{next(self._numbers)}.log").open("wb") as log:
            process = await asyncio.create_subprocess_exec(
                sys.executable, *command, env=os.environ | environment, stdout=log, stderr=log
            )
        self._running.append(process)
        return process

    async def _until_there(self, address: str) -> None:
        async with asyncio.timeout(START):
            while True:
                try:
                    async with self.http.get(address) as answer:
                        if answer.status == 200:
                            return
                except aiohttp.ClientError:
                    pass
                await asyncio.sleep(0.02)
