"""Messages promised but not yet sent, and what became of each.

A prompt is a step with arguments that waits for its moment, never a finished card: language,
absences and closed questions are looked at afresh when it is sent. It is written in the
transaction of its cause, and its key makes a second one of the same impossible.

    waiting -> sending -> delivered | failed | unknown
    waiting -> skipped | failed | cancelled
    sending -> waiting   (Teams said "later", or the sender died and the kind may be resent)

This is the side of those who promise; the sender's side is storage/sending.py.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import String
from sqlmodel import Field, SQLModel, col, func, or_, select, update

from storage import jobs
from storage.database import Database, Json, insert_once


class Status(StrEnum):
    WAITING = "waiting"
    SENDING = "sending"
    DELIVERED = "delivered"
    SKIPPED = "skipped"  # on purpose: away, answered already, out of date
    FAILED = "failed"  # Teams refused
    CANCELLED = "cancelled"  # taken back by a person
    UNKNOWN = "unknown"  # may have arrived; not sent again because a duplicate would annoy


ACCOUNTED = (
    Status.DELIVERED,
    Status.SKIPPED,
    Status.FAILED,
    Status.CANCELLED,
    Status.UNKNOWN,
)

NOT_ARRIVED = frozenset({Status.SKIPPED, Status.FAILED, Status.CANCELLED})


class Doubt(StrEnum):
    """What to do when it is not known whether Teams took a message."""

    HOLD = "hold"  # do not send again: a duplicate would annoy
    RESEND = "resend"  # send again: a loss would be worse


@dataclass(frozen=True)
class Kind:
    """What is promised about one kind of message."""

    step: str
    initiative: bool = True  # unasked: counts against the weekly budget and keeps quiet times
    daytime: bool = False  # expected, so outside the budget, but not worth a quiet time
    doubt: Doubt = Doubt.HOLD
    lives: timedelta = timedelta(days=7)  # after that it is out of date and skipped


class Prompt(SQLModel, table=True):
    id: int = Field(default=None, primary_key=True)
    once: str = Field(unique=True)  # "checkin.ask:7:42": the same is never promised twice
    forum_id: int = Field(foreign_key="forum.id", index=True)
    person_id: int | None = Field(
        default=None, foreign_key="person.id", index=True
    )  # None: channel
    step: str
    args: dict[str, Any] = Field(default_factory=dict, sa_type=Json)
    initiative: bool = True
    daytime: bool = False
    doubt: Doubt = Field(default=Doubt.HOLD, sa_type=String)
    due: datetime = Field(index=True)
    expires: datetime
    status: Status = Field(default=Status.WAITING, sa_type=String, index=True)
    reason: str | None = None
    attempts: int = 0  # times it was sent or stumbled over; being put off does not count
    token: int = 0  # grows with each sending; a sender that overslept cannot record its result
    lease: datetime | None = None  # until when its sender answers for it
    activity_id: str | None = None  # Teams' id of the message, for updates
    finished: datetime | None = None


async def promise(
    db: Database,
    kind: Kind,
    forum: int,
    person: int | None,
    due: datetime,
    /,  # arguments of a step may have these names, too
    occasion: object = "",
    **args: Any,
) -> bool:
    """Promise a step to a person (or, without one, to the channel).

    `occasion` is what makes it different from the same step to the same person some other
    time; the arguments when nothing better is given. False when it was promised before.
    """
    about = str(occasion) or ",".join(f"{name}={args[name]}" for name in sorted(args))
    prompt = Prompt(
        once=f"{kind.step}:{forum}:{person or 'channel'}:{about}",
        forum_id=forum,
        person_id=person,
        step=kind.step,
        args=args,
        initiative=kind.initiative,
        daytime=kind.daytime,
        doubt=kind.doubt,
        due=due,
        expires=due + kind.lives,
    )
    if not await insert_once(db, prompt):
        return False
    if db.on_postgres:
        stored = await db.exec(select(Prompt.id).where(Prompt.once == prompt.once))
        await jobs.defer(db, [stored.one()])
    return True


async def promise_anew(
    db: Database, kind: Kind, forum: int, person: int | None, due: datetime, **args: Any
) -> bool:
    """Promise what must reach somebody (or the channel) once, whatever becomes of the first try.

    Again when every earlier one failed, was skipped or taken back; never when one still waits,
    arrived or may have arrived.
    """
    earlier = await _fates(db, kind.step, forum, person)
    if not NOT_ARRIVED.issuperset(earlier):
        return False
    return await promise(db, kind, forum, person, due, occasion=f"try {len(earlier)}", **args)


async def arrived(db: Database, step: str, forum: int, person: int) -> bool:
    """Whether somebody got (or may have got) this message."""
    fates = await _fates(db, step, forum, person)
    return bool({Status.DELIVERED, Status.UNKNOWN, Status.SENDING}.intersection(fates))


async def _fates(db: Database, step: str, forum: int, person: int | None) -> list[Status]:
    wanted = select(col(Prompt.status)).where(
        Prompt.forum_id == forum, Prompt.person_id == person, Prompt.step == step
    )
    return list((await db.exec(wanted)).all())


async def cancel(db: Database, now: datetime, why: str, **match: Any) -> int:
    """Take back what still waits and matches these columns; how many."""
    conditions = [col(getattr(Prompt, name)) == value for name, value in match.items()]
    done = await db.exec(
        update(Prompt)
        .where(col(Prompt.status) == Status.WAITING, *conditions)
        .values(status=Status.CANCELLED, reason=why, finished=now)
    )
    return int(done.rowcount)


async def last_initiative(db: Database, person: int, now: datetime) -> datetime | None:
    """When this person last got (or may have got) something unasked."""
    wanted = select(func.max(Prompt.finished)).where(
        Prompt.person_id == person,
        col(Prompt.initiative).is_(True),
        col(Prompt.finished) <= now,
        or_(Prompt.status == Status.DELIVERED, Prompt.status == Status.UNKNOWN),
    )
    return (await db.exec(wanted)).one()


async def channel_initiatives(db: Database, forum: int, since: datetime) -> list[datetime]:
    """When something unasked was (or may have been) posted in the channel of a forum."""
    wanted = select(col(Prompt.finished)).where(
        Prompt.forum_id == forum,
        col(Prompt.person_id).is_(None),
        col(Prompt.initiative).is_(True),
        col(Prompt.finished) > since,
        or_(Prompt.status == Status.DELIVERED, Prompt.status == Status.UNKNOWN),
    )
    return [moment for moment in (await db.exec(wanted)).all() if moment is not None]


async def messages_to(db: Database, person: int) -> list[Prompt]:
    """Everything promised to a person, oldest first."""
    wanted = select(Prompt).where(Prompt.person_id == person)
    return list((await db.exec(wanted.order_by(col(Prompt.due), col(Prompt.id)))).all())


async def accounts(db: Database, forum: int | None = None) -> Counter[str]:
    """How many prompts (of one forum, or all) are in each state."""
    counted = select(col(Prompt.status), func.count()).group_by(Prompt.status)
    if forum is not None:
        counted = counted.where(Prompt.forum_id == forum)
    return Counter(dict((await db.exec(counted)).all()))


async def oldest_due(db: Database, now: datetime) -> datetime | None:
    """Since when the longest-waiting due prompt waits."""
    wanted = select(func.min(Prompt.due)).where(Prompt.status == Status.WAITING, Prompt.due <= now)
    return (await db.exec(wanted)).one()


async def next_due(db: Database) -> datetime | None:
    """When the next waiting prompt is due."""
    wanted = select(func.min(Prompt.due)).where(Prompt.status == Status.WAITING)
    return (await db.exec(wanted)).one()
