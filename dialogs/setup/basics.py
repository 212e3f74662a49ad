"""Setting up: the forum's name, languages and days, and the channel Vertti posts to."""

from datetime import date
from typing import Literal

from dialogs.arguments import Codes, Day, Line
from dialogs.screen import Ask, AskDate, Button, Choose, Heading, Note, Notice, Screen, Text, Words
from dialogs.setup import rules
from dialogs.setup.cards import card, go_on, ways_on
from dialogs.texts import LANGUAGES
from dialogs.turn import Outcome, Turn, coordinators_only
from storage.forum import Channel, channels

LANGUAGE = [(code, Text(f"setup-language-{code}")) for code in LANGUAGES]
ZONE = [(zone, zone) for zone in rules.ZONES]


@card("basics")
@coordinators_only
async def basics(turn: Turn) -> Outcome:
    forum = turn.forum
    first, *others = forum.languages
    return Screen(
        Heading(Text("setup-basics-title")),
        Ask("name", Text("setup-name"), forum.name, limit=120, required=True),
        Choose("first", Text("setup-language-first"), LANGUAGE, [first], compact=True),
        Choose("others", Text("setup-language-others"), LANGUAGE, others, many=True),
        Choose("zone", Text("setup-zone"), ZONE, [forum.zone], compact=True),
        AskDate("begins", Text("setup-begins"), _iso(forum.begins), required=True),
        AskDate("ends", Text("setup-ends"), _iso(forum.ends), required=True),
        Button(Text("setup-save"), "setup.save_basics", style="positive"),
        Button(Text("setup-later"), "setup.later", with_inputs=False),
    )


@coordinators_only
async def save_basics(
    turn: Turn,
    name: Line = "",
    first: Literal["fi", "sv", "en"] = "fi",
    others: Codes | None = None,
    zone: str = "",
    begins: Day = None,
    ends: Day = None,
) -> Outcome:
    if wrong := rules.wrong_dates(begins, ends):
        return Notice(Text(f"setup-dates-{wrong}"))
    forum = turn.forum
    forum.name = name or forum.name
    forum.languages = rules.ordered(first, [code for code in others or [] if code in LANGUAGES])
    forum.zone = zone if zone in rules.ZONES else forum.zone
    forum.begins, forum.ends = begins, ends
    return await go_on(turn, after="basics")


@card("channel")
@coordinators_only
async def channel(turn: Turn) -> Outcome:
    found = await channels(turn.db, turn.forum.id)
    if not found:
        return Screen(
            Heading(Text("setup-channel-title")),
            Text("setup-channel-unknown"),
            Button(Text("setup-look-again"), "setup.channel"),
            *ways_on("channel"),
        )
    return Screen(
        Heading(Text("setup-channel-title")),
        Text("setup-channel-intro"),
        Choose(
            "channel",
            Text("setup-channel"),
            [(row.id, channel_name(row)) for row in found],
            [turn.forum.channel or ""],
            compact=True,
            required=True,
        ),
        Note(Text("setup-channel-note")),
        Button(Text("setup-save"), "setup.save_channel", style="positive"),
        *ways_on("channel"),
    )


@coordinators_only
async def save_channel(turn: Turn, channel: str = "") -> Outcome:
    row = await turn.db.get(Channel, channel)
    if row is None or row.forum_id != turn.forum.id:
        return Notice(Text("setup-choose-channel"))
    turn.forum.channel = row.id
    return await go_on(turn, after="channel")


def channel_name(channel: Channel | None) -> Words:
    """General has no name of its own in Teams."""
    if channel is None or not channel.name:
        return Text("setup-channel-general")
    return channel.name


def _iso(day: date | None) -> str:
    return day.isoformat() if day else ""
