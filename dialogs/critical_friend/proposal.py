"""Propose to each separately; both accept, or one declines and the rest is repaired at once."""

from datetime import datetime, timedelta

from dialogs.critical_friend import gathering
from dialogs.critical_friend.pair import INTRODUCE
from dialogs.critical_friend.reasons import as_text
from dialogs.screen import Button, Facts, Heading, Note, Notice, Part, Screen, Skip, Text, Words
from dialogs.turn import Outcome, Refused, Turn, promised
from storage import critical_friend as memory
from storage import outbox
from storage.critical_friend import Friend, FriendGroup, GroupState, PairingRound, RoundState
from storage.database import Database
from storage.forum import Organisation
from storage.outbox import Doubt, Kind
from storage.people import Membership, Person

PROPOSE = Kind(
    "critical_friend.propose",
    initiative=False,
    daytime=True,
    doubt=Doubt.RESEND,
    lives=timedelta(days=10),
)
REMIND = Kind("critical_friend.remind", lives=timedelta(days=6))
WENT_ON = Kind("critical_friend.went_on", initiative=False, daytime=True, lives=timedelta(days=20))
WAITS = Kind("critical_friend.waits", initiative=False, daytime=True, lives=timedelta(days=10))


async def propose(turn: Turn, group: int) -> Outcome:
    """One proposal, to one person, with its reasons. The other hears nothing of the answer."""
    this, mine = await _open_proposal(turn, group)
    if this is None or mine is None:
        return Skip("no_longer_proposed")
    if mine.accepted:
        return Screen(Text("critical-friend-waits-for-other"))
    return await _card(turn, this)


@promised
async def remind(turn: Turn, group: int) -> Outcome:
    this, mine = await _open_proposal(turn, group)
    if this is None or mine is None or mine.accepted is not None:
        return Skip("answered_already")
    return await _card(turn, this)


async def accept(turn: Turn, group: int) -> Outcome:
    this, mine = await _open_proposal(turn, group)
    if this is None or mine is None:
        return Notice(Text("critical-friend-no-longer"))
    mine.accepted = True
    friends = await memory.friends_in(turn.db, group)
    if not all(friend.accepted for friend, _, _ in friends):
        return Screen(Text("critical-friend-waits-for-other"))
    for _, member, _ in friends:  # a pair that takes in a third goes on as a trio
        earlier = await memory.group_of(turn.db, member.id, GroupState.ACTIVE)
        if earlier is not None:
            earlier.state = GroupState.OVER
    this.state, this.formed = GroupState.ACTIVE, turn.now
    for _, member, person in friends:
        if member.id != turn.member.id:
            await outbox.promise(
                turn.db, INTRODUCE, turn.forum.id, person.id, turn.now, group=group
            )
    await outbox.promise(turn.db, INTRODUCE, turn.forum.id, turn.person.id, turn.now, group=group)
    return Screen(Text("critical-friend-both-said-yes"))


async def decline(turn: Turn, group: int, again: bool) -> Outcome:
    """No reason asked, none stored. `again`: somebody else, please; else not in this round."""
    this, mine = await _open_proposal(turn, group)
    if this is None or mine is None:
        return Notice(Text("critical-friend-no-longer"))
    this.state = GroupState.DISSOLVED  # the others are free again and hear nothing of it
    if not again:
        volunteer = await memory.answer_of(turn.db, this.round_id, turn.member.id)
        if volunteer is not None:
            volunteer.joins = False
    await turn.db.flush()
    await repair(turn.db, this.round_id, turn.now)
    key = "critical-friend-looking-again" if again else "critical-friend-next-time"
    return Screen(Text(key))


@promised
async def waits(turn: Turn, round: int) -> Outcome:
    """To somebody for whom nobody is free just now: honestly, and what happens next."""
    this = await turn.db.get(PairingRound, round)
    if this is None or this.state != RoundState.RUNNING:
        return Skip("round_over")
    if await memory.group_of(turn.db, turn.member.id, GroupState.PROPOSED, GroupState.ACTIVE):
        return Skip("has_somebody")
    return Screen(
        Text("critical-friend-nobody-free"),
        Button(Text("critical-friend-not-now"), "critical_friend.not_now", round=round),
    )


@promised
async def went_on(turn: Turn) -> Outcome:
    """To somebody who did not answer: the round went on, and that is fine."""
    return Screen(
        Text("critical-friend-went-on"),
        Button(Text("critical-friend-title"), "critical_friend.start"),
    )


async def repair(db: Database, round: int, now: datetime) -> None:
    """Match those who are free in a running round; whoever is left is told so once."""
    this = await db.get_one(PairingRound, round)
    if this.state != RoundState.RUNNING:
        return
    for group in await gathering.match_free(db, this):
        await send_out(db, this, group, now)
    for member in await gathering.still_free(db, this):
        await outbox.promise(
            db, WAITS, this.forum_id, member.person_id, now, occasion=f"round {round}", round=round
        )


async def send_out(db: Database, round: PairingRound, group: FriendGroup, now: datetime) -> None:
    """Propose a group to each of its members, separately."""
    group.state, group.proposed = GroupState.PROPOSED, now
    for _, _, person in await memory.friends_in(db, group.id):
        await outbox.promise(db, PROPOSE, round.forum_id, person.id, now, group=group.id)


async def _card(turn: Turn, group: FriendGroup) -> Screen:
    others: list[tuple[Membership, Person]] = [
        (member, person)
        for _, member, person in await memory.friends_in(turn.db, group.id)
        if member.id != turn.member.id
    ]
    rows: list[tuple[Words, Words]] = []
    for member, person in others:
        organisation = await turn.db.get(Organisation, member.organisation_id or 0)
        rows.append((person.name, organisation.name if organisation else ""))
    parts: list[Part] = [Heading(Text("critical-friend-proposal-title"))]
    if len(others) > 1:
        parts.append(Text("critical-friend-trio"))
    parts.append(Facts(rows))
    if group.reasons:
        parts.append(Text("critical-friend-because"))
        parts += [as_text(reason, turn.member.id) for reason in group.reasons[:4]]
    return Screen(
        *parts,
        Note(Text("critical-friend-take-your-time")),
        Button(
            Text("critical-friend-accept"),
            "critical_friend.accept",
            style="positive",
            group=group.id,
        ),
        Button(
            Text("critical-friend-someone-else"),
            "critical_friend.decline",
            group=group.id,
            again=True,
        ),
        Button(
            Text("critical-friend-not-this-time"),
            "critical_friend.decline",
            group=group.id,
            again=False,
        ),
    )


async def _open_proposal(turn: Turn, group: int) -> tuple[FriendGroup | None, Friend | None]:
    """The group and my place in it while it is proposed; a stranger's press is refused."""
    this = await turn.db.get(FriendGroup, group)
    mine = await memory.place_in(turn.db, group, turn.member.id)
    if this is None or mine is None:
        raise Refused(Text("critical-friend-not-yours"))
    return (this, mine) if this.state == GroupState.PROPOSED else (None, None)
