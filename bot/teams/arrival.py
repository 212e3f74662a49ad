"""Installed, removed, renamed: what Teams tells about teams and their people."""

from collections.abc import Callable
from datetime import datetime

from botbuilder.schema import Activity

from storage.database import Transaction


class Arrival:
    def __init__(self, transaction: Transaction, clock: Callable[[], datetime]) -> None:
        self._transaction, self._clock = transaction, clock

    async def happened(self, activity: Activity) -> None:
        """An installationUpdate or a conversationUpdate."""
