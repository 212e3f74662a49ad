"""The people, which forum they belong to in which role, and when they are away."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import String, UniqueConstraint, bindparam
from sqlmodel import Field, SQLModel, and_, col, or_, select

from storage.database import Database, Json
from storage.forum import Forum, Organisation, Phase


class Role(StrEnum):
    """What somebody is in a forum. Permissions come from here and nowhere else."""

    PARTICIPANT = "participant"
    CONTACT = "contact"  # answers for the organisation's project
    DEPUTY = "deputy"  # takes over when the contact person leaves
    COORDINATOR = "coordinator"
    EXPERT = "expert"


class Person(SQLModel, table=True):
    """A human being with a Teams account; what is theirs in every forum."""

    __table_args__ = (
        UniqueConstraint("tenant_id", "aad_object_id"),
        {"sqlite_autoincrement": True},  # the number of an erased one is never given anew
    )
    id: int = Field(default=None, primary_key=True)
    tenant_id: str
    aad_object_id: str = Field(index=True)
    teams_id: str | None = None  # 29:...
    name: str
    email: str | None = None
    language: str = "fi"
    # Where a personal message goes; the conversation is known once it exists.
    service_url: str | None = None
    conversation: str | None = None
    unreachable: str | None = None  # why Teams refuses messages to this person
    unreachable_since: datetime | None = None
    # What the next typed sentence answers: {"step": ..., "args": ..., "until": ...}
    listening: dict[str, Any] | None = Field(default=None, sa_type=Json)
    talks: list[str] = Field(
        default_factory=list, sa_type=Json
    )  # languages to talk in; none: `language`
    preferred_days: list[str] = Field(default_factory=list, sa_type=Json)  # "tue", "wed", "thu"


class Membership(SQLModel, table=True):
    """A person in a forum. Organisation, role and person are three things: people can leave."""

    __table_args__ = (
        UniqueConstraint("forum_id", "person_id"),
        {"sqlite_autoincrement": True},
    )
    id: int = Field(default=None, primary_key=True)
    forum_id: int = Field(foreign_key="forum.id", index=True)
    person_id: int = Field(foreign_key="person.id", index=True)
    organisation_id: int | None = Field(default=None, foreign_key="organisation.id", index=True)
    role: Role = Field(default=Role.PARTICIPANT, sa_type=String)
    title: str | None = None
    organisation_asked: date | None = None  # when "which organisation?" was asked, once
    joined: date
    left: date | None = None
    checkin_days: int = 28  # how often to ask how things are going; 0: never unasked
    checkin_asked: date | None = None  # when that was asked last
    critical_friend: bool | None = None  # wants one; None: not asked yet
    friend_rhythm: int | None = None  # weeks between talks that would suit; None: the usual


class Absence(SQLModel, table=True):
    """A person's own quiet time, both days included. A pause ends by itself."""

    id: int = Field(default=None, primary_key=True)
    person_id: int = Field(foreign_key="person.id", index=True)
    first: date
    last: date


async def by_account(db: Database, tenant_id: str, aad_object_id: str) -> Person | None:
    wanted = select(Person).where(
        Person.tenant_id == tenant_id, Person.aad_object_id == aad_object_id
    )
    return (await db.exec(wanted)).first()


# Asked in every turn, and therefore built once.
_WHO_IS = (
    select(Person, Membership, Forum)
    .outerjoin(
        Membership,
        and_(col(Membership.person_id) == Person.id, col(Membership.left).is_(None)),
    )
    .outerjoin(Forum, and_(col(Forum.id) == Membership.forum_id, col(Forum.phase) != Phase.CLOSED))
    .where(
        col(Person.tenant_id) == bindparam("tenant_id"),
        col(Person.aad_object_id) == bindparam("aad_object_id"),
    )
    .order_by(col(Forum.id).desc())
)


async def who_is(
    db: Database, tenant_id: str, aad_object_id: str
) -> tuple[Person | None, list[tuple[Membership, Forum]]]:
    """A person by account, with the forums they belong to today, the newest first."""
    account = {"tenant_id": tenant_id, "aad_object_id": aad_object_id}
    rows = (await db.exec(_WHO_IS, params=account)).all()
    belongs = [(member, forum) for _, member, forum in rows if member and forum]
    return (rows[0][0] if rows else None), belongs


async def present(db: Database, person: int) -> list[tuple[Membership, Forum]]:
    """The forums this person belongs to today, the newest first."""
    wanted = (
        select(Membership, Forum)
        .join(Forum, col(Forum.id) == Membership.forum_id)
        .where(
            Membership.person_id == person,
            col(Membership.left).is_(None),
            Forum.phase != Phase.CLOSED,
        )
    )
    return list((await db.exec(wanted.order_by(col(Forum.id).desc()))).all())


async def membership(db: Database, forum: int, person: int) -> Membership | None:
    """Also of somebody who has left."""
    wanted = select(Membership).where(Membership.forum_id == forum, Membership.person_id == person)
    return (await db.exec(wanted)).first()


async def members(db: Database, forum: int, *roles: Role) -> list[tuple[Membership, Person]]:
    """Those present in a forum, of these roles (or all), in the order of their names."""
    wanted = (
        select(Membership, Person)
        .join(Person, col(Person.id) == Membership.person_id)
        .where(Membership.forum_id == forum, col(Membership.left).is_(None))
        .order_by(Person.name)
    )
    if roles:
        wanted = wanted.where(col(Membership.role).in_(roles))
    return list((await db.exec(wanted)).all())


async def due_for_checkin(
    db: Database, forum: int, rhythm: int, asked_by: date
) -> list[Membership]:
    """Those with this rhythm (days) who were asked last on this day or earlier."""
    wanted = select(Membership).where(
        Membership.forum_id == forum,
        col(Membership.left).is_(None),
        Membership.checkin_days == rhythm,
        col(Membership.checkin_asked) <= asked_by,
    )
    return list((await db.exec(wanted)).all())


async def colleagues(db: Database, organisation: int) -> list[tuple[Membership, Person]]:
    """Those present from one organisation, in the order of their names."""
    wanted = (
        select(Membership, Person)
        .join(Person, col(Person.id) == Membership.person_id)
        .where(Membership.organisation_id == organisation, col(Membership.left).is_(None))
        .order_by(Person.name)
    )
    return list((await db.exec(wanted)).all())


async def author_of(db: Database, member: int | None) -> str | None:
    """The name behind a membership, also of somebody who has left; None: they were erased."""
    wanted = (
        select(col(Person.name))
        .join(Membership, col(Membership.person_id) == Person.id)
        .where(Membership.id == member)
    )
    return (await db.exec(wanted)).first()


async def absences(db: Database, person: int) -> list[tuple[date, date]]:
    wanted = select(col(Absence.first), col(Absence.last)).where(Absence.person_id == person)
    return list((await db.exec(wanted)).all())


async def absences_of(db: Database, person: int) -> list[Absence]:
    """A person's own quiet times, the first ones first."""
    wanted = select(Absence).where(Absence.person_id == person)
    return list((await db.exec(wanted.order_by(col(Absence.first), col(Absence.id)))).all())


async def memberships_of(
    db: Database, person: int
) -> list[tuple[Membership, Forum, Organisation | None]]:
    """Every forum this person belongs or has belonged to, the newest first."""
    wanted = (
        select(Membership, Forum, Organisation)
        .join(Forum, col(Forum.id) == Membership.forum_id)
        .outerjoin(Organisation, col(Organisation.id) == Membership.organisation_id)
        .where(Membership.person_id == person)
    )
    return list((await db.exec(wanted.order_by(col(Forum.id).desc()))).all())


async def unreachable(db: Database, forum: int) -> list[Person]:
    wanted = (
        select(Person)
        .join(Membership, col(Membership.person_id) == Person.id)
        .where(
            Membership.forum_id == forum,
            col(Membership.left).is_(None),
            or_(col(Person.unreachable).is_not(None)),
        )
        .order_by(Person.name)
    )
    return list((await db.exec(wanted)).all())
