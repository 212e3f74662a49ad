"""Messages promised but not yet sent, and what became of each.

A prompt is a step with arguments that waits for its moment, never a finished card: language,
absences and closed questions are looked at afresh when it is sent. It is written in the
transaction of its cause, and its key makes a second one of the same impossible.

    waiting -> sending -> delivered | failed | unknown
    waiting -> skipped | cancelled
    sending -> waiting   (Teams said "later", or the sender died and the kind may be resent)

Source of the design: DESIGN "Delivery"; the lease and the fencing token follow the outbox
experiments with killed and paused processes.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import String
from sqlmodel import Field, SQLModel, and_, col, func, or_, select, update

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


class Doubt(StrEnum):
    """What to do when it is not known whether Teams took a message."""

    HOLD = "hold"  # do not send again: a duplicate would annoy
    RESEND = "resend"  # send again: a loss would be worse


@dataclass(frozen=True)
class Kind:
    """What is promised about one kind of message."""

    step: str
    initiative: bool = True  # unasked: counts against the weekly budget and keeps quiet times
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
    doubt: Doubt = Field(default=Doubt.HOLD, sa_type=String)
    due: datetime = Field(index=True)
    expires: datetime
    status: Status = Field(default=Status.WAITING, sa_type=String, index=True)
    reason: str | None = None
    attempts: int = 0
    token: int = 0  # grows with each claim; a sender that overslept cannot record its result
    lease: datetime | None = None  # until when the sender has it
    activity_id: str | None = None  # Teams' id of the message, for updates
    finished: datetime | None = None


async def promise(
    db: Database,
    kind: Kind,
    forum: int,
    person: int | None,
    due: datetime,
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
        doubt=kind.doubt,
        due=due,
        expires=due + kind.lives,
    )
    return await insert_once(db, prompt)


async def claim(db: Database, now: datetime, lease: timedelta, limit: int) -> list[Prompt]:
    """Take due prompts for sending. Two senders can never take the same one."""
    wanted = (
        select(Prompt)
        .where(Prompt.status == Status.WAITING, Prompt.due <= now)
        .order_by(col(Prompt.due), col(Prompt.id))
        .limit(limit)
        .with_for_update(skip_locked=True)  # PostgreSQL; on SQLite the whole transaction is alone
    )
    prompts = list((await db.exec(wanted)).all())
    for prompt in prompts:
        prompt.status, prompt.lease = Status.SENDING, now + lease
        prompt.token += 1
        prompt.attempts += 1
    return prompts


async def finish(
    db: Database,
    prompt: Prompt,
    status: Status,
    now: datetime,
    reason: str | None = None,
    activity_id: str | None = None,
) -> bool:
    """Account for a claimed prompt; False when somebody else has it by now."""
    return await _release(
        db, prompt, status=status, reason=reason, activity_id=activity_id, finished=now, lease=None
    )


async def put_off(db: Database, prompt: Prompt, due: datetime, reason: str) -> bool:
    """Give a claimed prompt back to be sent later."""
    return await _release(db, prompt, status=Status.WAITING, due=due, reason=reason, lease=None)


async def _release(db: Database, prompt: Prompt, **values: Any) -> bool:
    done = await db.exec(
        update(Prompt)
        .where(
            col(Prompt.id) == prompt.id,
            # A sender that was slow, not dead, may still say what became of an unknown one.
            col(Prompt.status).in_((Status.SENDING, Status.UNKNOWN)),
            col(Prompt.token) == prompt.token,
        )
        .values(**values)
    )
    return bool(done.rowcount)


async def give_back(db: Database, now: datetime) -> None:
    """Settle what a dead sender left behind, by the written policy of each kind."""
    left_behind = and_(col(Prompt.status) == Status.SENDING, col(Prompt.lease) < now)
    await db.exec(
        update(Prompt)
        .where(left_behind, col(Prompt.doubt) == Doubt.RESEND)
        .values(status=Status.WAITING, reason="sender died", lease=None)
    )
    await db.exec(
        update(Prompt)
        .where(left_behind)
        .values(status=Status.UNKNOWN, reason="sender died", finished=now, lease=None)
    )


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
