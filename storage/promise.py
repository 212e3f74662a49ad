"""What a person promised to do next. It is asked about once."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import String
from sqlmodel import Field, SQLModel, col, select

from storage.database import Database


class Outcome(StrEnum):
    DONE = "done"
    PARTLY = "partly"
    NOT_YET = "not_yet"


class Promise(SQLModel, table=True):
    id: int = Field(default=None, primary_key=True)
    membership_id: int = Field(foreign_key="membership.id", index=True)
    words: str
    made: datetime
    asked: datetime | None = None
    outcome: Outcome | None = Field(default=None, sa_type=String)


async def unasked(db: Database, membership: int) -> Promise | None:
    """The latest promise that has not been asked about."""
    wanted = select(Promise).where(
        Promise.membership_id == membership, col(Promise.asked).is_(None)
    )
    return (await db.exec(wanted.order_by(col(Promise.id).desc()).limit(1))).first()


async def promises_of(db: Database, membership: int) -> list[Promise]:
    wanted = select(Promise).where(Promise.membership_id == membership)
    return list((await db.exec(wanted.order_by(col(Promise.id)))).all())
