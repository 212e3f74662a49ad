"""A forum, its organisations, its quiet periods and the team it lives in."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import String, UniqueConstraint
from sqlmodel import Field, SQLModel, col, select

from storage.database import Database, Json


class Phase(StrEnum):
    SETUP = "setup"
    OPEN = "open"
    CLOSED = "closed"


class Forum(SQLModel, table=True):
    """Peer development forum: one Teams team, about 18 months."""

    id: int = Field(default=None, primary_key=True)
    tenant_id: str = Field(index=True)
    team_id: str = Field(unique=True)  # Teams thread id of the team (19:...@thread.tacv2)
    team_group: str | None = None  # Entra group id of the team
    team_name: str | None = None  # the forum's name follows it until it gets one of its own
    name: str
    languages: list[str] = Field(default=["fi"], sa_type=Json)  # the channel's, first one first
    zone: str = "Europe/Helsinki"
    begins: date | None = None
    ends: date | None = None
    channel: str | None = None  # conversation id of the channel Vertti posts to
    service_url: str
    phase: Phase = Field(default=Phase.SETUP, sa_type=String)
    setup_card: str = "basics"  # where setting up goes on
    roster_read: datetime | None = None  # when the last complete reading began
    roster_changed: datetime | None = None  # when Teams last told that somebody came or went
    uninstalled: datetime | None = None


class Channel(SQLModel, table=True):
    """A channel of the forum's team, as last read from Teams."""

    id: str = Field(primary_key=True)  # 19:...@thread.tacv2
    forum_id: int = Field(foreign_key="forum.id", index=True)
    name: str  # empty: the General channel, which has no name of its own


class QuietPeriod(SQLModel, table=True):
    """Days, both included, on which Vertti starts nothing in this forum."""

    id: int = Field(default=None, primary_key=True)
    forum_id: int = Field(foreign_key="forum.id", index=True)
    first: date
    last: date
    why: str  # "july", "christmas", or the coordinator's own words


class Organisation(SQLModel, table=True):
    """A museum, library or municipality that takes part."""

    __table_args__ = (UniqueConstraint("forum_id", "name"),)
    id: int = Field(default=None, primary_key=True)
    forum_id: int = Field(foreign_key="forum.id", index=True)
    name: str
    kind: str = ""  # such as "cultural_history"; "" is not known
    size: float = 0  # person-years; 0 is not known
    left: date | None = None


async def forum_of_team(db: Database, team_id: str) -> Forum | None:
    return (await db.exec(select(Forum).where(Forum.team_id == team_id))).first()


async def is_empty(db: Database) -> bool:
    """Whether nothing has been set up in this database yet."""
    return (await db.exec(select(Forum.id).limit(1))).first() is None


async def forums_named(db: Database, name_or_id: str) -> list[Forum]:
    """The forum with this number, or those with this name (case does not matter)."""
    if name_or_id.isdecimal():
        found = await db.get(Forum, int(name_or_id))
        return [found] if found else []
    everything = (await db.exec(select(Forum).order_by(col(Forum.id)))).all()
    return [forum for forum in everything if forum.name.casefold() == name_or_id.casefold()]


async def open_forums(db: Database) -> list[Forum]:
    wanted = select(Forum).where(Forum.phase == Phase.OPEN, col(Forum.uninstalled).is_(None))
    return list((await db.exec(wanted.order_by(col(Forum.id)))).all())


async def quiet_periods(db: Database, forum: int) -> list[tuple[date, date]]:
    wanted = select(col(QuietPeriod.first), col(QuietPeriod.last)).where(
        QuietPeriod.forum_id == forum
    )
    return list((await db.exec(wanted.order_by(col(QuietPeriod.first)))).all())


async def periods(db: Database, forum: int) -> list[QuietPeriod]:
    """The rows behind them, with the reasons."""
    wanted = select(QuietPeriod).where(QuietPeriod.forum_id == forum)
    return list((await db.exec(wanted.order_by(col(QuietPeriod.first)))).all())


async def channels(db: Database, forum: int) -> list[Channel]:
    wanted = select(Channel).where(Channel.forum_id == forum).order_by(Channel.name)
    return list((await db.exec(wanted)).all())


async def organisations(db: Database, forum: int) -> list[Organisation]:
    """Those that take part, in the order of the alphabet, never of activity."""
    wanted = select(Organisation).where(
        Organisation.forum_id == forum, col(Organisation.left).is_(None)
    )
    return list((await db.exec(wanted.order_by(Organisation.name))).all())


async def ever_organisations(db: Database, forum: int) -> list[Organisation]:
    """Those that have left, too."""
    wanted = select(Organisation).where(Organisation.forum_id == forum)
    return list((await db.exec(wanted.order_by(Organisation.name))).all())
