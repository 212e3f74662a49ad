"""A real process in a real (pseudo) terminal: what it shows is read, what is typed is echoed."""

import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

PATIENCE = 30.0  # seconds for what is awaited
CONTROL = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")
TOP = Path(__file__).resolve().parents[3]


class Ended(Exception):
    """The process ended before it showed what was awaited; says what it showed."""


def _at_the_keyboard() -> None:
    """So that Ctrl-C arrives, also when the tests themselves run in the background."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)


class PseudoTerminal:
    def __init__(self, master: int, process: subprocess.Popen[bytes]) -> None:
        self._master, self._process = master, process
        self.shown = ""  # everything so far, without colours and cursor moves
        self._read_to = 0

    @classmethod
    @contextmanager
    def running(cls, *arguments: str, **environment: str) -> Iterator["PseudoTerminal"]:
        """`python -m bot …` in a terminal of its own, 100 columns wide."""
        master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 100, 0, 0))
        process = subprocess.Popen(
            [sys.executable, "-m", "bot", *arguments],
            cwd=TOP,
            env={**os.environ, "TERM": "xterm", "LC_ALL": "C.UTF-8", **environment},
            stdin=slave,
            stdout=slave,
            stderr=slave,
            start_new_session=True,
            preexec_fn=_at_the_keyboard,
        )
        os.close(slave)
        try:
            yield cls(master, process)
        finally:
            process.kill()
            process.wait()
            os.close(master)

    def wait_for(self, words: str) -> str:
        """Read on until the words stand there; what was shown since the last wait, up to them."""
        until = time.monotonic() + PATIENCE
        while (found := self.shown.find(words, self._read_to)) < 0:
            if not self._read(until):
                raise Ended(f"no {words!r} in:\n{self.shown[self._read_to :]}")
        since, self._read_to = self._read_to, found + len(words)
        return self.shown[since : self._read_to]

    def see(self, words: str) -> None:
        """Read on until the words stand anywhere."""
        until = time.monotonic() + PATIENCE
        while words not in self.shown:
            if not self._read(until):
                raise Ended(f"no {words!r} in:\n{self.shown}")

    def type(self, line: str) -> None:
        os.write(self._master, f"{line}\n".encode())

    def press_control_c(self) -> None:
        os.write(self._master, b"\x03")

    def end(self) -> int:
        """Read to the end; the exit code."""
        until = time.monotonic() + PATIENCE
        while self._read(until):
            pass
        return self._process.wait(PATIENCE)

    def _read(self, until: float) -> bool:
        ready, _, _ = select.select([self._master], [], [], max(0.0, until - time.monotonic()))
        try:
            new = os.read(self._master, 65536) if ready else b""
        except OSError:  # Linux says so when the other end is closed
            new = b""
        self.shown += CONTROL.sub("", new.decode(errors="replace")).replace("\r", "")
        return bool(new)
