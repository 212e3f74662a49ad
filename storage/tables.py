"""Every table, in one place, for the migrations."""

from storage import (
    arrival,
    checkin,
    critical_friend,
    erasure,
    forum,
    help_request,
    inbox,
    outbox,
    people,
    portfolio,
    project,
    promise,
)

__all__ = [
    "arrival",
    "checkin",
    "critical_friend",
    "erasure",
    "forum",
    "help_request",
    "inbox",
    "outbox",
    "people",
    "portfolio",
    "project",
    "promise",
]
