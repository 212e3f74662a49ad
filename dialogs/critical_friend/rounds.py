"""A coordinator's round: open it, look at the pairs before anybody hears, change, approve, see."""

from collections import Counter
from datetime import timedelta

from dialogs.arguments import Day
from dialogs.critical_friend import gathering, rules
from dialogs.critical_friend.invitation import invite_everybody
from dialogs.critical_friend.proposal import send_out
from dialogs.critical_friend.reasons import as_text
from dialogs.screen import (
    AskDate,
    Button,
    Choose,
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
from dialogs.turn import Outcome, Refused, Turn, coordinators_only, promised
from storage import critical_friend as memory
from storage.critical_friend import GroupState, PairingRound, RoundState
from storage.forum import Organisation
from storage.outbox import Kind
from storage.people import Membership, members
from storage.people import Person as Account

PREVIEW_READY = Kind(
    "critical_friend.preview_ready", initiative=False, daytime=True, lives=timedelta(days=20)
)
PAGE = 6  # groups on a card
_KNOWN_RELAXED = ("language", "trio", "repeat", "extra_trio", "pin", "alone")
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
    this = await _round(turn, round)
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
    this = await _round(turn, round)
    if this.state != RoundState.PREVIEW:
        return Skip("seen_already")
    return Screen(
        Heading(Text("critical-friend-rounds-title")),
        Text("critical-friend-preview-ready"),
        Button(Text("critical-friend-see-preview"), "critical_friend.preview", round=round),
    )


@coordinators_only
async def preview(turn: Turn, round: int, page: int = 1) -> Screen:
    """The pairs and why, who is in a trio, who has waited; nobody else has heard of them."""
    this = await _preview(turn, round)
    drafts = await gathering.drafts(turn.db, this)
    names = await _names(turn, this)
    pages = max(1, -(-len(drafts) // PAGE))
    page = min(max(page, 1), pages)
    grouped = {member for _, ids in drafts for member in ids}
    alone = [name for member, name in names.items() if member not in grouped]
    parts: list[Part] = [
        Heading(Text("critical-friend-preview-title")),
        Text(
            "critical-friend-preview-page",
            at=page,
            of=pages,
            pairs=sum(len(ids) == 2 for _, ids in drafts),
            trios=sum(len(ids) == 3 for _, ids in drafts),
            alone=len(alone),
        ),
    ]
    if alone:
        parts.append(Text("critical-friend-alone-now", names=alone))
    if this.relaxed:
        codes = [c if c in _KNOWN_RELAXED else "other" for c in this.relaxed]
        what = [Text(f"critical-friend-relaxed-{code}") for code in dict.fromkeys(codes)]
        parts.append(Text("critical-friend-relaxed", what=what))
    for group, ids in drafts[(page - 1) * PAGE : page * PAGE]:
        key = "critical-friend-pinned" if group.pinned else "critical-friend-preview-group"
        parts.append(Heading(Text(key, names=[names[member] for member in ids])))
        parts += [Note(as_text(reason)) for reason in group.reasons[:2]]
    less = await memory.left_with_less(turn.db, turn.forum.id, this.number)
    if before := [name for member, name in names.items() if rules.rounds_in_a_row(member, less)]:
        parts.append(Text("critical-friend-have-waited", names=before))
    parts.append(Note(Text("critical-friend-confidential")))
    parts.append(
        Button(
            Text("critical-friend-approve"),
            "critical_friend.approve",
            style="positive",
            round=round,
        )
    )
    parts.append(Button(Text("critical-friend-edit-pairs"), "critical_friend.edit", round=round))
    parts.append(Button(Text("critical-friend-rerun"), "critical_friend.rerun", round=round))
    if page > 1:
        parts.append(_page_button("critical-friend-earlier-page", round, page - 1))
    if page < pages:
        parts.append(_page_button("critical-friend-later-page", round, page + 1))
    return Screen(*parts)


@coordinators_only
async def edit(turn: Turn, round: int) -> Screen:
    """Choose two people and what to do with them."""
    this = await _preview(turn, round)
    options: list[tuple[str, Words]] = [
        (str(member), name) for member, name in (await _names(turn, this)).items()
    ]
    return Screen(
        Heading(Text("critical-friend-edit-pairs")),
        Choose("first", Text("critical-friend-first-person"), options, compact=True, required=True),
        Choose(
            "second", Text("critical-friend-second-person"), options, compact=True, required=True
        ),
        Note(Text("critical-friend-confidential")),
        Button(Text("critical-friend-swap"), "critical_friend.swap", round=round),
        Button(Text("critical-friend-pair-these"), "critical_friend.pin", round=round),
        Button(Text("critical-friend-split"), "critical_friend.split", round=round),
        Button(Text("critical-friend-forbid"), "critical_friend.forbid", round=round),
        Button(Text("help-never-mind"), "critical_friend.preview", with_inputs=False, round=round),
    )


@coordinators_only
async def swap(
    turn: Turn, round: int, first: int = 0, second: int = 0, sure: bool = False
) -> Outcome:
    """Each in the other's place; the effect is shown before it is done."""
    this = await _two(turn, round, first, second)
    drafts = [ids for _, ids in await gathering.drafts(turn.db, this)]
    if any({first, second} <= set(ids) for ids in drafts):
        return Notice(Text("critical-friend-swap-same"))
    other = {first: second, second: first}
    swapped = [tuple(other.get(member, member) for member in ids) for ids in drafts]
    now = await gathering.judged(turn.db, this, drafts)
    then = await gathering.judged(turn.db, this, swapped)
    if {"apart", "same_organisation"} & {relaxed.code for relaxed in then.relaxed}:
        return Notice(Text("critical-friend-swap-breaks"))
    if sure:
        await gathering.regroup(turn.db, this, swapped)
        return await preview(turn, round)
    return Screen(
        Text(
            "critical-friend-swap-effect",
            before=gathering.wishes_met(now),
            after=gathering.wishes_met(then),
        ),
        Button(
            Text("critical-friend-swap-anyway"),
            "critical_friend.swap",
            style="positive",
            round=round,
            first=first,
            second=second,
            sure=True,
        ),
        Button(Text("help-never-mind"), "critical_friend.preview", round=round),
    )


@coordinators_only
async def pin(turn: Turn, round: int, first: int = 0, second: int = 0) -> Outcome:
    """These two together; the others are matched anew around them."""
    this = await _two(turn, round, first, second)
    result = await gathering.judged(turn.db, this, [(first, second)])
    if {"apart", "same_organisation"} & {relaxed.code for relaxed in result.relaxed}:
        return Notice(Text("critical-friend-swap-breaks"))
    await gathering.pin(turn.db, this, first, second)
    return await rerun(turn, round)


@coordinators_only
async def split(turn: Turn, round: int, first: int = 0, second: int = 0) -> Outcome:
    """Not these two in this round."""
    this = await _two(turn, round, first, second)
    await gathering.split(turn.db, this, first, second)
    return await rerun(turn, round)


@coordinators_only
async def forbid(turn: Turn, round: int, first: int = 0, second: int = 0) -> Outcome:
    """Never these two. Confidential: no card, log or export says it."""
    await _two(turn, round, first, second)
    await gathering.forbid(turn.db, first, second)
    await turn.db.flush()
    return await rerun(turn, round)


@coordinators_only
async def rerun(turn: Turn, round: int) -> Screen:
    this = await _preview(turn, round)
    await gathering.match_all(turn.db, this)
    await turn.db.flush()
    return await preview(turn, round)


@coordinators_only
async def approve(turn: Turn, round: int) -> Outcome:
    """From here on people hear: each separately."""
    this = await _preview(turn, round)
    this.state = RoundState.RUNNING
    for group in await memory.groups_of(turn.db, round, GroupState.DRAFT):
        await send_out(turn.db, this, group, turn.now)
    return Screen(
        Text("critical-friend-approved"),
        Button(Text("critical-friend-rounds-title"), "critical_friend.see"),
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


async def _names(turn: Turn, this: PairingRound) -> dict[int, str]:
    """Membership to name and organisation, in the order of the names."""
    found = {}
    for member in await memory.volunteers(turn.db, this.id):
        person = await turn.db.get_one(Account, member.person_id)
        organisation = await turn.db.get(Organisation, member.organisation_id or 0)
        found[member.id] = f"{person.name} ({organisation.name if organisation else '–'})"
    return dict(sorted(found.items(), key=lambda item: item[1]))


async def _two(turn: Turn, round: int, first: int, second: int) -> PairingRound:
    this = await _preview(turn, round)
    joined = {member.id for member in await memory.volunteers(turn.db, round)}
    if first == second or not {first, second} <= joined:
        raise Refused(Text("critical-friend-choose-two"))
    return this


async def _preview(turn: Turn, round: int) -> PairingRound:
    this = await _round(turn, round)
    if this.state != RoundState.PREVIEW:
        raise Refused(Text("critical-friend-round-over"))
    return this


async def _round(turn: Turn, round: int) -> PairingRound:
    this = await turn.db.get(PairingRound, round)
    if this is None or this.forum_id != turn.forum.id:
        raise Refused(Text("critical-friend-round-over"))
    return this


def _page_button(key: str, round: int, page: int) -> Button:
    return Button(Text(key), "critical_friend.preview", round=round, page=page)
