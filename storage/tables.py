"""Every table, in one place, for the migrations."""

from storage import checkin, forum, help_request, inbox, outbox, people, portfolio, project, promise

__all__ = [
    "checkin",
    "forum",
    "help_request",
    "inbox",
    "outbox",
    "people",
    "portfolio",
    "project",
    "promise",
]
