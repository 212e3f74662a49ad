"""A pair begins: introduction, a common chat, three times to meet, the short agreement."""

from dataclasses import replace
from datetime import timedelta
from typing import Literal
from urllib.parse import quote

from dialogs.arguments import Day
from dialogs.critical_friend import rules
from dialogs.screen import (
    AskDate,
    Button,
    Choose,
    Facts,
    Heading,
    Link,
    Note,
    Notice,
    Part,
    Screen,
    Skip,
    Text,
    Words,
)
from dialogs.texts import say
from dialogs.turn import Outcome, Refused, Turn, promised
from storage import critical_friend as memory
from storage.critical_friend import Friend, FriendGroup, GroupState
from storage.forum import Organisation
from storage.outbox import Doubt, Kind
from storage.people import Membership, Person
from storage.portfolio import Side, competences

# Somebody may be away for weeks; what is out of date by then says so itself.
EXPECTED = Kind("", initiative=False, daytime=True, doubt=Doubt.RESEND, lives=timedelta(days=40))
INTRODUCE = replace(EXPECTED, step="critical_friend.introduce")

DIRECTNESS = ("ask", "gently", "challenge")


@promised
async def introduce(turn: Turn, group: int) -> Outcome:
    """To each: who the other is, what they know, and how to begin."""
    this, _ = await place(turn, group)
    if this.state != GroupState.ACTIVE:
        return Skip("pair_ended")
    return await pair(turn, group)


async def pair(turn: Turn, group: int) -> Screen:
    """My pair: who, how it goes, and everything that can be done with it."""
    this, _ = await place(turn, group)
    if this.state != GroupState.ACTIVE:
        raise Refused(Text("critical-friend-pair-over"))
    others = await others_in(turn, group)
    parts: list[Part] = [Heading(Text("critical-friend-ready"))]
    if len(others) > 1:
        parts.append(Text("critical-friend-trio"))
    for member, person in others:
        parts.append(Facts(await _about(turn, member, person)))
    talks = await memory.talks(turn.db, group)
    if talks:
        parts.append(Text("critical-friend-talks", count=len(talks), day=talks[-1]))
    else:
        parts.append(Text("critical-friend-begin"))
    return Screen(
        *parts,
        *_chat(turn, [person for _, person in others]),
        Button(Text("critical-friend-suggest-times"), "critical_friend.suggest", group=group),
        Button(Text("critical-friend-agreement"), "critical_friend.agreement", group=group),
        Button(Text("critical-friend-first-talk"), "critical_friend.talk_step", group=group, at=1),
        Button(Text("critical-friend-we-met"), "critical_friend.met", group=group),
        Button(Text("critical-friend-end"), "critical_friend.end", group=group),
    )


async def agreement(turn: Turn, group: int) -> Screen:
    """The short agreement. Names, rhythm and dates are stored; what is talked about is not."""
    this, mine = await place(turn, group)
    return Screen(
        Heading(Text("critical-friend-agreement")),
        Text("critical-friend-agreement-intro"),
        Choose(
            "rhythm",
            Text("critical-friend-how-often"),
            [(str(weeks), Text(f"critical-friend-rhythm-{weeks}")) for weeks in rules.RHYTHMS],
            [str(this.rhythm_weeks or rules.USUAL_RHYTHM)],
            required=True,
        ),
        Choose(
            "directness",
            Text("critical-friend-how-direct"),
            [(code, Text(f"critical-friend-direct-{code}")) for code in DIRECTNESS],
            [mine.directness] if mine.directness else [],
        ),
        AskDate(
            "look_back",
            Text("critical-friend-look-back"),
            this.look_back.isoformat() if this.look_back else "",
        ),
        Text("critical-friend-between-us"),
        Text("critical-friend-own-affairs"),
        Text("critical-friend-may-end"),
        Note(Text("critical-friend-stores-only")),
        Button(
            Text("critical-friend-agree"), "critical_friend.agree", style="positive", group=group
        ),
    )


async def agree(
    turn: Turn,
    group: int,
    rhythm: Literal["4", "6", "8"] = "6",
    directness: Literal["ask", "gently", "challenge", ""] = "",
    look_back: Day = None,
) -> Outcome:
    this, mine = await place(turn, group)
    if look_back is not None and look_back <= turn.today:
        return Notice(Text("critical-friend-pause-day"))
    this.rhythm_weeks, this.look_back = int(rhythm), look_back
    mine.agreed, mine.directness = True, directness or None
    friends = await memory.friends_in(turn.db, group)
    everybody = all(friend.agreed for friend, _, _ in friends)
    rows: list[tuple[Words, Words]] = [
        (Text("critical-friend-how-often"), Text(f"critical-friend-rhythm-{rhythm}"))
    ]
    for friend, _, person in friends:
        if friend.directness:
            rows.append((person.name, Text(f"critical-friend-direct-{friend.directness}")))
    return Screen(
        Text("critical-friend-agreed" if everybody else "critical-friend-you-agreed"),
        Facts(rows),
        Button(Text("critical-friend-first-talk"), "critical_friend.talk_step", group=group, at=1),
    )


async def place(turn: Turn, group: int) -> tuple[FriendGroup, Friend]:
    """The group and my place in it; anybody else is refused."""
    this = await turn.db.get(FriendGroup, group)
    mine = await memory.place_in(turn.db, group, turn.member.id)
    if this is None or mine is None:
        raise Refused(Text("critical-friend-not-yours"))
    if this.state == GroupState.PROPOSED:
        raise Refused(Text("critical-friend-not-begun"))
    return this, mine


async def others_in(turn: Turn, group: int) -> list[tuple[Membership, Person]]:
    friends = await memory.friends_in(turn.db, group)
    return [(member, person) for _, member, person in friends if member.id != turn.member.id]


async def _about(turn: Turn, member: Membership, person: Person) -> list[tuple[Words, Words]]:
    organisation = await turn.db.get(Organisation, member.organisation_id or 0)
    rows: list[tuple[Words, Words]] = [(person.name, organisation.name if organisation else "")]
    offers = await competences(turn.db, member.id, Side.OFFER)
    if offers:
        items = [Text(f"competence-{key}") for key in offers]
        rows.append((Text("critical-friend-knows"), Text("critical-friend-list", items=items)))
    return rows


def _chat(turn: Turn, others: list[Person]) -> list[Link]:
    """A chat with everybody in it and a first line; a bot may not start one itself."""
    emails = [quote(person.email, safe="@") for person in others if person.email]
    if len(emails) != len(others):
        return []
    topic = quote(say(Text("critical-friend-title"), turn.reader))
    first = quote(say(Text("critical-friend-first-line"), turn.reader))
    users = ",".join(emails)
    address = "https://teams.microsoft.com/l/chat/0/0"
    return [
        Link(
            Text("critical-friend-open-chat"),
            f"{address}?users={users}&topicName={topic}&message={first}",
        )
    ]
