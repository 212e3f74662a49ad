"""The pace of calls to Teams: evenly spaced, and silent for a while when Teams says so."""

import asyncio

_CATCH_UP = 0.75  # of the usual distance, after a late timer; what a longer stall cost is lost
_LONGEST_SILENCE = 5.0  # seconds


class Pace:
    """Teams allows an app 50 calls a second in a tenant, in any second: no bursts, then."""

    def __init__(self, per_second: float) -> None:
        self._gap = 1 / per_second
        self._next = 0.0  # by the event loop's clock
        self._queue = asyncio.Lock()

    async def turn(self) -> None:
        """Wait for one's turn, in the order of coming."""
        now = asyncio.get_running_loop().time
        async with self._queue:
            while (wait := self._next - now()) > 0:  # noqa: ASYNC110  # it may have grown
                await asyncio.sleep(wait)
            self._next = max(self._next + self._gap, now() + _CATCH_UP * self._gap)

    def be_silent(self, seconds: float) -> None:
        """Nobody calls for so long: "too many" may have been meant for all of us.

        Teams does not say whether one conversation or the whole app was too much, and one busy
        conversation must not hold up the others for long.
        """
        until = asyncio.get_running_loop().time() + min(seconds, _LONGEST_SILENCE)
        self._next = max(self._next, until)
