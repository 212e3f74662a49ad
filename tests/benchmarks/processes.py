"""Processes under measurement: each server on one CPU, everything else on the others."""

import json
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

import psutil

BUILD = Path("build/bench")
CPUS = sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else []
PINNED = len(CPUS) > 1
SERVER_CPUS, LOAD_CPUS = set(CPUS[:1]), set(CPUS[1:])
DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))  # loopback needs no proxy
START_PATIENCE = 60.0


def pin(cpus: set[int]) -> Callable[[], None] | None:
    """For `preexec_fn`, so that threads and children of the process are pinned with it."""
    return (lambda: os.sched_setaffinity(0, cpus)) if PINNED else None


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def ask(
    url: str, body: Any = None, headers: dict[str, str] | None = None
) -> tuple[int, dict[str, Any] | list[Any] | None]:
    """GET, or POST of JSON: status and JSON of the answer; (0, None) when nobody answers."""
    data = None if body is None else json.dumps(body).encode()
    head = {"Content-Type": "application/json"} | (headers or {})
    request = urllib.request.Request(url, data, head)  # noqa: S310 -- our own loopback addresses
    try:
        with DIRECT.open(request, timeout=30) as response:
            status, text = response.status, response.read()
    except urllib.error.HTTPError as refusal:
        with refusal:
            status, text = refusal.code, refusal.read()
    except (urllib.error.URLError, ConnectionError, TimeoutError):
        return 0, None
    with suppress(ValueError):
        return status, json.loads(text)
    return status, None


class DidNotStart(Exception):
    """The message says where its output is."""


@dataclass
class Process:
    """One process and whatever it starts; its output goes to build/bench/<name>.log."""

    name: str
    command: list[str]
    ready: str  # an address; ready when it answers anything below 500
    environment: dict[str, str] = field(default_factory=dict)
    cpus: set[int] = field(default_factory=lambda: SERVER_CPUS)

    @contextmanager
    def running(self) -> Iterator["Process"]:
        BUILD.mkdir(parents=True, exist_ok=True)
        with (BUILD / f"{self.name}.log").open("wb") as log:
            self._start(log)
            try:
                self._wait()
                yield self
            finally:
                self._stop()

    def cpu(self) -> float:
        """Seconds of CPU so far, user and system, of the process and its children."""
        return sum(
            sum(times[:4]) for times in (one.cpu_times() for one in self._family())
        )  # user, system, and those of children that have ended

    def resident(self) -> float:
        """Megabytes."""
        return sum(one.memory_info().rss for one in self._family()) / 1e6

    def _family(self) -> list[psutil.Process]:
        return [self._process, *self._process.children(recursive=True)]

    def _start(self, log: IO[bytes]) -> None:
        loopback = {"NO_PROXY": "127.0.0.1,localhost", "no_proxy": "127.0.0.1,localhost"}
        self._popen = subprocess.Popen(
            self.command,
            env=os.environ | loopback | self.environment,
            stdout=log,
            stderr=subprocess.STDOUT,
            preexec_fn=pin(self.cpus),
        )
        self._process = psutil.Process(self._popen.pid)

    def _wait(self) -> None:
        end = time.monotonic() + START_PATIENCE
        while time.monotonic() < end and self._popen.poll() is None:
            if 0 < ask(self.ready)[0] < 500:
                return
            time.sleep(0.05)
        raise DidNotStart(f"did not start: see {BUILD / self.name}.log")

    def _stop(self) -> None:
        self._popen.terminate()
        try:
            self._popen.wait(15)
        except subprocess.TimeoutExpired:
            self._popen.kill()
            self._popen.wait()


def load(*options: str) -> dict[str, Any]:
    """Run the load generator to its end, beside the stand-in."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.benchmarks.load", *options],
        preexec_fn=pin(LOAD_CPUS),
        stdout=subprocess.PIPE,
        check=True,
    )
    found: dict[str, Any] = json.loads(done.stdout)
    return found
