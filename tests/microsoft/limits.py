"""Teams' limits on what a bot may send, as sliding windows, and a ledger of who broke them.

Source: "Optimize your bot with rate limiting in Teams" (learn.microsoft.com).
"""

import math
from collections import Counter, deque

Limit = tuple[int, float]  # so many, in so many seconds

PER_CONVERSATION: tuple[Limit, ...] = ((7, 1), (8, 2), (60, 30), (1800, 3600))
PER_APP: tuple[Limit, ...] = ((50, 1),)
IN_FLIGHT = 0.25  # seconds in which requests already under way are not held against a sender


class Window:
    """When somebody was let through lately; what was refused does not count."""

    def __init__(self, limits: tuple[Limit, ...]) -> None:
        self.limits = limits
        self.times: deque[float] = deque(maxlen=max(count for count, _ in limits))

    def full(self, now: float) -> tuple[str, float] | None:
        """The limit that one more would break, and the seconds until it would not."""
        for count, seconds in self.limits:
            if len(self.times) >= count and (age := now - self.times[-count]) < seconds:
                return f"{count}/{seconds:g}s", seconds - age
        return None


class Limits:
    def __init__(self) -> None:
        self.on = True
        self.forget()

    def forget(self) -> None:
        self.violations: Counter[str] = Counter()
        self.honoured = self.early = self.pushed_on = 0
        self._apps: dict[str, Window] = {}
        self._conversations: dict[str, Window] = {}
        self._waiting: dict[str, float] = {}
        self._waiting_apps: dict[str, tuple[float, float]] = {}

    def request(self, app: str, now: float) -> float | None:
        """Any call of an app in its tenant: None, or the seconds to wait."""
        told, until = self._waiting_apps.get(app, (now, now))
        self.pushed_on += told + IN_FLIGHT < now < until
        wait = self._pass(self._apps, app, PER_APP, now)
        if wait is not None and now >= until:
            self._waiting_apps[app] = (now, now + math.ceil(wait))
        return wait

    def send(self, conversation: str, now: float) -> float | None:
        """A message to a conversation: None, or the seconds to wait."""
        return self._pass(self._conversations, conversation, PER_CONVERSATION, now)

    def come_back(self, conversation: str, now: float) -> None:
        """Note whether a conversation that was told to wait has waited."""
        until = self._waiting.pop(conversation, None)
        if until is not None:
            self.honoured += now >= until
            self.early += now < until

    def told(self, conversation: str, until: float) -> None:
        self._waiting[conversation] = until

    def _pass(
        self, windows: dict[str, Window], name: str, limits: tuple[Limit, ...], now: float
    ) -> float | None:
        if not self.on:
            return None
        window = windows.get(name)
        if window is None:
            window = windows[name] = Window(limits)
        if (broken := window.full(now)) is None:
            window.times.append(now)
            return None
        self.violations[broken[0]] += 1
        return broken[1]
