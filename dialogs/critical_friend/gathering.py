"""Rows become a matching and a matching becomes rows: who takes part, who is free, the groups."""

from collections.abc import Iterable, Sequence
from itertools import combinations

from dialogs.critical_friend import judgement, matching, rules
from dialogs.critical_friend.judgement import Matched, Round
from dialogs.critical_friend.people import Past, Person
from storage import critical_friend as memory
from storage.critical_friend import (
    Apart,
    Friend,
    FriendGroup,
    GroupState,
    PairingRound,
)
from storage.database import Database
from storage.forum import Organisation
from storage.people import Membership
from storage.people import Person as Account
from storage.portfolio import Side, competences
from storage.project import project_of

LATER_ROUNDS = 3  # looked ahead to, this one included


async def match_all(db: Database, round: PairingRound) -> Round:
    """Match everybody who joined; the drafts are made anew, pinned groups stay."""
    drafts = await memory.groups_of(db, round.id, GroupState.DRAFT)
    pinned = [await _ids(db, group) for group in drafts if group.pinned]
    people = await taking_part(db, await memory.volunteers(db, round.id), round.number)
    past = await _past(db, round, pinned)
    result = matching.match(people, past, LATER_ROUNDS, round.seed)
    for group in drafts:
        await memory.forget_group(db, group)
    for matched in result.groups:
        group = await _keep(db, round, matched)
        group.pinned = tuple(sorted(matched.members)) in [tuple(sorted(pin)) for pin in pinned]
    _remember(round, result)
    return result


async def match_free(db: Database, round: PairingRound) -> list[FriendGroup]:
    """New groups of those who joined and have nobody; the others are not touched.

    Somebody left over may join a pair that has begun: a proposal to all three.
    """
    free = await still_free(db, round)
    if not free:
        return []
    past = await _past(db, round, [], declined=True)
    result = matching.match(await taking_part(db, free, round.number), past, 1, round.seed)
    made = [await _keep(db, round, matched) for matched in result.groups]
    for alone in result.alone:
        if (wider := await _widened(db, round, alone, past)) is not None:
            made.append(wider)
    return made


async def still_free(db: Database, round: PairingRound) -> list[Membership]:
    """Those who joined and are in no proposed or active group, nor in a pair that goes on."""
    found = []
    for member in await memory.volunteers(db, round.id):
        together = (GroupState.PROPOSED, GroupState.ACTIVE)
        if await memory.group_of(db, member.id, *together) is None:
            found.append(member)
    return found


async def judged(db: Database, round: PairingRound, groups: Sequence[Sequence[int]]) -> Round:
    """What would be said of these groups, made by a coordinator."""
    people = await taking_part(db, await memory.volunteers(db, round.id), round.number)
    here = {person.id for person in people}
    kept = [tuple(sorted(set(group) & here)) for group in groups]
    past = await _past(db, round, [])
    return judgement.judge(people, past, [group for group in kept if len(group) > 1])


async def drafts(db: Database, round: PairingRound) -> list[tuple[FriendGroup, tuple[int, ...]]]:
    groups = await memory.groups_of(db, round.id, GroupState.DRAFT)
    return [(group, await _ids(db, group)) for group in groups]


async def regroup(db: Database, round: PairingRound, groups: Sequence[Sequence[int]]) -> None:
    """Put a coordinator's groups in the place of the drafts."""
    result = await judged(db, round, groups)
    pinned = {ids for group, ids in await drafts(db, round) if group.pinned}
    for group, _ in await drafts(db, round):
        await memory.forget_group(db, group)
    for matched in result.groups:
        group = await _keep(db, round, matched)
        group.pinned = tuple(sorted(matched.members)) in pinned
    _remember(round, result)


async def pin(db: Database, round: PairingRound, first: int, second: int) -> None:
    """Keep these two together when the round is matched again."""
    for group, ids in await drafts(db, round):
        if {first, second} & set(ids):
            await memory.forget_group(db, group)
    together = judgement.judge(
        await taking_part(
            db, [await db.get_one(Membership, one) for one in (first, second)], round.number
        ),
        Past(),
        [(first, second)],
    )
    group = await _keep(db, round, together.groups[0])
    group.pinned = True
    await db.flush()


async def split(db: Database, round: PairingRound, first: int, second: int) -> None:
    """Not together in this round."""
    for group, ids in await drafts(db, round):
        if {first, second} <= set(ids):
            group.pinned = False
    round.split = [*round.split, sorted((first, second))]
    await db.flush()


def wishes_met(round: Round) -> int:
    """How many wishes meet an offer in these groups."""
    return sum(r["code"] == "wish_met" for group in round.groups for r in group.reasons)


async def forbid(db: Database, first: int, second: int) -> None:
    """Never a pair. Confidential: it shows in nothing that comes out."""
    low, high = sorted((first, second))
    if (low, high) not in await memory.apart(db, [low]):
        db.add(Apart(first_id=low, second_id=high))


async def taking_part(db: Database, members: Iterable[Membership], before: int) -> list[Person]:
    """Members as the matching sees them in the round of this number."""
    found = []
    less: dict[int, list[set[int]]] = {}  # of each forum
    for member in members:
        if member.forum_id not in less:
            less[member.forum_id] = await memory.left_with_less(db, member.forum_id, before)
        account = await db.get_one(Account, member.person_id)
        organisation = await db.get(Organisation, member.organisation_id or 0)
        project = await project_of(db, member.organisation_id)
        found.append(
            Person(
                id=member.id,
                organisation=member.organisation_id,
                kind=organisation.kind if organisation else "",
                size=organisation.size if organisation else 0,
                languages=frozenset(account.talks or [account.language]),
                themes=frozenset([project.theme] if project and project.theme else []),
                offers=frozenset(await competences(db, member.id, Side.OFFER)),
                wishes=frozenset(await competences(db, member.id, Side.WISH)),
                trios=await memory.times_in_trio(db, member.id),
                waited=rules.rounds_in_a_row(member.id, less[member.forum_id]),
            )
        )
    return found


def _remember(round: PairingRound, result: Round) -> None:
    round.relaxed = list(dict.fromkeys(relaxed.code for relaxed in result.relaxed))
    round.with_less = list(result.with_less)


async def _past(
    db: Database, round: PairingRound, pinned: Sequence[Sequence[int]], *, declined: bool = False
) -> Past:
    together: dict[frozenset[int], int] = {}
    apart: set[frozenset[int]] = set()
    members: dict[int, list[int]] = {}
    numbers: dict[int, int] = {}
    for group, state, member, number in await memory.history(db, round.forum_id):
        members.setdefault(group, []).append(member)
        numbers[group] = number
        if state == GroupState.ENDED:
            apart |= {frozenset((member, other)) for other in members[group] if other != member}
    for group, ids in members.items():
        for pair in map(frozenset, combinations(ids, 2)):
            together[pair] = max(1, round.number - numbers[group])
    if declined:
        dissolved: dict[int, list[int]] = {}
        for group, member in await memory.declined_together(db, round.id):
            dissolved.setdefault(group, []).append(member)
        apart |= {frozenset(p) for ids in dissolved.values() for p in combinations(ids, 2)}
    apart |= {frozenset(pair) for pair in round.split}
    everybody = [member.id for member in await memory.volunteers(db, round.id)]
    apart |= {frozenset(pair) for pair in await memory.apart(db, everybody)}
    return Past(together, frozenset(apart), tuple(tuple(sorted(pin)) for pin in pinned))


async def _widened(db: Database, round: PairingRound, alone: int, past: Past) -> FriendGroup | None:
    """A trio of this person and the pair that suits best, or None when no pair may take them."""
    pairs = [
        ids
        for group in await memory.groups_of(db, round.id, GroupState.ACTIVE)
        if len(ids := await _ids(db, group)) == 2
    ]
    possible = []
    for ids in pairs:
        trio = (*ids, alone)
        members = [await db.get_one(Membership, one) for one in trio]
        result = judgement.judge(await taking_part(db, members, round.number), past, [trio])
        hard = {"apart", "same_organisation"}
        if not hard & {relaxed.code for relaxed in result.relaxed if set(relaxed.who) & {alone}}:
            possible.append((result.worth, result.groups[0]))
    if not possible:
        return None
    _, best = max(possible, key=lambda entry: entry[0])
    return await _keep(db, round, best)


async def _keep(db: Database, round: PairingRound, matched: Matched) -> FriendGroup:
    group = FriendGroup(
        forum_id=round.forum_id, round_id=round.id, reasons=[dict(r) for r in matched.reasons]
    )
    db.add(group)
    await db.flush()
    db.add_all(Friend(group_id=group.id, membership_id=member) for member in matched.members)
    await db.flush()
    return group


async def _ids(db: Database, group: FriendGroup) -> tuple[int, ...]:
    return tuple(sorted(member.id for _, member, _ in await memory.friends_in(db, group.id)))
