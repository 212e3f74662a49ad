"""Requests for help and the colleagues who were asked about them, one at a time."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import String, UniqueConstraint
from sqlmodel import Field, SQLModel, col, func, select

from storage.database import Database


class State(StrEnum):
    OPEN = "open"  # told in a check-in; nobody asked yet
    ASKING = "asking"  # a colleague is being asked
    FOUND = "found"
    NOBODY = "nobody"  # nobody yet
    CLOSED = "closed"  # no longer needed


class HelpRequest(SQLModel, table=True):
    """A wish for help from a check-in or from "who knows?"."""

    id: int = Field(default=None, primary_key=True)
    forum_id: int = Field(foreign_key="forum.id", index=True)
    membership_id: int = Field(foreign_key="membership.id", index=True)  # who asks
    checkin_id: int | None = Field(default=None, foreign_key="checkin.id", unique=True)
    words: str | None = None
    competence: str | None = None
    shared: bool = True  # whether coordinators may see the wish
    state: State = Field(default=State.ASKING, sa_type=String)
    helper_id: int | None = Field(default=None, foreign_key="membership.id")
    asked: datetime


class HelperAsked(SQLModel, table=True):
    """Who was asked to help, and what they said (None: nothing yet)."""

    __table_args__ = (UniqueConstraint("request_id", "membership_id"),)
    id: int = Field(default=None, primary_key=True)
    request_id: int = Field(foreign_key="helprequest.id", index=True)
    membership_id: int = Field(foreign_key="membership.id", index=True)
    asked: datetime
    agreed: bool | None = None


async def helpers_asked(db: Database, request: int) -> list[HelperAsked]:
    wanted = select(HelperAsked).where(HelperAsked.request_id == request)
    return list((await db.exec(wanted.order_by(col(HelperAsked.id)))).all())


async def request_of_checkin(db: Database, checkin: int) -> HelpRequest | None:
    wanted = select(HelpRequest).where(HelpRequest.checkin_id == checkin)
    return (await db.exec(wanted)).first()


async def unanswered(db: Database, forum: int) -> list[HelpRequest]:
    """Wishes nobody has taken up and that coordinators may see, oldest first."""
    wanted = select(HelpRequest).where(
        HelpRequest.forum_id == forum,
        col(HelpRequest.state).in_((State.OPEN, State.NOBODY)),
        col(HelpRequest.shared).is_(True),
    )
    return list((await db.exec(wanted.order_by(col(HelpRequest.id)))).all())


async def requests_of(db: Database, membership: int) -> list[HelpRequest]:
    wanted = select(HelpRequest).where(HelpRequest.membership_id == membership)
    return list((await db.exec(wanted.order_by(col(HelpRequest.id)))).all())


async def asked_of(db: Database, membership: int) -> list[tuple[HelperAsked, HelpRequest]]:
    """What this member has been asked to help with, oldest first."""
    wanted = (
        select(HelperAsked, HelpRequest)
        .join(HelpRequest, col(HelpRequest.id) == HelperAsked.request_id)
        .where(HelperAsked.membership_id == membership)
    )
    return list((await db.exec(wanted.order_by(col(HelperAsked.id)))).all())


async def silent_requests(db: Database, before: datetime) -> list[HelpRequest]:
    """Requests whose helper was asked before this moment and has not answered."""
    wanted = (
        select(HelpRequest)
        .join(HelperAsked, col(HelperAsked.request_id) == HelpRequest.id)
        .where(
            HelpRequest.state == State.ASKING,
            col(HelperAsked.agreed).is_(None),
            HelperAsked.asked < before,
        )
    )
    return list((await db.exec(wanted)).unique().all())


async def times_asked(db: Database, membership: int) -> int:
    """How often this member has been asked to help."""
    counted = select(func.count()).where(HelperAsked.membership_id == membership)
    return (await db.exec(counted)).one()
