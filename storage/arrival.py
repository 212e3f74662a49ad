"""Who is expected in a team, whose roster is to be read, and who still has no organisation."""

from collections.abc import Collection
from datetime import date, datetime, timedelta

from sqlalchemy import String, UniqueConstraint
from sqlmodel import Field, SQLModel, col, exists, or_, select

from storage.database import Database, insert_once
from storage.forum import Forum, Phase
from storage.outbox import Prompt, Status
from storage.people import Membership, Person, Role

STALE = timedelta(days=1)  # an older roster is read again


class ExpectedPerson(SQLModel, table=True):
    """Somebody named in a file who is not in the team yet; goes when they join."""

    __table_args__ = (UniqueConstraint("forum_id", "email"),)
    id: int = Field(default=None, primary_key=True)
    forum_id: int = Field(foreign_key="forum.id", index=True)
    email: str  # in lower case
    name: str | None = None
    organisation_id: int | None = Field(default=None, foreign_key="organisation.id")
    role: Role | None = Field(default=None, sa_type=String)
    language: str | None = None


async def expected(db: Database, forum: int) -> list[ExpectedPerson]:
    wanted = select(ExpectedPerson).where(ExpectedPerson.forum_id == forum)
    return list((await db.exec(wanted.order_by(ExpectedPerson.email))).all())


async def rosters_due(db: Database, now: datetime) -> list[Forum]:
    """Forums whose people have not been read for a day, or have changed since."""
    wanted = select(Forum).where(
        Forum.phase != Phase.CLOSED,
        col(Forum.uninstalled).is_(None),
        or_(
            col(Forum.roster_read).is_(None),
            col(Forum.roster_read) < now - STALE,
            col(Forum.roster_changed) >= col(Forum.roster_read),
        ),
    )
    return list((await db.exec(wanted.order_by(col(Forum.id)))).all())


async def remember_forum(db: Database, forum: Forum) -> Forum:
    """The forum of this team: a new one, or the one that is there."""
    await insert_once(db, forum)
    return (await db.exec(select(Forum).where(Forum.team_id == forum.team_id))).one()


async def remember_member(db: Database, forum: int, person: Person, joined: date) -> Membership:
    """The membership of this account: new ones, or those that are there."""
    await insert_once(db, person)
    known = await db.exec(
        select(Person.id).where(
            Person.tenant_id == person.tenant_id, Person.aad_object_id == person.aad_object_id
        )
    )
    number = known.one()
    await insert_once(db, Membership(forum_id=forum, person_id=number, joined=joined))
    wanted = select(Membership).where(Membership.forum_id == forum, Membership.person_id == number)
    return (await db.exec(wanted)).one()


async def by_accounts(db: Database, tenant_id: str, accounts: Collection[str]) -> dict[str, Person]:
    """The known ones of these Entra object ids."""
    wanted = select(Person).where(
        Person.tenant_id == tenant_id, col(Person.aad_object_id).in_(accounts)
    )
    return {person.aad_object_id: person for person in (await db.exec(wanted)).all()}


async def ever_members(db: Database, forum: int) -> list[tuple[Membership, Person]]:
    """Everybody who belongs or has belonged to a forum."""
    wanted = select(Membership, Person).join(Person, col(Person.id) == Membership.person_id)
    return list((await db.exec(wanted.where(Membership.forum_id == forum))).all())


async def unplaced(db: Database, forum: int, greeting: str) -> list[Membership]:
    """Those who got this greeting, have no organisation and were never asked which it is."""
    greeted = exists().where(
        col(Prompt.person_id) == col(Membership.person_id),
        col(Prompt.forum_id) == forum,
        col(Prompt.step) == greeting,
        col(Prompt.status) == Status.DELIVERED,
    )
    wanted = select(Membership).where(
        Membership.forum_id == forum,
        col(Membership.left).is_(None),
        col(Membership.organisation_id).is_(None),
        col(Membership.organisation_asked).is_(None),
        col(Membership.role).in_((Role.PARTICIPANT, Role.CONTACT, Role.DEPUTY)),
        greeted,
    )
    return list((await db.exec(wanted)).all())
