"""What is measured: who is refused, turns, waiting times, prompts and memory."""

import time
from collections.abc import Iterable
from contextlib import ExitStack
from dataclasses import dataclass, field
from statistics import median
from typing import Any

from tests.benchmarks.activities import message
from tests.benchmarks.processes import Process, ask, load
from tests.benchmarks.servers import Preparation, Server, settings, start_all
from tests.microsoft.tokens import FLAWS

Found = dict[str, Any]
STALLED = 45.0  # seconds without a delivery after which the rest is not coming


@dataclass
class Bench:
    microsoft: Process
    url: str  # of the stand-in
    servers: list[str]
    rounds: int
    seconds: float
    rate: float
    prompts: int
    missing: dict[str, str] = field(default_factory=dict)  # why a server was not measured


def turns(bench: Bench, cases: set[str]) -> Found:
    """The cases that share running servers: refused tokens, turns a second, waiting times."""
    found: Found = {}
    with ExitStack() as stack:
        servers, missing = start_all(stack, bench.servers, bench.url, Preparation(people=1_000))
        bench.missing |= missing
        settings(bench.url, limits=False, latency=0.0)
        if "tokens" in cases:
            found["tokens"] = {name: refusals(bench, servers[name]) for name in once(servers)}
        if "answers" in cases:
            found["answers"] = answers(bench, servers)
        if "latency" in cases:
            found["latency"] = latency(bench, servers)
    return found


def refusals(bench: Bench, server: Server) -> dict[str, int]:
    """The status that each kind of token gets; a bad one must not reach the bot's answer."""
    statuses = {}
    for flaw in ("good", "missing", *FLAWS):
        if flaw == "issuer" and server.name.startswith("agents"):
            continue  # looks for the keys of an unknown issuer on the internet
        query = f"?flaw={flaw}" if flaw in FLAWS else ""
        _, tokens = ask(f"{bench.url}/tokens{query}")
        headers = (
            {"Authorization": f"Bearer {tokens[0]}"}
            if isinstance(tokens, list) and flaw != "missing"
            else {}
        )
        settings(bench.url, reset=True)
        body = message(1, time.time_ns(), f"{bench.url}/")
        statuses[flaw], _ = ask(server.url, body, headers)
        replies = stats(bench)["delivered"]
        if flaw != "good" and replies and statuses[flaw] >= 300:
            raise RuntimeError(
                f"{server.name} refused a bad token ({flaw}) and answered all the same"
            )
    return statuses


def answers(bench: Bench, servers: dict[str, Server]) -> Found:
    """Closed loop; each round takes every server in turn, so neighbours disturb all alike."""
    rounds: dict[str, list[Found]] = {name: [] for name in servers}
    for server in servers.values():
        one_load(bench, server, "--seconds=1.5")  # keys, connections, caches
    for n in range(bench.rounds):
        for name in rotated(list(servers), n):
            rounds[name].append(one_load(bench, servers[name], f"--seconds={bench.seconds}"))
    return {
        name: {
            "turns_per_second": median(one["turns_per_second"] for one in runs),
            "cpu_ms": median(one["cpu_ms"] for one in runs),
            "resident_mb": servers[name].process.resident(),
            "load_busy": max(one["load_busy"] for one in runs),
            "failures": failures(runs),
            "rounds": [{**one, "latencies": None} for one in runs],
        }
        for name, runs in rounds.items()
    }


def latency(bench: Bench, servers: dict[str, Server]) -> Found:
    """Open loop; the quantiles are those of the turns of all rounds together."""
    rounds: dict[str, list[Found]] = {name: [] for name in servers}
    options = (f"--rate={bench.rate}", f"--seconds={bench.seconds * 1.5}")
    for server in servers.values():
        one_load(bench, server, f"--rate={bench.rate}", "--seconds=1")
    for n in range(bench.rounds):
        for name in rotated(list(servers), n):
            rounds[name].append(one_load(bench, servers[name], *options))
    found = {}
    for name, runs in rounds.items():
        waits = sorted(1000 * wait for one in runs for wait in one["latencies"])
        found[name] = {
            "p50_ms": quantile(waits, 0.50),
            "p99_ms": quantile(waits, 0.99),
            "max_ms": quantile(waits, 1.0),
            "turns": len(waits),
            "failures": failures(runs),
        }
    return found


def prompts(bench: Bench) -> Found:
    """A pile of prompts that are all due, against a connector that takes 80 ms and has limits."""
    found: Found = {}
    for name in (name for name in bench.servers if name.startswith("vertti")):
        settings(bench.url, reset=True, limits=True, latency=0.08)
        preparation = Preparation(people=bench.prompts, prompts=bench.prompts)
        with ExitStack() as stack:
            servers, missing = start_all(stack, [name], bench.url, preparation)
            bench.missing |= missing
            if name in servers:
                found[name] = delivery(bench)
    settings(bench.url, limits=False, latency=0.0)
    return found


def delivery(bench: Bench) -> Found:
    """Wait until all prompts are out, or nothing moves any more."""
    seen, moved = -1, time.monotonic()
    while seen < bench.prompts and time.monotonic() - moved < STALLED:
        time.sleep(0.25)
        now = stats(bench)
        if now["delivered"] != seen:
            seen, moved = now["delivered"], time.monotonic()
    now = stats(bench)
    seconds = (now["last"] or 0.0) - (now["first"] or 0.0)
    rate = (now["delivered"] - 1) / seconds if seconds else 0.0
    return {"per_second": rate, "wanted": bench.prompts, **now}


def memory(bench: Bench) -> Found:
    """10,000 people: each server alone, at rest and after as many turns as there was time for."""
    found: Found = {}
    for name in once(bench.servers):
        with ExitStack() as stack:
            servers, missing = start_all(stack, [name], bench.url, Preparation(people=10_000))
            bench.missing |= missing
            for server in servers.values():
                at_rest = server.process.resident()
                run = one_load(bench, server, "--people=10000", f"--seconds={bench.seconds}")
                found[name] = {
                    "at_rest_mb": at_rest,
                    "after_mb": server.process.resident(),
                    "turns": run["turns"],
                    "failures": run["failures"],
                }
    return found


def one_load(bench: Bench, server: Server, *options: str) -> Found:
    settings(bench.url, reset=True)
    cpu, beside = server.process.cpu(), bench.microsoft.cpu()
    run = load(
        f"--url={server.url}",
        f"--microsoft={bench.url}",
        f"--activity={server.activity}",
        "--people=1000",
        *options,
    )
    cpu, beside = server.process.cpu() - cpu, bench.microsoft.cpu() - beside
    if server.activity == "message" and stats(bench)["delivered"] < run["turns"]:
        run["failures"]["no reply at the connector"] = run["turns"] - stats(bench)["delivered"]
    return {
        **run,
        "turns_per_second": run["turns"] / run["seconds"],
        "cpu_ms": 1000 * cpu / max(1, run["turns"]),
        "load_busy": (run["cpu"] + beside) / run["seconds"],
    }


def stats(bench: Bench) -> Found:
    _, found = ask(f"{bench.url}/stats")
    if not isinstance(found, dict):
        raise RuntimeError("the stand-in does not answer")
    return found


def once(servers: Iterable[str]) -> list[str]:
    """Each bot once: the card rows are the same bots, asked for something else."""
    return [name for name in servers if not name.endswith("-card")]


def rotated(names: list[str], by: int) -> list[str]:
    by %= max(1, len(names))
    return names[by:] + names[:by]


def failures(runs: list[Found]) -> dict[str, int]:
    total: dict[str, int] = {}
    for run in runs:
        for reason, times in run["failures"].items():
            total[reason] = total.get(reason, 0) + times
    return total


def quantile(ordered: list[float], share: float) -> float | None:
    """The smallest value that at least this share does not exceed."""
    if not ordered:
        return None
    return ordered[max(0, -int(-share * len(ordered) // 1) - 1)]
