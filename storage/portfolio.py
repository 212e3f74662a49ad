"""The competence portfolio: what people offer and wish for, and what they told when they joined."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import String, UniqueConstraint
from sqlmodel import Field, SQLModel, col, delete, select

from storage.database import Database, Json
from storage.people import Membership, Person


class Side(StrEnum):
    OFFER = "offer"
    WISH = "wish"


class Competence(SQLModel, table=True):
    """One thing somebody can be asked about, or would like to learn."""

    __table_args__ = (UniqueConstraint("membership_id", "side", "key"),)
    id: int = Field(default=None, primary_key=True)
    membership_id: int = Field(foreign_key="membership.id", index=True)
    side: Side = Field(sa_type=String)
    key: str = Field(index=True)  # of the field's list of competences


class Answer(SQLModel, table=True):
    """What a member answered to one onboarding question; a skipped one has no value."""

    __table_args__ = (UniqueConstraint("membership_id", "question"),)
    id: int = Field(default=None, primary_key=True)
    membership_id: int = Field(foreign_key="membership.id", index=True)
    question: str
    value: Any = Field(default=None, sa_type=Json)
    answered: datetime


async def competences(db: Database, membership: int, side: Side) -> list[str]:
    wanted = select(Competence.key).where(
        Competence.membership_id == membership, Competence.side == side
    )
    return list((await db.exec(wanted.order_by(col(Competence.id)))).all())


async def keep_competences(db: Database, membership: int, side: Side, keys: list[str]) -> None:
    await db.exec(
        delete(Competence).where(
            col(Competence.membership_id) == membership, col(Competence.side) == side
        )
    )
    db.add_all(Competence(membership_id=membership, side=side, key=key) for key in keys)


async def who_offer(db: Database, forum: int, key: str) -> list[tuple[Membership, Person]]:
    """Those present who can be asked about this, in the order of their names."""
    wanted = (
        select(Membership, Person)
        .join(Person, col(Person.id) == Membership.person_id)
        .join(Competence, col(Competence.membership_id) == Membership.id)
        .where(
            Membership.forum_id == forum,
            col(Membership.left).is_(None),
            Competence.side == Side.OFFER,
            Competence.key == key,
        )
        .order_by(Person.name)
    )
    return list((await db.exec(wanted)).all())


async def answers(db: Database, membership: int) -> dict[str, Any]:
    """Question to value; a question that was skipped is there with None."""
    wanted = select(col(Answer.question), col(Answer.value)).where(
        Answer.membership_id == membership
    )
    return dict((await db.exec(wanted)).all())


async def keep_answers(db: Database, membership: int, given: dict[str, Any], now: datetime) -> None:
    """Store answers, replacing earlier ones to the same questions."""
    await db.exec(
        delete(Answer).where(
            col(Answer.membership_id) == membership, col(Answer.question).in_(given)
        )
    )
    db.add_all(
        Answer(membership_id=membership, question=question, value=value, answered=now)
        for question, value in given.items()
    )
