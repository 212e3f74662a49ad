"""Critical friends: rounds, who joins, the groups and how they go. Never what was talked about."""

from collections.abc import Sequence
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import String, UniqueConstraint
from sqlalchemy.orm import aliased
from sqlmodel import Field, SQLModel, col, delete, func, or_, select

from storage.database import Database, Json
from storage.people import Membership, Person


class RoundState(StrEnum):
    PLANNED = "planned"
    INVITING = "inviting"
    PREVIEW = "preview"  # matched; only the coordinators have seen it
    RUNNING = "running"
    CLOSED = "closed"


class GroupState(StrEnum):
    DRAFT = "draft"  # in the preview
    PROPOSED = "proposed"  # each was asked separately
    ACTIVE = "active"
    DISSOLVED = "dissolved"  # declined before it began
    ENDED = "ended"  # one of them ended it; nobody's name is kept with that
    OVER = "over"  # ended with its round


class PairingRound(SQLModel, table=True):
    """A round of pairing, from invitation to end."""

    __table_args__ = (UniqueConstraint("forum_id", "number"),)
    id: int = Field(default=None, primary_key=True)
    forum_id: int = Field(foreign_key="forum.id", index=True)
    number: int
    state: RoundState = Field(default=RoundState.INVITING, sa_type=String)
    invites: date
    answer_by: date
    ends: date
    seed: int  # the same seed and people give the same groups
    split: list[list[int]] = Field(default_factory=list, sa_type=Json)  # not together this time
    relaxed: list[str] = Field(default_factory=list, sa_type=Json)  # constraints that gave way
    with_less: list[int] = Field(default_factory=list, sa_type=Json)  # alone, or no wish met


class Volunteer(SQLModel, table=True):
    """What a member answered to the invitation of a round."""

    __table_args__ = (UniqueConstraint("round_id", "membership_id"),)
    id: int = Field(default=None, primary_key=True)
    round_id: int = Field(foreign_key="pairinground.id", index=True)
    membership_id: int = Field(foreign_key="membership.id", index=True)
    joins: bool
    answered: datetime


class FriendGroup(SQLModel, table=True):
    """Two critical friends, or three."""

    id: int = Field(default=None, primary_key=True)
    forum_id: int = Field(foreign_key="forum.id", index=True)
    round_id: int = Field(foreign_key="pairinground.id", index=True)
    state: GroupState = Field(default=GroupState.DRAFT, sa_type=String)
    reasons: list[dict[str, Any]] = Field(default_factory=list, sa_type=Json)  # codes with values
    pinned: bool = False  # a coordinator wants it kept when the round is matched again
    proposed: datetime | None = None
    formed: datetime | None = None
    ended: datetime | None = None
    rhythm_weeks: int | None = None
    look_back: date | None = None  # when to see together whether this works
    goes_on: bool = False  # wishes to continue after its round
    help_offered: bool = False


class Friend(SQLModel, table=True):
    """A member's place in a group."""

    __table_args__ = (UniqueConstraint("group_id", "membership_id"),)
    id: int = Field(default=None, primary_key=True)
    group_id: int = Field(foreign_key="friendgroup.id", index=True)
    membership_id: int = Field(foreign_key="membership.id", index=True)
    accepted: bool | None = None
    directness: str | None = None  # how direct feedback may be
    agreed: bool = False  # said yes to the agreement


class Talk(SQLModel, table=True):
    """That they met, and on which day. Nothing else."""

    __table_args__ = (UniqueConstraint("group_id", "day"),)
    id: int = Field(default=None, primary_key=True)
    group_id: int = Field(foreign_key="friendgroup.id", index=True)
    day: date


class Insight(SQLModel, table=True):
    """What came of a talk, in the words of the one who chose to tell it."""

    id: int = Field(default=None, primary_key=True)
    forum_id: int = Field(foreign_key="forum.id", index=True)
    membership_id: int = Field(foreign_key="membership.id", index=True)
    kind: str  # "try": an experiment; "story": the seed of a practice story
    words: str
    told: datetime


class Apart(SQLModel, table=True):
    """Two members whom a coordinator never wants paired. Confidential: shown to nobody else."""

    __table_args__ = (UniqueConstraint("first_id", "second_id"),)
    id: int = Field(default=None, primary_key=True)
    first_id: int = Field(foreign_key="membership.id", index=True)  # the smaller id
    second_id: int = Field(foreign_key="membership.id", index=True)


async def latest_round(db: Database, forum: int) -> PairingRound | None:
    wanted = select(PairingRound).where(PairingRound.forum_id == forum)
    return (await db.exec(wanted.order_by(col(PairingRound.number).desc()).limit(1))).first()


async def rounds_in(db: Database, forum: int, *states: RoundState) -> list[PairingRound]:
    wanted = select(PairingRound).where(
        PairingRound.forum_id == forum, col(PairingRound.state).in_(states)
    )
    return list((await db.exec(wanted.order_by(col(PairingRound.number)))).all())


async def volunteers(db: Database, round: int) -> list[Membership]:
    """Those who joined the round and are still in the forum."""
    wanted = (
        select(Membership)
        .join(Volunteer, col(Volunteer.membership_id) == Membership.id)
        .where(
            Volunteer.round_id == round,
            col(Volunteer.joins).is_(True),
            col(Membership.left).is_(None),
        )
        .order_by(col(Membership.id))
    )
    return list((await db.exec(wanted)).all())


async def answer_of(db: Database, round: int, member: int) -> Volunteer | None:
    wanted = select(Volunteer).where(Volunteer.round_id == round, Volunteer.membership_id == member)
    return (await db.exec(wanted)).first()


async def groups_of(db: Database, round: int, *states: GroupState) -> list[FriendGroup]:
    wanted = select(FriendGroup).where(FriendGroup.round_id == round)
    if states:
        wanted = wanted.where(col(FriendGroup.state).in_(states))
    return list((await db.exec(wanted.order_by(col(FriendGroup.id)))).all())


async def groups_in(db: Database, forum: int, *states: GroupState) -> list[FriendGroup]:
    wanted = select(FriendGroup).where(
        FriendGroup.forum_id == forum, col(FriendGroup.state).in_(states)
    )
    return list((await db.exec(wanted.order_by(col(FriendGroup.id)))).all())


async def friends_in(db: Database, group: int) -> list[tuple[Friend, Membership, Person]]:
    """The members of a group, in the order of their names."""
    wanted = (
        select(Friend, Membership, Person)
        .join(Membership, col(Membership.id) == Friend.membership_id)
        .join(Person, col(Person.id) == Membership.person_id)
        .where(Friend.group_id == group)
        .order_by(Person.name)
    )
    return list((await db.exec(wanted)).all())


async def group_of(db: Database, member: int, *states: GroupState) -> FriendGroup | None:
    """The newest group in one of these states that this member is in."""
    wanted = (
        select(FriendGroup)
        .join(Friend, col(Friend.group_id) == FriendGroup.id)
        .where(Friend.membership_id == member, col(FriendGroup.state).in_(states))
        .order_by(col(FriendGroup.id).desc())
    )
    return (await db.exec(wanted)).first()


async def groups_with(
    db: Database, member: int, *states: GroupState
) -> list[tuple[FriendGroup, Friend]]:
    """Every group in one of these states (or any) that this member is in, oldest first."""
    wanted = (
        select(FriendGroup, Friend)
        .join(Friend, col(Friend.group_id) == FriendGroup.id)
        .where(Friend.membership_id == member)
        .order_by(col(FriendGroup.id))
    )
    if states:
        wanted = wanted.where(col(FriendGroup.state).in_(states))
    return list((await db.exec(wanted)).all())


async def answers_of(db: Database, member: int) -> list[Volunteer]:
    """What this member has answered to the invitations of rounds, oldest first."""
    wanted = select(Volunteer).where(Volunteer.membership_id == member)
    return list((await db.exec(wanted.order_by(col(Volunteer.id)))).all())


async def insights_of(db: Database, member: int) -> list[Insight]:
    """What came of this member's talks, as they told it, oldest first."""
    wanted = select(Insight).where(Insight.membership_id == member)
    return list((await db.exec(wanted.order_by(col(Insight.id)))).all())


async def history(db: Database, forum: int) -> list[tuple[int, GroupState, int, int]]:
    """Group, state, membership and round number: everybody who has really been together."""
    states = (GroupState.ACTIVE, GroupState.ENDED, GroupState.OVER)
    wanted = (
        select(
            col(FriendGroup.id),
            col(FriendGroup.state),
            col(Friend.membership_id),
            col(PairingRound.number),
        )
        .join(Friend, col(Friend.group_id) == FriendGroup.id)
        .join(PairingRound, col(PairingRound.id) == FriendGroup.round_id)
        .where(FriendGroup.forum_id == forum, col(FriendGroup.state).in_(states))
        .order_by(col(FriendGroup.id), col(Friend.membership_id))
    )
    return list((await db.exec(wanted)).all())


async def declined_together(db: Database, round: int) -> list[tuple[int, int]]:
    """Group and membership of what was dissolved in this round: not proposed again in it."""
    wanted = (
        select(col(FriendGroup.id), col(Friend.membership_id))
        .join(Friend, col(Friend.group_id) == FriendGroup.id)
        .where(FriendGroup.round_id == round, FriendGroup.state == GroupState.DISSOLVED)
    )
    return list((await db.exec(wanted)).all())


async def left_with_less(db: Database, forum: int, before: int) -> list[set[int]]:
    """For each round before this number, the newest first: whom it left with less."""
    wanted = select(col(PairingRound.with_less)).where(
        PairingRound.forum_id == forum, PairingRound.number < before
    )
    rows = await db.exec(wanted.order_by(col(PairingRound.number).desc()))
    return [set(members) for members in rows.all()]


async def times_in_trio(db: Database, member: int) -> int:
    """In how many groups of three this member has been."""
    mine = aliased(Friend)
    trios = (
        select(col(Friend.group_id))
        .join(mine, col(mine.group_id) == Friend.group_id)
        .join(FriendGroup, col(FriendGroup.id) == Friend.group_id)
        .where(
            mine.membership_id == member,
            col(FriendGroup.state).in_((GroupState.ACTIVE, GroupState.ENDED, GroupState.OVER)),
        )
        .group_by(col(Friend.group_id))
        .having(func.count() > 2)
        .subquery()
    )
    return (await db.exec(select(func.count()).select_from(trios))).one()


async def forget_group(db: Database, group: FriendGroup) -> None:
    """Take a draft away as if it had never been."""
    await db.exec(delete(Friend).where(col(Friend.group_id) == group.id))
    await db.exec(delete(FriendGroup).where(col(FriendGroup.id) == group.id))


async def apart(db: Database, members: Sequence[int]) -> list[tuple[int, int]]:
    wanted = select(col(Apart.first_id), col(Apart.second_id)).where(
        or_(col(Apart.first_id).in_(members), col(Apart.second_id).in_(members))
    )
    return list((await db.exec(wanted)).all())


async def talks(db: Database, group: int) -> list[date]:
    wanted = select(col(Talk.day)).where(Talk.group_id == group).order_by(col(Talk.day))
    return list((await db.exec(wanted)).all())


async def times_ended(db: Database, member: int) -> int:
    """How many groups that this member was in have been ended early, by whomever."""
    wanted = (
        select(func.count())
        .select_from(FriendGroup)
        .join(Friend, col(Friend.group_id) == FriendGroup.id)
        .where(Friend.membership_id == member, FriendGroup.state == GroupState.ENDED)
    )
    return (await db.exec(wanted)).one()


async def place_in(db: Database, group: int, member: int) -> Friend | None:
    wanted = select(Friend).where(Friend.group_id == group, Friend.membership_id == member)
    return (await db.exec(wanted)).first()
