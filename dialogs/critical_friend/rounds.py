"""A coordinator's round: open it, have it matched, see how it goes; never who asked for an end."""

from collections import Counter
from datetime import timedelta

from dialogs.arguments import Day
from dialogs.critical_friend import gathering, rules
from dialogs.critical_friend.invitation import invite_everybody
from dialogs.critical_friend.preview import preview, round_of
from dialogs.screen import (
    AskDate,
    Button,
    Facts,
    Heading,
    Note,
    Notice,
    Part,
    Screen,
    Skip,
    Text,
    Words,
)
from dialogs.turn import Outcome, Turn, coordinators_only, promised
from storage import critical_friend as memory
from storage.critical_friend import GroupState, PairingRound, RoundState
from storage.outbox import Kind
from storage.people import Membership, members
from storage.people import Person as Account

PREVIEW_READY = Kind(
    "critical_friend.preview_ready", initiative=False, daytime=True, lives=timedelta(days=20)
)
_UNDER_WAY = (RoundState.INVITING, RoundState.PREVIEW, RoundState.RUNNING)


@coordinators_only
async def see(turn: Turn, rest: str = "") -> Screen:
    """Where the round stands, who waits, fairness over rounds; never who asked for an ending."""
    this = await memory.latest_round(turn.db, turn.forum.id)
    heading = Heading(Text("critical-friend-rounds-title"))
    if this is None or this.state not in _UNDER_WAY:
        return Screen(
            heading,
            Text("critical-friend-no-round"),
            *(await _fairness(turn)),
            AskDate(
                "answer_by",
                Text("critical-friend-last-day"),
                (turn.today + rules.ANSWER_IN).isoformat(),
                required=True,
            ),
            AskDate(
                "ends",
                Text("critical-friend-round-end-day"),
                (turn.today + rules.LASTS).isoformat(),
                required=True,
            ),
            Button(
                Text("critical-friend-open-round"), "critical_friend.open_round", style="positive"
            ),
        )
    joined = await memory.volunteers(turn.db, this.id)
    if this.state == RoundState.INVITING:
        return Screen(
            heading,
            Text("critical-friend-round-inviting", day=this.answer_by, count=len(joined)),
            Button(Text("critical-friend-match-now"), "critical_friend.match_now", round=this.id),
        )
    if this.state == RoundState.PREVIEW:
        return await preview(turn, this.id)
    return Screen(
        heading,
        Text("critical-friend-running", number=this.number, day=this.ends),
        *(await _progress(turn, this, joined)),
        *(await _fairness(turn)),
        Note(Text("critical-friend-confidential")),
    )


@coordinators_only
async def open_round(turn: Turn, answer_by: Day = None, ends: Day = None) -> Outcome:
    """Invite everybody who has not opted out."""
    latest = await memory.latest_round(turn.db, turn.forum.id)
    if latest is not None and latest.state in _UNDER_WAY:
        return Notice(Text("critical-friend-round-already"))
    if answer_by is None or ends is None or not turn.today < answer_by < ends:
        return Notice(Text("critical-friend-round-dates"))
    this = PairingRound(
        forum_id=turn.forum.id,
        number=latest.number + 1 if latest else 1,
        invites=turn.today,
        answer_by=answer_by,
        ends=ends,
        seed=turn.today.toordinal(),
    )
    turn.db.add(this)
    await turn.db.flush()
    count = await invite_everybody(turn.db, this, turn.now)
    return Screen(
        Text("critical-friend-round-opened", count=count),
        Button(Text("critical-friend-rounds-title"), "critical_friend.see"),
    )


@coordinators_only
async def match_now(turn: Turn, round: int) -> Outcome:
    """Before the time to answer has ended, when everybody who matters has answered."""
    this = await round_of(turn, round)
    if this.state != RoundState.INVITING:
        return await see(turn)
    joined = await memory.volunteers(turn.db, round)
    if len({m.organisation_id for m in joined}) < 2:
        return Notice(Text("critical-friend-too-few", count=len(joined)))
    await gathering.match_all(turn.db, this)
    this.state = RoundState.PREVIEW
    await turn.db.flush()
    return await preview(turn, round)


@promised
@coordinators_only
async def preview_ready(turn: Turn, round: int) -> Outcome:
    this = await round_of(turn, round)
    if this.state != RoundState.PREVIEW:
        return Skip("seen_already")
    return Screen(
        Heading(Text("critical-friend-rounds-title")),
        Text("critical-friend-preview-ready"),
        Button(Text("critical-friend-see-preview"), "critical_friend.preview", round=round),
    )


async def _progress(turn: Turn, this: PairingRound, joined: list[Membership]) -> list[Part]:
    active: set[int] = set()
    proposed: set[int] = set()
    talks = 0
    for group in await memory.groups_of(turn.db, this.id, GroupState.ACTIVE, GroupState.PROPOSED):
        ids = {member.id for _, member, _ in await memory.friends_in(turn.db, group.id)}
        if group.state == GroupState.ACTIVE:
            active |= ids
            talks += len(await memory.talks(turn.db, group.id))
        else:
            proposed |= ids
    waiting = [member for member in joined if member.id not in active | proposed]
    rows: list[tuple[Words, Words]] = [
        (Text("critical-friend-see-joined"), str(len(joined))),
        (Text("critical-friend-see-active"), str(len(active))),
        (Text("critical-friend-see-proposed"), str(len(proposed - active))),
        (Text("critical-friend-see-waiting"), str(len(waiting))),
        (Text("critical-friend-see-talks"), str(talks)),
    ]
    parts: list[Part] = [Facts(rows)]
    if waiting:
        names = [(await turn.db.get_one(Account, m.person_id)).name for m in waiting]
        parts.append(Text("critical-friend-see-waits-named", names=sorted(names)))
    return parts


async def _fairness(turn: Turn) -> list[Part]:
    """How trio turns have fallen, and the quiet hint about pairs that keep ending."""
    trios: Counter[int] = Counter()
    hints = []
    for member, person in await members(turn.db, turn.forum.id):
        trios[await memory.times_in_trio(turn.db, member.id)] += 1
        if await memory.times_ended(turn.db, member.id) >= rules.HINT_AT:
            hints.append(person.name)
    parts: list[Part] = []
    if len(trios) > 1:
        spread = ", ".join(f"{turns} × {people}" for turns, people in sorted(trios.items()))
        parts.append(Facts([(Text("critical-friend-see-trios"), spread)]))
    if hints:
        parts.append(Text("critical-friend-see-hint", names=hints))
    return parts
