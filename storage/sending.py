"""The sender's side of the outbox: hold a due prompt, begin to send it, say what became of it.

Two senders never send the same prompt: it is held by the transaction that begins to send, and
from then on by a token that grows with each sending. A sender that dies leaves a lease that
runs out; then the written policy of the kind of message decides. Leases are compared with each
replica's own clock, which may go wrong by some seconds.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam
from sqlmodel import and_, col, func, select, update

from storage import jobs
from storage.database import Database
from storage.forum import Forum
from storage.outbox import Doubt, Prompt, Status
from storage.people import Membership, Person

ATTEMPTS = 10  # then it is not sent again
# The namespaces of the locks that let one unasked message at a time to a person or a channel.
_PEOPLE, _CHANNELS = 1, 2


@dataclass(frozen=True)
class Held:
    """A due prompt that is ours for this transaction, with those it concerns."""

    prompt: Prompt
    forum: Forum
    person: Person | None  # None: it goes to the channel
    member: Membership | None


# Asked for every message, and therefore built once.
_HOLD: Any = (
    select(Prompt, Forum, Person, Membership)
    .join(Forum, col(Forum.id) == Prompt.forum_id)
    .outerjoin(Person, col(Person.id) == Prompt.person_id)
    .outerjoin(
        Membership,
        and_(Membership.forum_id == Prompt.forum_id, Membership.person_id == Prompt.person_id),
    )
    .where(
        col(Prompt.id) == bindparam("prompt"),
        Prompt.status == Status.WAITING,
        col(Prompt.due) <= bindparam("now"),
    )
    # PostgreSQL; on SQLite the whole transaction is alone.
    .with_for_update(skip_locked=True, of=Prompt)
)


async def due(db: Database, now: datetime, limit: int) -> list[int]:
    """What to send next: first what somebody waits for, then what nobody asked for."""
    wanted = (
        select(Prompt.id)
        .where(Prompt.status == Status.WAITING, Prompt.due <= now)
        .order_by(col(Prompt.initiative), col(Prompt.due), col(Prompt.id))
        .limit(limit)
    )
    return list((await db.exec(wanted)).all())


async def hold(db: Database, prompt: int, now: datetime) -> Held | None:
    """Keep a prompt to ourselves until the transaction ends; None: not due, or not ours."""
    found = (await db.exec(_HOLD, params={"prompt": prompt, "now": now})).first()
    if found is None:
        return None
    held = Held(*found)
    if db.on_postgres and held.prompt.initiative:
        # The weekly budget is read and used by one replica after the other.
        whose = (_PEOPLE, held.person.id) if held.person else (_CHANNELS, held.forum.id)
        await db.exec(select(func.pg_advisory_xact_lock(*whose)))
    return held


async def under_way(db: Database, held: Held) -> datetime | None:
    """Until when somebody may be sending something unasked to the same person or channel."""
    wanted = select(func.max(Prompt.lease)).where(
        Prompt.person_id == held.prompt.person_id,
        col(Prompt.initiative).is_(True),
        Prompt.status == Status.SENDING,
    )
    if held.person is None:
        wanted = wanted.where(Prompt.forum_id == held.forum.id)
    return (await db.exec(wanted)).one()


def begin(prompt: Prompt, lease: datetime) -> None:
    """Take a held prompt for sending. Once this is stored, Teams may have the message."""
    prompt.status, prompt.lease = Status.SENDING, lease
    prompt.token += 1
    prompt.attempts += 1


async def finish(
    db: Database,
    prompt: Prompt,
    status: Status,
    now: datetime,
    reason: str | None = None,
    activity_id: str | None = None,
) -> bool:
    """Account for a prompt that we hold or send; False when somebody else has it by now."""
    return await _settle(
        db, prompt, status=status, reason=reason, activity_id=activity_id, finished=now
    )


async def put_off(db: Database, prompt: Prompt, until: datetime, reason: str) -> bool:
    """Give back a prompt that we hold or send, for later; False when it is not ours any more."""
    done = await _settle(db, prompt, status=Status.WAITING, due=until, reason=reason, finished=None)
    if done and db.on_postgres:
        await jobs.defer(db, [prompt.id])
    return done


async def stumble(
    db: Database, prompt: Prompt, now: datetime, pause: timedelta, why: str
) -> Status:
    """Note that a held prompt could not even be prepared; after too many times it has failed."""
    prompt.attempts += 1
    if prompt.attempts >= ATTEMPTS:
        await finish(db, prompt, Status.FAILED, now, f"gave up: {why}")
        return Status.FAILED
    await put_off(db, prompt, now + pause, why)
    return Status.WAITING


async def give_back(db: Database, now: datetime) -> None:
    """Settle what dead senders left behind, by the written policy of each kind."""
    left_behind = and_(col(Prompt.status) == Status.SENDING, col(Prompt.lease) < now)
    again = and_(col(Prompt.doubt) == Doubt.RESEND, col(Prompt.attempts) < ATTEMPTS)
    await db.exec(
        update(Prompt)
        .where(left_behind, again)
        .values(status=Status.WAITING, reason="sender died", lease=None)
    )
    await db.exec(
        update(Prompt)
        .where(left_behind)
        .values(status=Status.UNKNOWN, reason="sender died", finished=now, lease=None)
    )


async def _settle(db: Database, prompt: Prompt, **values: Any) -> bool:
    """Only with the newest token, and only until somebody has said what became of it."""
    open_states = (
        Status.WAITING,  # held; or given back to be sent again, and nobody has begun yet
        Status.SENDING,
        Status.UNKNOWN,  # a sender that was slow, not dead, may still know better
    )
    done = await db.exec(
        update(Prompt)
        .where(
            col(Prompt.id) == prompt.id,
            col(Prompt.status).in_(open_states),
            col(Prompt.token) == prompt.token,
        )
        .values(lease=None, **values)
        .execution_options(synchronize_session=False)
    )
    return bool(done.rowcount)
