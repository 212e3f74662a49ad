"""The load: people who answer a bot, in a process of its own; prints its findings as JSON.

Closed loop (`--clients 16`): each client sends its next turn when it has the answer to the last.
Open loop (`--rate 20`): turns are due at random moments (Poisson, same seed, so the same for every
server) whatever the bot does, and each is timed from the moment it was due, not from the moment it
could be sent. So a bot that stalls pays for every turn that it kept waiting.
"""

import argparse
import asyncio
import json
import random
import sys
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count
from typing import Any

import aiohttp

from tests.benchmarks.activities import message
from tests.benchmarks.vertti import CARD, checkin_answer

Activity = Callable[[int, int, str], dict[str, Any]]
ACTIVITIES: dict[str, tuple[Activity, bytes]] = {  # how to make one; what its answer must contain
    "message": (message, b""),
    "checkin": (checkin_answer, CARD.encode()),
}
PATIENCE = 30.0  # seconds until a turn counts as failed


@dataclass
class Load:
    url: str
    service_url: str
    tokens: list[str]
    activity: str
    people: int
    first: int
    session: aiohttp.ClientSession
    latencies: list[float] = field(default_factory=list)
    failures: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self.make, self.expected = ACTIVITIES[self.activity]
        self.serial = count()

    async def turn(self, due: float) -> None:
        n = next(self.serial)
        body = json.dumps(self.make(n % self.people, self.first + n, self.service_url))
        headers = {
            "Authorization": f"Bearer {self.tokens[n % len(self.tokens)]}",
            "Content-Type": "application/json; charset=utf-8",
        }
        failure = ""
        try:
            async with self.session.post(self.url, data=body, headers=headers) as response:
                answer = await response.read()
                if response.status >= 300:
                    failure = str(response.status)
                elif self.expected not in answer:
                    failure = f"{response.status} without the expected answer"
        except (aiohttp.ClientError, TimeoutError) as problem:
            failure = type(problem).__name__
        if failure:
            self.failures[failure] += 1
        else:
            self.latencies.append(time.perf_counter() - due)

    async def closed(self, clients: int, seconds: float) -> None:
        end = time.perf_counter() + seconds

        async def client() -> None:
            while (now := time.perf_counter()) < end:
                await self.turn(now)

        await asyncio.gather(*(client() for _ in range(clients)))

    async def open(self, rate: float, seconds: float) -> None:
        start, dice = time.perf_counter(), random.Random(1)
        due = start + dice.expovariate(rate)
        async with asyncio.TaskGroup() as turns:
            while due < start + seconds:
                await asyncio.sleep(max(0.0, due - time.perf_counter()))
                turns.create_task(self.turn(due))
                due += dice.expovariate(rate)


async def run(options: argparse.Namespace) -> dict[str, Any]:
    timeout = aiohttp.ClientTimeout(total=PATIENCE)
    unlimited = aiohttp.TCPConnector(limit=0)
    async with aiohttp.ClientSession(connector=unlimited, timeout=timeout) as session:
        async with session.get(f"{options.microsoft}/tokens?count={options.tokens}") as response:
            tokens = await response.json()
        load = Load(
            url=options.url,
            service_url=f"{options.microsoft}/",
            tokens=tokens,
            activity=options.activity,
            people=options.people,
            first=time.time_ns() // 1_000,  # so that no activity id ever comes twice
            session=session,
        )
        start, cpu = time.perf_counter(), time.process_time()
        if options.rate:
            await load.open(options.rate, options.seconds)
        else:
            await load.closed(options.clients, options.seconds)
        seconds = time.perf_counter() - start
        return {
            "turns": len(load.latencies),
            "failures": dict(load.failures),
            "seconds": seconds,
            "cpu": time.process_time() - cpu,
            "latencies": load.latencies,
        }


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--url", required=True, help="of the bot: …/api/messages")
    options.add_argument("--microsoft", required=True, help="address of the stand-in")
    options.add_argument("--activity", choices=ACTIVITIES, default="message")
    options.add_argument("--people", type=int, default=50)
    options.add_argument("--tokens", type=int, default=64, help="different tokens, used in turn")
    options.add_argument("--seconds", type=float, default=4.0)
    options.add_argument("--clients", type=int, default=16, help="closed loop")
    options.add_argument("--rate", type=float, help="open loop: turns per second")
    json.dump(asyncio.run(run(options.parse_args())), sys.stdout)


if __name__ == "__main__":
    main()
