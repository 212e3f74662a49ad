"""Arrival: Vertti is taken into a team, people come and go, names and channels change.

What Teams tells arrives here as plain calls and becomes rows. Everything may be told twice, in
any order, and again after months: each call acts on the state, not on the news.
"""

from dialogs.arrival.people import came, gone, met, parted, read_roster
from dialogs.arrival.team import (
    Account,
    Team,
    channel_gone,
    channel_is,
    channel_moved,
    installed,
    read_channels,
    renamed,
    uninstalled,
)
from dialogs.turn import Step

STEPS: dict[str, Step] = {"arrival.channel_moved": channel_moved}
__all__ = [
    "STEPS",
    "Account",
    "Team",
    "came",
    "channel_gone",
    "channel_is",
    "gone",
    "installed",
    "met",
    "parted",
    "read_channels",
    "read_roster",
    "renamed",
    "uninstalled",
]
