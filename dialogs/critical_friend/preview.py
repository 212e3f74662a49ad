"""The pairs before anybody hears: a coordinator looks, changes and approves them."""

from dialogs.critical_friend import gathering, rules
from dialogs.critical_friend.proposal import send_out
from dialogs.critical_friend.reasons import as_text
from dialogs.screen import (
    Button,
    Choose,
    Heading,
    Note,
    Notice,
    Part,
    Screen,
    Text,
    Words,
)
from dialogs.turn import Outcome, Refused, Turn, coordinators_only
from storage import critical_friend as memory
from storage.critical_friend import GroupState, PairingRound, RoundState
from storage.forum import Organisation
from storage.people import Person as Account

PAGE = 6  # groups on a card
_KNOWN_RELAXED = ("language", "trio", "repeat", "extra_trio", "pin", "alone")


@coordinators_only
async def preview(turn: Turn, round: int, page: int = 1) -> Screen:
    """The pairs and why, who is in a trio, who has waited; nobody else has heard of them."""
    this = await in_preview(turn, round)
    drafts = await gathering.drafts(turn.db, this)
    names = await names_of(turn, this)
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
    this = await in_preview(turn, round)
    options: list[tuple[str, Words]] = [
        (str(member), name) for member, name in (await names_of(turn, this)).items()
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
    this = await in_preview(turn, round)
    await gathering.match_all(turn.db, this)
    await turn.db.flush()
    return await preview(turn, round)


@coordinators_only
async def approve(turn: Turn, round: int) -> Outcome:
    """From here on people hear: each separately."""
    this = await in_preview(turn, round)
    this.state = RoundState.RUNNING
    for group in await memory.groups_of(turn.db, round, GroupState.DRAFT):
        await send_out(turn.db, this, group, turn.now)
    return Screen(
        Text("critical-friend-approved"),
        Button(Text("critical-friend-rounds-title"), "critical_friend.see"),
    )


async def names_of(turn: Turn, this: PairingRound) -> dict[int, str]:
    """Membership to name and organisation, in the order of the names."""
    found = {}
    for member in await memory.volunteers(turn.db, this.id):
        person = await turn.db.get_one(Account, member.person_id)
        organisation = await turn.db.get(Organisation, member.organisation_id or 0)
        found[member.id] = f"{person.name} ({organisation.name if organisation else '–'})"
    return dict(sorted(found.items(), key=lambda item: item[1]))


async def _two(turn: Turn, round: int, first: int, second: int) -> PairingRound:
    this = await in_preview(turn, round)
    joined = {member.id for member in await memory.volunteers(turn.db, round)}
    if first == second or not {first, second} <= joined:
        raise Refused(Text("critical-friend-choose-two"))
    return this


async def in_preview(turn: Turn, round: int) -> PairingRound:
    this = await round_of(turn, round)
    if this.state != RoundState.PREVIEW:
        raise Refused(Text("critical-friend-round-over"))
    return this


async def round_of(turn: Turn, round: int) -> PairingRound:
    this = await turn.db.get(PairingRound, round)
    if this is None or this.forum_id != turn.forum.id:
        raise Refused(Text("critical-friend-round-over"))
    return this


def _page_button(key: str, round: int, page: int) -> Button:
    return Button(Text(key), "critical_friend.preview", round=round, page=page)
