"""One person's moment with the bot, and who may take which step."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Literal, TypeVar
from zoneinfo import ZoneInfo

from dialogs.screen import Notice, Screen, Skip, Text
from dialogs.texts import Reader
from storage.database import Database
from storage.forum import Forum
from storage.people import Membership, Person, Role

Outcome = Screen | Notice | Skip
Step = Callable[..., Awaitable[Outcome]]
Place = Literal["personal", "channel"]

LISTENS = timedelta(hours=12)  # how long a question waits for a typed answer


class Refused(Exception):
    """The step is not for this person, or not now; says why in a sentence."""

    def __init__(self, why: Text) -> None:
        super().__init__(why.key)
        self.why = why


@dataclass(frozen=True)
class Turn:
    """Who, where, when, and the open transaction."""

    db: Database
    now: datetime  # aware
    who: Person | None  # None: nobody in particular, for what is said in the channel
    belongs: tuple[Membership, Forum] | None
    place: Place = "personal"
    home: Forum | None = None  # the forum of the channel this happens in
    promised: bool = False  # taken by Vertti itself, because a promise came due

    @property
    def person(self) -> Person:
        if self.who is None:
            raise Refused(Text("help-not-a-member"))
        return self.who

    @property
    def member(self) -> Membership:
        """Raises Refused for somebody who belongs to no forum."""
        if self.belongs is None:
            raise Refused(Text("help-not-a-member"))
        return self.belongs[0]

    @property
    def forum(self) -> Forum:
        if self.home is not None:
            return self.home
        if self.belongs is None:
            raise Refused(Text("help-not-a-member"))
        return self.belongs[1]

    @property
    def reader(self) -> Reader:
        forum = self.home or (self.belongs[1] if self.belongs else None)
        language = self.who.language if self.who else self.forum.languages[0]
        return Reader(language, forum.zone) if forum else Reader(language)

    @property
    def today(self) -> date:
        """The day in the forum's time zone."""
        return self.day(self.now)

    def day(self, moment: datetime) -> date:
        """The day of a moment in the forum's time zone."""
        return moment.astimezone(ZoneInfo(self.reader.zone)).date()

    def listen(self, step: str, **args: Any) -> None:
        """Let the next typed sentence of this person go to a step, as its argument `said`."""
        until = (self.now + LISTENS).isoformat()
        forum = self.belongs[1].id if self.belongs else None
        self.person.listening = {"step": step, "args": args, "until": until, "forum": forum}

    def stop_listening(self) -> None:
        if self.person.listening is not None:
            self.person.listening = None


def listening_in(person: Person, now: datetime) -> int | None:
    """The forum in which a typed line is awaited: an answer must not land in another one."""
    waits = person.listening
    return waits.get("forum") if waits and waits["until"] >= now.isoformat() else None


S = TypeVar("S", bound=Step)
_ROLES = "open_to_roles"


def open_to(*roles: Role) -> Callable[[S], S]:
    """Only these roles may take the step. Without it every member may; `anyone` lifts that."""

    def mark(step: S) -> S:
        setattr(step, _ROLES, roles)
        return step

    return mark


def anyone(step: S) -> S:
    """The step may be taken by people who belong to no forum, too."""
    setattr(step, _ROLES, None)
    return step


coordinators_only = open_to(Role.COORDINATOR)


def public(step: S) -> S:
    """The step may be answered in the channel; all others answer in the personal chat."""
    step._public = True  # type: ignore[attr-defined]  # functions take attributes
    return step


def is_public(step: Step) -> bool:
    return getattr(step, "_public", False)


def promised(step: S) -> S:
    """Only Vertti takes this step, when it comes due: no card has a button for it.

    Its arguments are Vertti's own, so it may name others; outside input must not reach it.
    """
    step._promised = True  # type: ignore[attr-defined]
    return step


def is_promised(step: Step) -> bool:
    return getattr(step, "_promised", False)


def check_permission(turn: Turn, step: Step) -> None:
    """Raises Refused unless this person may take this step in this forum today."""
    roles: tuple[Role, ...] | None = getattr(step, _ROLES, ())
    if roles is None:
        return
    if turn.who is None:
        return  # said by the clock in the channel, not asked for by anybody
    if roles and turn.member.role not in roles:
        raise Refused(Text("help-not-for-you"))
    _ = turn.member
