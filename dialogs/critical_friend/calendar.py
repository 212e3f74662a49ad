"""What is due: rounds open and close, proposals are not left hanging, pairs are asked gently."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from dialogs.critical_friend import gathering, rules
from dialogs.critical_friend.follow import CHECK, DID_YOU_MEET, GO_ON, end_group
from dialogs.critical_friend.invitation import invite_everybody
from dialogs.critical_friend.proposal import REMIND, WENT_ON, repair
from dialogs.critical_friend.rounds import PREVIEW_READY
from storage import critical_friend as memory
from storage import outbox
from storage.critical_friend import FriendGroup, GroupState, PairingRound, RoundState
from storage.database import Database
from storage.forum import Forum
from storage.people import Role, members

LAST_WEEKS = timedelta(days=14)


async def due(db: Database, forum: Forum, now: datetime) -> None:
    """Everything that the calendar does for critical friends in one forum."""
    today = now.astimezone(ZoneInfo(forum.zone)).date()
    states = (RoundState.PLANNED, RoundState.INVITING, RoundState.RUNNING)
    rounds = await memory.rounds_in(db, forum.id, *states)
    for this in rounds:
        if this.state == RoundState.PLANNED and this.invites <= today:
            await invite_everybody(db, this, now)
        elif this.state == RoundState.INVITING and this.answer_by < today:
            await to_preview(db, forum, this, now)
        elif this.state == RoundState.RUNNING:
            await _watch_proposals(db, this, now)
            if this.ends < today:
                await _close(db, this)
    for group in await memory.groups_in(db, forum.id, GroupState.ACTIVE):
        if await _somebody_left(db, group):
            await end_group(db, group, now)
        else:
            await _ask(db, forum, group, today, now)


async def to_preview(db: Database, forum: Forum, this: PairingRound, now: datetime) -> None:
    """Match, and show it to the coordinators before anybody is told."""
    await gathering.match_all(db, this)
    this.state = RoundState.PREVIEW
    for _, person in await members(db, forum.id, Role.COORDINATOR):
        await outbox.promise(db, PREVIEW_READY, forum.id, person.id, now, round=this.id)


async def _watch_proposals(db: Database, this: PairingRound, now: datetime) -> None:
    """One reminder; then the round goes on without the silent one, and says so kindly."""
    went_on = False
    for group in await memory.groups_of(db, this.id, GroupState.PROPOSED):
        if group.proposed is None:
            continue
        state = rules.proposal_state(group.proposed, now)
        silent = [f for f in await memory.friends_in(db, group.id) if f[0].accepted is None]
        if await _somebody_left(db, group) or (state == "go_on" and silent):
            group.state, went_on = GroupState.DISSOLVED, True
        for _, member, person in silent:
            if state == "remind":
                await outbox.promise(db, REMIND, this.forum_id, person.id, now, group=group.id)
            elif state == "go_on":
                volunteer = await memory.answer_of(db, this.id, member.id)
                if volunteer is not None:
                    volunteer.joins = False
                await outbox.promise(
                    db, WENT_ON, this.forum_id, person.id, now, occasion=f"group {group.id}"
                )
    if went_on:
        await db.flush()
        await repair(db, this.id, now)


async def _close(db: Database, this: PairingRound) -> None:
    """The round is over. Pairs that wish to go on do; what was open is closed."""
    this.state = RoundState.CLOSED
    alone = [member.id for member in await gathering.still_free(db, this)]
    this.with_less = sorted({*this.with_less, *alone})
    for group in await memory.groups_of(db, this.id, GroupState.PROPOSED, GroupState.ACTIVE):
        if group.state == GroupState.PROPOSED:
            group.state = GroupState.DISSOLVED
        elif not group.goes_on:
            group.state = GroupState.OVER


async def _ask(db: Database, forum: Forum, group: FriendGroup, today: date, now: datetime) -> None:
    if group.formed is None:
        return
    formed = group.formed.astimezone(ZoneInfo(forum.zone)).date()
    friends = await memory.friends_in(db, group.id)
    this = await db.get_one(PairingRound, group.round_id)
    if this.state == RoundState.RUNNING and today >= this.ends - LAST_WEEKS:
        for _, _, person in friends:
            await outbox.promise(db, GO_ON, forum.id, person.id, now, group=group.id)
        return
    if today >= formed + rules.CHECK_AFTER:
        for _, _, person in friends:
            await outbox.promise(db, CHECK, forum.id, person.id, now, group=group.id)
    talks = await memory.talks(db, group.id)
    rhythm = group.rhythm_weeks or rules.USUAL_RHYTHM
    standing = rules.Standing(formed, rhythm, talks)
    if not group.help_offered and rules.asks_whether_met(standing, today):
        _, _, teller = friends[len(talks) % len(friends)]  # each in turn
        cycle = rules.next_talk_by(standing).isoformat()
        await outbox.promise(
            db, DID_YOU_MEET, forum.id, teller.id, now, occasion=f"{group.id}:{cycle}",
            group=group.id,
        )  # fmt: skip


async def _somebody_left(db: Database, group: FriendGroup) -> bool:
    return any(m.left is not None for _, m, _ in await memory.friends_in(db, group.id))
