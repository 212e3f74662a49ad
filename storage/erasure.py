"""Forget a person: what was theirs goes, what is shared stays without them.

Every column that points to a person or a membership is named below, and a test compares that
with the tables: a new table makes it fail until somebody decides what becomes of its rows.
"""

from collections.abc import Collection, Mapping
from datetime import datetime
from hashlib import sha256
from typing import Any

from sqlmodel import Field, SQLModel, col, delete, or_, select, update

from storage.arrival import ExpectedPerson
from storage.checkin import CheckIn
from storage.database import Database, insert_once, leave_no_trace
from storage.help_request import HelperAsked, HelpRequest
from storage.outbox import Prompt, Status
from storage.people import Membership, Person

# Rows that go, in an order in which none is left pointing at one that is gone; the memberships
# themselves and the person are the last.
GOES = (
    "volunteer.membership_id",
    "friend.membership_id",
    "insight.membership_id",
    "apart.first_id",
    "apart.second_id",
    "helperasked.membership_id",
    "helprequest.membership_id",
    "competence.membership_id",
    "answer.membership_id",
    "promise.membership_id",
    "absence.person_id",
)
# Rows that stay without the person: the project's journey and the account of what was sent.
STAYS = (
    "helprequest.helper_id",
    "checkin.membership_id",
    "projectchange.membership_id",
    "prompt.person_id",
)
# How the arguments of messages to others name a member.
MEMBERS = ("member", "proposer")


class Erased(SQLModel, table=True):
    """That an account was erased, so that the next reading of the team's roster does not bring
    it back. A hash of a random id: nothing about the person can be read from it."""

    account: str = Field(primary_key=True)


async def is_erased(db: Database, tenant_id: str, aad_object_id: str) -> bool:
    return await db.get(Erased, _hash(tenant_id, aad_object_id)) is not None


async def allow_back(db: Database, tenant_id: str, aad_object_id: str) -> None:
    """The person asks to be taken in again."""
    await db.exec(delete(Erased).where(col(Erased.account) == _hash(tenant_id, aad_object_id)))


async def erase(db: Database, person: Person, now: datetime) -> None:
    """Remove a person from every table. They must not be used in this session afterwards."""
    await db.flush()
    memberships = await db.exec(select(Membership).where(Membership.person_id == person.id))
    mine = {member.id: member.forum_id for member in memberships.all()}
    await _forget_messages(db, person.id, mine, now)
    requests = select(HelpRequest.id).where(col(HelpRequest.membership_id).in_(mine))
    await db.exec(delete(HelperAsked).where(col(HelperAsked.request_id).in_(requests)))
    ids = {"person": [person.id], "membership": list(mine)}
    for column in (_column(name) for name in GOES):
        await db.exec(delete(column.table).where(column.in_(ids[_points_to(column)])))
    await _forget_words(db, mine)
    for column in (_column(name) for name in STAYS):
        await db.exec(
            update(column.table).where(column.in_(ids[_points_to(column)])).values({column: None})
        )
    await db.exec(delete(Membership).where(col(Membership.person_id) == person.id))
    await insert_once(db, Erased(account=_hash(person.tenant_id, person.aad_object_id)))
    await db.exec(delete(Person).where(col(Person.id) == person.id))
    if person.email:
        await db.exec(
            delete(ExpectedPerson).where(col(ExpectedPerson.email) == person.email.lower())
        )
    leave_no_trace(db)


async def _forget_messages(
    db: Database, person: int, mine: Mapping[int, int], now: datetime
) -> None:
    """Theirs lose everything but their account; what others were to be told of them, its words."""
    requests = await db.exec(select(HelpRequest.id).where(col(HelpRequest.membership_id).in_(mine)))
    gone = set(requests.all())
    forums = set(mine.values())
    prompts = await db.exec(
        select(Prompt)
        .where(or_(Prompt.person_id == person, col(Prompt.forum_id).in_(forums)))
        .with_for_update()
    )
    for prompt in prompts.all():
        theirs = prompt.person_id == person
        if not theirs and not _tells_of(prompt, person, mine, gone):
            continue
        if prompt.status in (Status.WAITING, Status.SENDING):
            sent = prompt.status == Status.SENDING
            prompt.status = Status.UNKNOWN if sent else Status.CANCELLED
            prompt.reason, prompt.finished, prompt.lease = "erased", now, None
            prompt.token += 1  # who is sending it just now may not put it off any more
        prompt.args = {}
        prompt.once = f"erased:{prompt.id}"
        if theirs:
            prompt.initiative, prompt.activity_id = False, None
    await db.flush()


def _tells_of(
    prompt: Prompt, person: int, mine: Collection[int], requests: Collection[int]
) -> bool:
    """Whether a message to somebody else names this person or carries their words."""
    args = prompt.args
    return (
        args.get("sender") == person
        or args.get("person") == person
        or any(args.get(name) in mine for name in MEMBERS)
        or (prompt.step.startswith("who_knows.") and args.get("request") in requests)
    )


async def _forget_words(db: Database, mine: Collection[int]) -> None:
    """A check-in for the project stays as its state on a day; an addition goes altogether."""
    await db.exec(
        delete(CheckIn).where(
            col(CheckIn.membership_id).in_(mine), col(CheckIn.answers_for_project).is_(False)
        )
    )
    await db.exec(
        update(CheckIn)
        .where(col(CheckIn.membership_id).in_(mine))
        .values(moved=None, help_wanted=None)
    )


def _column(name: str) -> Any:
    table, column = name.split(".")
    return SQLModel.metadata.tables[table].columns[column]


def _points_to(column: Any) -> str:
    [key] = column.foreign_keys
    return str(key.column.table.name)


def _hash(tenant_id: str, aad_object_id: str) -> str:
    return sha256(f"erased\n{tenant_id}\n{aad_object_id}".encode()).hexdigest()
