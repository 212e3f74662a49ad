"""The bots that are measured, each ready to be started."""

import os
import subprocess
import sys
import venv
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.benchmarks import vertti
from tests.benchmarks.activities import APP_ID
from tests.benchmarks.postgres import postgres
from tests.benchmarks.processes import BUILD, LOAD_CPUS, DidNotStart, Process, ask, free_port

PEERS = Path(__file__).parent / "peers"


@dataclass
class Server:
    name: str
    process: Process
    port: int
    activity: str  # what is sent to it: a key of load.ACTIVITIES

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/api/messages"


@dataclass
class Preparation:
    """What Vertti's database holds before it starts; the peers have none."""

    people: int
    prompts: int = 0


Starter = Callable[[str, Preparation], AbstractContextManager[Server]]


@contextmanager
def stock(microsoft: str, preparation: Preparation) -> Iterator[Server]:
    yield from _peer("stock", sys.executable, "stock_echo", microsoft, "message")


@contextmanager
def stock_card(microsoft: str, preparation: Preparation) -> Iterator[Server]:
    yield from _peer("stock-card", sys.executable, "stock_echo", microsoft, "checkin")


@contextmanager
def agents(microsoft: str, preparation: Preparation) -> Iterator[Server]:
    yield from _peer("agents", agents_python(), "agents_echo", microsoft, "message")


@contextmanager
def agents_card(microsoft: str, preparation: Preparation) -> Iterator[Server]:
    yield from _peer("agents-card", agents_python(), "agents_echo", microsoft, "checkin")


@contextmanager
def vertti_sqlite(microsoft: str, preparation: Preparation) -> Iterator[Server]:
    with TemporaryDirectory(prefix="vertti-bench-") as folder:
        database = f"sqlite:///{folder}/vertti.db"
        yield from _vertti("vertti-sqlite", database, microsoft, preparation)


@contextmanager
def vertti_postgres(microsoft: str, preparation: Preparation) -> Iterator[Server]:
    with postgres() as database:
        yield from _vertti("vertti-postgres", database, microsoft, preparation)


SERVERS: dict[str, Starter] = {
    "stock": stock,
    "stock-card": stock_card,
    "agents": agents,
    "agents-card": agents_card,
    "vertti-sqlite": vertti_sqlite,
    "vertti-postgres": vertti_postgres,
}
LABELS = {
    "stock": "stock, echo",
    "stock-card": "stock, card",
    "agents": "Agents, echo",
    "agents-card": "Agents, card",
    "vertti-sqlite": "Vertti, SQLite",
    "vertti-postgres": "Vertti, PostgreSQL",
}


def start_all(
    stack: ExitStack, names: list[str], microsoft: str, preparation: Preparation
) -> tuple[dict[str, Server], dict[str, str]]:
    """The servers that run, and why the others do not."""
    running, missing = {}, {}
    for name in names:
        try:
            running[name] = stack.enter_context(SERVERS[name](microsoft, preparation))
        except (DidNotStart, OSError, subprocess.CalledProcessError) as reason:
            missing[name] = str(reason)
    return running, missing


def _peer(name: str, python: str, module: str, microsoft: str, activity: str) -> Iterator[Server]:
    port = free_port()
    command = [python, "-m", f"tests.benchmarks.peers.{module}", f"--port={port}"]
    command += [f"--app-id={APP_ID}", f"--microsoft={microsoft}"]
    process = Process(name, command, ready=f"http://127.0.0.1:{port}/")
    with process.running():
        yield Server(name, process, port, activity)


def _vertti(name: str, database: str, microsoft: str, preparation: Preparation) -> Iterator[Server]:
    vertti.prepare_people(database, preparation.people, f"{microsoft}/")
    if preparation.prompts:
        vertti.prepare_prompts(database, preparation.prompts)
    port = free_port()
    environment = vertti.environment(port, database, microsoft)
    process = Process(name, vertti.COMMAND, f"http://127.0.0.1:{port}/readyz", environment)
    with process.running():
        yield Server(name, process, port, "checkin")


def agents_python() -> str:
    """The interpreter of the Agents SDK's own environment, which is made when it is not there."""
    requirements, home = PEERS / "requirements.txt", BUILD / "agents"
    stamp = home / "made-from"
    python = home / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    made_from = sha256(requirements.read_bytes()).hexdigest() + sys.version
    if not stamp.exists() or stamp.read_text() != made_from:
        venv.create(home, clear=True, with_pip=True)
        pip = [str(python), "-m", "pip", "install", "--require-hashes", "-r", str(requirements)]
        with (BUILD / "agents-install.log").open("wb") as log:
            subprocess.run(pip, check=True, stdout=log, stderr=subprocess.STDOUT)
        stamp.write_text(made_from)
    return str(python)


@contextmanager
def stand_in() -> Iterator[tuple[Process, str]]:
    """Microsoft's stand-in, beside the load, and its address; limits are off at first."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    command = [sys.executable, "-m", "tests.microsoft.server", f"--port={port}"]
    command += ["--people=10000", "--no-limits"]
    process = Process("microsoft", command, f"{url}/stats", cpus=LOAD_CPUS)
    with process.running():
        yield process, url


def settings(microsoft: str, **changes: object) -> None:
    status, _ = ask(f"{microsoft}/settings", changes)
    if status != 200:
        raise RuntimeError(f"the stand-in answered {status} to {changes}")
