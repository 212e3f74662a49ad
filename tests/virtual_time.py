"""An event loop whose clock jumps instead of waiting: what takes a minute is over at once."""

import asyncio
import selectors
from collections.abc import Coroutine
from typing import Any


class _Selector(selectors.DefaultSelector):
    """Never waits; says how long it would have."""

    waited = 0.0

    def select(self, timeout: float | None = None) -> list[Any]:
        ready = super().select(0)
        if not ready:
            self.waited += timeout or 0.0
        return ready


class VirtualLoop(asyncio.SelectorEventLoop):
    """Only for code without sockets and threads: those happen in no time here."""

    def __init__(self) -> None:
        self._clock = _Selector()
        super().__init__(self._clock)

    def time(self) -> float:
        return self._clock.waited

    def stall(self, seconds: float) -> None:
        """As if something had kept the loop busy for so long."""
        self._clock.waited += seconds


def run(work: Coroutine[Any, Any, None]) -> None:
    with asyncio.Runner(loop_factory=VirtualLoop) as runner:
        runner.run(work)
