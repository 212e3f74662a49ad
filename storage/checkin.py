"""Status check-ins: the waves in the calendar and the answers."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import String, UniqueConstraint
from sqlmodel import Field, SQLModel, col, func, select

from storage.database import Database


class Progress(StrEnum):
    MOVING = "moving"
    SLOW = "slow"
    STUCK = "stuck"
    PAUSED = "paused"


class Visibility(StrEnum):
    """Who may see an answer, besides the one who gave it."""

    CHANNEL = "channel"
    COORDINATORS = "coordinators"
    ORGANISATION = "organisation"
    PAIR = "pair"  # the critical friend


class Wave(SQLModel, table=True):
    """A day in the forum's calendar on which people are asked how things are going."""

    __table_args__ = (UniqueConstraint("forum_id", "day"),)
    id: int = Field(default=None, primary_key=True)
    forum_id: int = Field(foreign_key="forum.id", index=True)
    day: date
    opened: datetime | None = None


class CheckIn(SQLModel, table=True):
    """Where a project stands, as one person sees it."""

    id: int = Field(default=None, primary_key=True)
    forum_id: int = Field(foreign_key="forum.id", index=True)
    project_id: int | None = Field(default=None, foreign_key="project.id", index=True)
    # Who answered; nobody any more when that person has been erased.
    membership_id: int | None = Field(default=None, foreign_key="membership.id", index=True)
    answers_for_project: bool  # by the contact person (or deputy); False: an addition
    progress: Progress = Field(sa_type=String)
    moved: str | None = None
    help_wanted: str | None = None
    visibility: Visibility = Field(sa_type=String)
    answered: datetime
    edited: datetime | None = None


async def waves_due(db: Database, forum: int, today: date) -> list[Wave]:
    wanted = select(Wave).where(
        Wave.forum_id == forum, Wave.day <= today, col(Wave.opened).is_(None)
    )
    return list((await db.exec(wanted.order_by(col(Wave.day)))).all())


async def waves(db: Database, forum: int) -> list[Wave]:
    """The whole calendar, those that have been opened included."""
    wanted = select(Wave).where(Wave.forum_id == forum)
    return list((await db.exec(wanted.order_by(col(Wave.day)))).all())


async def next_wave(db: Database, forum: int, today: date) -> date | None:
    wanted = select(func.min(Wave.day)).where(Wave.forum_id == forum, Wave.day > today)
    return (await db.exec(wanted)).one()


async def latest_of(db: Database, membership: int) -> CheckIn | None:
    """This member's own latest answer."""
    wanted = select(CheckIn).where(CheckIn.membership_id == membership)
    return (await db.exec(wanted.order_by(col(CheckIn.id).desc()).limit(1))).first()


async def of_member(db: Database, membership: int) -> list[CheckIn]:
    """Everything this member has answered, oldest first."""
    wanted = select(CheckIn).where(CheckIn.membership_id == membership)
    return list((await db.exec(wanted.order_by(col(CheckIn.id)))).all())


async def of_project(
    db: Database, project: int, limit: int = 2, *, additions: bool = False
) -> list[CheckIn]:
    """The project's latest answers, newest first: by those who answer for it, or by all."""
    wanted = select(CheckIn).where(CheckIn.project_id == project)
    if not additions:
        wanted = wanted.where(col(CheckIn.answers_for_project).is_(True))
    return list((await db.exec(wanted.order_by(col(CheckIn.id).desc()).limit(limit))).all())


async def of_forum(db: Database, forum: int, since: datetime) -> list[CheckIn]:
    """All answers of a forum since a moment, oldest first."""
    wanted = select(CheckIn).where(CheckIn.forum_id == forum, CheckIn.answered >= since)
    return list((await db.exec(wanted.order_by(col(CheckIn.id)))).all())
