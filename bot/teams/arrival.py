"""Installed, removed, renamed: what Teams tells about teams and their people, in plain calls.

Teams tells things twice, late and in any order, and new kinds of news appear without notice:
what is not known here does nothing.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from botbuilder.schema import Activity, ChannelAccount

from bot.teams.activity import language_of, tenant_of
from dialogs import arrival
from dialogs.arrival import Account, Team
from dialogs.screen import Button, Screen, Text
from storage.database import Database, Transaction
from storage.forum import forum_of_team
from storage.inbox import is_new

ADDED = ("add", "add-upgrade")
GONE = ("remove", "teamDeleted", "teamHardDeleted", "teamArchived")
BACK = ("teamRestored", "teamUnarchived")
CHANNEL_IS = ("channelCreated", "channelRenamed", "channelRestored")
PEOPLE = (None, "teamMemberAdded", "teamMemberRemoved")  # others are about a single channel


class Arrival:
    def __init__(self, transaction: Transaction, clock: Callable[[], datetime]) -> None:
        self._transaction, self._clock = transaction, clock

    async def happened(self, activity: Activity) -> Screen | None:
        """An installationUpdate or a conversationUpdate; what to say to a stranger, if anything."""
        now = self._clock()
        async with self._transaction() as db:
            place = activity.conversation.id or ""
            if activity.id and not await is_new(db, place, activity.id, now):
                return None
            if (team := _team(activity)) is not None:
                await _in_team(db, now, activity, team)
            elif activity.conversation.conversation_type == "personal":
                return await _in_personal_chat(db, now, activity)
        return None


async def _in_team(db: Database, now: datetime, activity: Activity, team: Team) -> None:
    data = activity.channel_data
    news = activity.action or _text(data.get("eventType"))
    channel = _object(data, "channel")
    bots_added, added = _parted(activity.members_added, activity)
    bots_removed, removed = _parted(activity.members_removed, activity)
    if news == "remove-upgrade":
        return  # what waits must not be lost by an upgrade: it adds again within a moment
    if news in GONE or bots_removed:
        await arrival.uninstalled(db, now, team.id)
    elif news in ADDED or bots_added or (news in BACK and await forum_of_team(db, team.id)):
        selected = _text(_object(_object(data, "settings"), "selectedChannel").get("id"))
        by = _account(activity.from_property)
        await arrival.installed(db, now, team, by, selected, language_of(activity))
    elif news == "teamRenamed":
        await arrival.renamed(db, team.id, team.name)
    elif news in CHANNEL_IS and (of := _text(channel.get("id"))):
        await arrival.channel_is(db, team.id, of, _text(channel.get("name")) or "")
    elif news == "channelDeleted" and (of := _text(channel.get("id"))):
        await arrival.channel_gone(db, now, team.id, of)
    if news in PEOPLE and added:
        await arrival.came(db, now, team.id, added)
    if news in PEOPLE and removed:
        await arrival.gone(db, now, team.id, removed)


async def _in_personal_chat(db: Database, now: datetime, activity: Activity) -> Screen | None:
    account, tenant = _account(activity.from_property), tenant_of(activity)
    if account is None:
        return None
    if activity.action == "remove":
        await arrival.parted(db, now, tenant, account)
        return None
    bots_added, _ = _parted(activity.members_added, activity)
    if activity.action not in ADDED and not bots_added:
        return None
    known = await arrival.met(
        db, now, tenant, account, activity.conversation.id, activity.service_url
    )
    if known or activity.action != "add":
        return None
    return Screen(Text("arrival-stranger"), Button(Text("help-title"), "help.show"))


def _team(activity: Activity) -> Team | None:
    data = _object(activity.channel_data, "team")
    team = _text(data.get("id"))
    if team is None:
        return None
    return Team(
        tenant=tenant_of(activity),
        id=team,
        service_url=activity.service_url,
        name=_text(data.get("name")) or "",
        group=_text(data.get("aadGroupId")),
    )


def _parted(members: list[ChannelAccount] | None, activity: Activity) -> tuple[bool, list[Account]]:
    """Whether Vertti itself is among them, and the people."""
    bot = activity.recipient.id
    people = [m for m in members or [] if not (m.id or "").startswith("28:")]
    ours = any(bot and member.id == bot for member in members or [])
    return ours, [_person(member) for member in people if member.id != bot]


def _account(account: ChannelAccount) -> Account | None:
    """A person by their Entra id; nothing for bots and for events that name nobody."""
    return _person(account) if account.aad_object_id else None


def _person(account: ChannelAccount) -> Account:
    return Account(account.aad_object_id or "", account.id, account.name or "")


def _object(body: dict[str, Any], key: str) -> dict[str, Any]:
    found = body.get(key)
    return found if isinstance(found, dict) else {}


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value else None
