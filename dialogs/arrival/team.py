"""The team: taken into use, left, renamed; its channels named, renamed, deleted."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from dialogs import welcome
from dialogs.screen import Button, Screen, Skip, Text
from dialogs.setup.placing import make_coordinator
from dialogs.texts import Reader, say
from dialogs.turn import Outcome, Turn, promised
from storage import outbox
from storage.arrival import remember_forum, remember_member
from storage.database import Database, insert_once
from storage.erasure import allow_back
from storage.forum import Channel, Forum, Phase, channels, forum_of_team
from storage.outbox import Doubt, Kind
from storage.people import Person, Role, members

CHANNEL_MOVED = Kind(
    "arrival.channel_moved", initiative=False, doubt=Doubt.RESEND, lives=timedelta(days=30)
)


@dataclass(frozen=True)
class Team:
    """A Teams team, as an event tells of it."""

    tenant: str
    id: str  # the id of its General channel, too
    service_url: str
    name: str = ""
    group: str | None = None


@dataclass(frozen=True)
class Account:
    """Somebody's Teams account, as an event or the roster tells of it; often without a name."""

    aad_object_id: str
    teams_id: str | None = None
    name: str = ""
    email: str | None = None


async def installed(
    db: Database,
    now: datetime,
    team: Team,
    by: Account | None,
    channel: str | None,
    language: str,
) -> None:
    """Vertti was added to a team, or this is told once more.

    A forum begins, or comes back with everything it had. Who adds Vertti to a forum that has no
    coordinator becomes one: somebody has to set it up.
    """
    forum = await remember_forum(
        db,
        Forum(
            tenant_id=team.tenant,
            team_id=team.id,
            team_group=team.group,
            team_name=team.name or None,
            name=team.name or say(Text("arrival-forum"), Reader()),
            channel=channel or team.id,
            service_url=team.service_url,
        ),
    )
    if forum.tenant_id != team.tenant:
        return
    forum.service_url = team.service_url  # a team may have moved to another region
    if forum.uninstalled is not None:
        await _back(db, forum, now)
    if by is not None and not await members(db, forum.id, Role.COORDINATOR):
        await allow_back(db, team.tenant, by.aad_object_id)
        person = Person(
            tenant_id=team.tenant,
            aad_object_id=by.aad_object_id,
            teams_id=by.teams_id,
            name=by.name,
            language=language,
        )
        member = await remember_member(db, forum.id, person, local_day(forum, now))
        member.left = None
        await make_coordinator(db, forum, member, now)


async def uninstalled(db: Database, now: datetime, team: str) -> None:
    """Removed from the team, or the team was deleted or archived. Nothing is forgotten."""
    forum = await forum_of_team(db, team)
    if forum is None or forum.uninstalled is not None:
        return
    forum.uninstalled = now
    await outbox.cancel(db, now, "uninstalled", forum_id=forum.id)


async def renamed(db: Database, team: str, name: str) -> None:
    """The forum's name follows the team's unless the coordinators have given it their own."""
    forum = await forum_of_team(db, team)
    if forum is None or not name:
        return
    if forum.name == forum.team_name:
        forum.name = name
    forum.team_name = name


async def channel_is(db: Database, team: str, channel: str, name: str) -> None:
    """A channel was created, renamed or brought back."""
    forum = await forum_of_team(db, team)
    if forum is None:
        return
    await insert_once(db, Channel(id=channel, forum_id=forum.id, name=name))
    row = await db.get_one(Channel, channel)
    if row.forum_id == forum.id:
        row.name = name


async def channel_gone(db: Database, now: datetime, team: str, channel: str) -> None:
    """Vertti's own channel was deleted: it moves to General, and coordinators hear of it once."""
    forum = await forum_of_team(db, team)
    if forum is None or channel == forum.team_id:
        return
    row = await db.get(Channel, channel)
    name = row.name if row is not None and row.forum_id == forum.id else ""
    if row is not None and row.forum_id == forum.id:
        await db.delete(row)
    if forum.channel != channel:
        return
    forum.channel = forum.team_id
    for _, person in await members(db, forum.id, Role.COORDINATOR):
        await outbox.promise(
            db, CHANNEL_MOVED, forum.id, person.id, now, occasion=channel, name=name
        )


async def read_channels(
    db: Database, now: datetime, forum_id: int, listed: Mapping[str, str]
) -> None:
    """All the channels of the team that Vertti may see: id and name."""
    forum = await db.get_one(Forum, forum_id)
    for channel, name in listed.items():
        await channel_is(db, forum.team_id, channel, name)
    for row in await channels(db, forum.id):
        if row.id not in listed:
            await channel_gone(db, now, forum.team_id, row.id)


@promised
async def channel_moved(turn: Turn, name: str = "") -> Outcome:
    """To a coordinator."""
    if turn.member.role != Role.COORDINATOR:
        return Skip("no_longer_coordinator")
    key = "arrival-channel-moved" if name else "arrival-channel-moved-unnamed"
    return Screen(
        Text(key, name=name),
        Button(Text("arrival-choose-channel"), "setup.channel"),
    )


def local_day(forum: Forum, now: datetime) -> date:
    return now.astimezone(ZoneInfo(forum.zone)).date()


async def _back(db: Database, forum: Forum, now: datetime) -> None:
    """What was refused while Vertti was away may go through again."""
    forum.uninstalled, forum.roster_changed = None, now
    for member, person in await members(db, forum.id):
        person.unreachable = person.unreachable_since = None
        if member.role == Role.COORDINATOR:
            await make_coordinator(db, forum, member, now)
    if forum.phase == Phase.OPEN:
        await welcome.everybody(db, forum, now)
