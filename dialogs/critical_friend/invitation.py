"""Invite: yes, not now, or a pause that ends by itself."""

from datetime import datetime, timedelta
from typing import Literal

from dialogs.arguments import Codes, Day
from dialogs.competence import COMPETENCES, label, options
from dialogs.critical_friend.proposal import repair
from dialogs.critical_friend.rules import RHYTHMS
from dialogs.screen import (
    AskDate,
    Button,
    Choose,
    Facts,
    Heading,
    Note,
    Notice,
    Screen,
    Skip,
    Text,
)
from dialogs.texts import LANGUAGES
from dialogs.turn import Outcome, Refused, Turn, promised
from storage import critical_friend as memory
from storage.critical_friend import GroupState, PairingRound, RoundState, Volunteer
from storage.database import Database
from storage.outbox import Kind, promise
from storage.people import Absence, Role, members
from storage.portfolio import Side, competences, keep_competences

INVITE = Kind("critical_friend.invite", lives=timedelta(days=8))
INVITED = (Role.PARTICIPANT, Role.CONTACT, Role.DEPUTY)
OPEN_STATES = (RoundState.INVITING, RoundState.PREVIEW, RoundState.RUNNING)
TOGETHER = (GroupState.PROPOSED, GroupState.ACTIVE)


async def invite_everybody(db: Database, this: PairingRound, now: datetime) -> int:
    """Open a round: an invitation to each who has not opted out; how many."""
    this.state = RoundState.INVITING
    invited = 0
    for member, person in await members(db, this.forum_id, *INVITED):
        if member.critical_friend is not False:
            invited += await promise(db, INVITE, this.forum_id, person.id, now, round=this.id)
    return invited


@promised
async def invite(turn: Turn, round: int) -> Outcome:
    """The invitation; nobody who has answered or opted out is asked."""
    this = await _round(turn, round)
    if this.state != RoundState.INVITING or turn.member.critical_friend is False:
        return Skip("no_longer_inviting")
    if await memory.answer_of(turn.db, round, turn.member.id) is not None:
        return Skip("answered_already")
    return _card(this)


async def start(turn: Turn, rest: str = "") -> Outcome:
    """ "Kriittinen ystävä": where I am in it, and what I can do now."""
    group = await memory.group_of(turn.db, turn.member.id, *TOGETHER)
    if group is not None:
        friends = await memory.friends_in(turn.db, group.id)
        names = [p.name for _, m, p in friends if m.id != turn.member.id]
        if group.state == GroupState.ACTIVE:
            return Screen(
                Heading(Text("critical-friend-title")),
                Text("critical-friend-yours", names=names),
                Button(Text("critical-friend-open"), "critical_friend.pair", group=group.id),
                Button(Text("critical-friend-question"), "critical_friend.question"),
                Button(Text("critical-friend-end"), "critical_friend.end", group=group.id),
            )
        return Screen(
            Heading(Text("critical-friend-title")),
            Text("critical-friend-proposal-open"),
            Button(Text("critical-friend-see-proposal"), "critical_friend.propose", group=group.id),
        )
    this = await memory.latest_round(turn.db, turn.forum.id)
    if this is not None and this.state in OPEN_STATES:
        mine = await memory.answer_of(turn.db, this.id, turn.member.id)
        if mine is not None and mine.joins:
            return Screen(
                Heading(Text("critical-friend-title")),
                Text("critical-friend-waiting"),
                Button(Text("critical-friend-not-now"), "critical_friend.not_now", round=this.id),
            )
        return _card(this)
    return Screen(
        Heading(Text("critical-friend-title")),
        Text("critical-friend-what"),
        Text(
            "critical-friend-wants-in"
            if turn.member.critical_friend is not False
            else "critical-friend-stays-out"
        ),
        Button(Text("critical-friend-opt-in"), "critical_friend.opt", joins=True),
        Button(Text("critical-friend-opt-out"), "critical_friend.opt", joins=False),
    )


async def join(turn: Turn, round: int) -> Outcome:
    """Yes; what I look for and offer is shown and can be changed here."""
    this = await _answer(turn, round, joins=True)
    turn.member.critical_friend = True
    if this.state == RoundState.RUNNING:  # a late joiner
        await repair(turn.db, round, turn.now)
    wishes = await competences(turn.db, turn.member.id, Side.WISH)
    offers = await competences(turn.db, turn.member.id, Side.OFFER)
    nothing = Text("critical-friend-nothing-told")
    return Screen(
        Text("critical-friend-joined", day=this.answer_by)
        if this.state == RoundState.INVITING
        else Text("critical-friend-waiting"),
        Facts(
            [
                (Text("critical-friend-looks-for"), _listed(wishes) if wishes else nothing),
                (Text("critical-friend-offers"), _listed(offers) if offers else nothing),
            ]
        ),
        Note(Text("critical-friend-how-matched")),
        Button(Text("critical-friend-change"), "critical_friend.change", round=round),
    )


async def change(turn: Turn, round: int) -> Screen:
    """What I look for and offer, from the portfolio."""
    return Screen(
        Heading(Text("critical-friend-change")),
        Choose(
            "wishes",
            Text("critical-friend-looks-for"),
            options(),
            await competences(turn.db, turn.member.id, Side.WISH),
            many=True,
            compact=True,
        ),
        Choose(
            "offers",
            Text("critical-friend-offers"),
            options(),
            await competences(turn.db, turn.member.id, Side.OFFER),
            many=True,
            compact=True,
        ),
        Choose(
            "talks",
            Text("critical-friend-talks-in"),
            [(code, Text(f"settings-{code}")) for code in LANGUAGES],
            turn.person.talks or [turn.person.language],
            many=True,
        ),
        Choose(
            "rhythm",
            Text("critical-friend-how-often"),
            [(str(weeks), Text(f"critical-friend-rhythm-{weeks}")) for weeks in RHYTHMS],
            [str(turn.member.friend_rhythm)] if turn.member.friend_rhythm else [],
        ),
        Button(Text("critical-friend-save"), "critical_friend.changed", round=round),
    )


async def changed(
    turn: Turn,
    round: int,
    wishes: Codes | None = None,
    offers: Codes | None = None,
    talks: Codes | None = None,
    rhythm: Literal["4", "6", "8", ""] = "",
) -> Outcome:
    wishes, offers, talks = wishes or [], offers or [], talks or []
    if not {*wishes, *offers} <= set(COMPETENCES) or len(wishes) > 5 or len(offers) > 5:
        return Notice(Text("critical-friend-five-at-most"))
    turn.person.talks = [language for language in LANGUAGES if language in talks]
    turn.member.friend_rhythm = int(rhythm) if rhythm else None
    await keep_competences(turn.db, turn.member.id, Side.WISH, list(wishes))
    await keep_competences(turn.db, turn.member.id, Side.OFFER, list(offers))
    return await join(turn, round)


async def not_now(turn: Turn, round: int) -> Outcome:
    await _answer(turn, round, joins=False)
    return Screen(
        Text("critical-friend-next-time"),
        Button(Text("critical-friend-opt-out"), "critical_friend.opt", joins=False),
        Button(Text("critical-friend-pause"), "critical_friend.pause"),
    )


async def opt(turn: Turn, joins: bool) -> Outcome:
    """In or out of all rounds, by one press."""
    turn.member.critical_friend = joins
    this = await memory.latest_round(turn.db, turn.forum.id)
    if this is not None and this.state in OPEN_STATES:
        await _answer(turn, this.id, joins=joins)
    key = "critical-friend-opted-in" if joins else "critical-friend-opted-out"
    return Screen(
        Text(key),
        Button(Text("critical-friend-take-back"), "critical_friend.opt", joins=not joins),
    )


async def pause(turn: Turn) -> Screen:
    return Screen(
        Text("critical-friend-pause-until"),
        AskDate("until", Text("critical-friend-until"), required=True),
        Button(Text("critical-friend-pause"), "critical_friend.paused", style="positive"),
    )


async def paused(turn: Turn, until: Day = None) -> Outcome:
    """A pause ends by itself; it is the person's own quiet time."""
    if until is None or until <= turn.today or until > turn.today + timedelta(days=500):
        return Notice(Text("critical-friend-pause-day"))
    turn.db.add(Absence(person_id=turn.person.id, first=turn.today, last=until))
    return Screen(Text("critical-friend-paused", day=until))


def _card(this: PairingRound) -> Screen:
    return Screen(
        Heading(Text("critical-friend-title")),
        Text("critical-friend-invitation"),
        Note(Text("critical-friend-answer-by", day=this.answer_by)),
        Button(
            Text("critical-friend-yes"), "critical_friend.join", style="positive", round=this.id
        ),
        Button(Text("critical-friend-not-this-time"), "critical_friend.not_now", round=this.id),
        Button(Text("critical-friend-pause"), "critical_friend.pause"),
    )


async def _answer(turn: Turn, round: int, *, joins: bool) -> PairingRound:
    this = await _round(turn, round)
    if this.state not in OPEN_STATES:
        raise Refused(Text("critical-friend-round-over"))
    mine = await memory.answer_of(turn.db, round, turn.member.id)
    if mine is None:
        turn.db.add(
            Volunteer(round_id=round, membership_id=turn.member.id, joins=joins, answered=turn.now)
        )
    else:
        mine.joins, mine.answered = joins, turn.now
    await turn.db.flush()
    return this


async def _round(turn: Turn, round: int) -> PairingRound:
    this = await turn.db.get(PairingRound, round)
    if this is None or this.forum_id != turn.forum.id:
        raise Refused(Text("critical-friend-round-over"))
    return this


def _listed(keys: list[str]) -> Text:
    return Text("critical-friend-list", items=[label(key) for key in keys])
