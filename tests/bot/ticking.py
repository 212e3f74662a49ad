"""Clocks for tests: a schedule without rosters."""

from typing import Any

from bot.schedule import Schedule
from bot.sender import Sender
from storage.database import Transaction
from tests.story import Clock


class NoRoster:
    """Nobody comes and goes here."""

    async def read(self) -> None: ...


def a_schedule(
    transaction: Transaction, sender: Sender, clock: Clock, *conversations: object, **more: Any
) -> Schedule:
    roster: Any = NoRoster()
    return Schedule(transaction, sender, roster, clock, conversations=conversations, **more)


class Instant:
    """A Teams that takes everything at once."""

    def __init__(self) -> None:
        self.taken = 0

    async def post(self, service_url: str, conversation: str, message: Any) -> str:
        self.taken += 1
        return "1:1"

    async def create_personal(self, service_url: str, tenant: str, teams_id: str) -> str:
        raise AssertionError("everybody has a conversation")
