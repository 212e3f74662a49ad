"""Forget a person when they ask, twice; others learn what they need, without a name."""

from dataclasses import replace

from pydantic import AwareDatetime

from dialogs.arguments import Line
from dialogs.critical_friend.follow import end_group
from dialogs.critical_friend.proposal import decline as decline_proposal
from dialogs.my_data import rules
from dialogs.my_data.conversation import nothing_kept
from dialogs.screen import Button, Heading, Screen, Skip, Text
from dialogs.turn import Outcome, Turn, anyone, promised
from dialogs.who_knows.helping import decline
from storage import critical_friend, erasure, help_request, outbox
from storage.critical_friend import GroupState
from storage.forum import Forum, Organisation
from storage.outbox import Doubt, Kind
from storage.people import Membership, Role, members, memberships_of

# To coordinators at once: an organisation has nobody who answers for its project.
WITHOUT_CONTACT = Kind("my_data.without_contact", initiative=False, doubt=Doubt.RESEND)


@anyone
async def erase(turn: Turn, rest: Line = "") -> Screen:
    """The first question: what goes and what stays."""
    if turn.person.id is None:
        return await nothing_kept(turn)
    return Screen(
        Heading(Text("my-data-erase")),
        Text("my-data-goes"),
        Text("my-data-stays"),
        *[Text(f"my-data-leaves-{role}") for role in await _leaves_empty(turn)],
        Button(Text("my-data-erase-yes"), "my_data.erase_sure", style="destructive"),
        Button(Text("my-data-erase-no"), "my_data.show"),
    )


@anyone
async def erase_sure(turn: Turn) -> Screen:
    """The second question; it cannot be undone."""
    if turn.person.id is None:
        return await nothing_kept(turn)
    return Screen(
        Heading(Text("my-data-sure")),
        Text("my-data-no-way-back"),
        Button(
            Text("my-data-erase-everything"),
            "my_data.erase_now",
            style="destructive",
            asked=turn.now.isoformat(),
        ),
        Button(Text("my-data-erase-no"), "my_data.show"),
    )


@anyone
async def erase_now(turn: Turn, asked: AwareDatetime) -> Screen:
    """Once, and for good: everything in one transaction. An old card asks again."""
    if turn.person.id is None:
        return await nothing_kept(turn)
    if not rules.still_sure(asked, turn.now):
        return await erase(turn)
    for member, forum, _ in await memberships_of(turn.db, turn.person.id):
        await _step_aside(replace(turn, belongs=(member, forum)))
    await erasure.erase(turn.db, turn.person, turn.now)
    return Screen(Text("my-data-erased"), Button(Text("my-data-come-back"), "my_data.come_back"))


@anyone
async def come_back(turn: Turn, rest: Line = "") -> Screen:
    """An erased person may change their mind."""
    person = turn.person
    if person.id is not None:
        return Screen(Text("my-data-here-already"))
    if not await erasure.is_erased(turn.db, person.tenant_id, person.aad_object_id):
        return Screen(Text("my-data-nothing"))
    await erasure.allow_back(turn.db, person.tenant_id, person.aad_object_id)
    return Screen(Text("my-data-welcome-back"))


@promised
async def without_contact(turn: Turn, organisation: int) -> Outcome:
    """To a coordinator: somebody has to be named."""
    place = await turn.db.get(Organisation, organisation)
    if turn.member.role != Role.COORDINATOR or place is None or place.forum_id != turn.forum.id:
        return Skip("no_longer_needed")
    return Screen(
        Text("my-data-without-contact", name=place.name),
        Button(Text("onboarding-roles-title"), "onboarding.roles", organisation=organisation),
    )


async def _step_aside(turn: Turn) -> None:
    """Who waits for this person's answer goes on without it; who needs a contact hears so."""
    took_part = turn.member.left is None
    turn.member.left = turn.member.left or turn.today  # nobody new meets them
    for asked, request in await help_request.asked_of(turn.db, turn.member.id):
        if asked.agreed is None and request.state == help_request.State.ASKING:
            await decline(turn, request.id)
    await _end_pairs(turn)
    if turn.member.role != Role.CONTACT or not took_part:
        return
    for _, coordinator in await members(turn.db, turn.forum.id, Role.COORDINATOR):
        await outbox.promise(
            turn.db,
            WITHOUT_CONTACT,
            turn.forum.id,
            coordinator.id,
            turn.now,
            occasion=f"{turn.member.organisation_id}@{turn.now.isoformat()}",
            organisation=turn.member.organisation_id,
        )


async def _end_pairs(turn: Turn) -> None:
    """Their critical friends hear what everybody hears when a pair ends, and nothing else."""
    for group, _ in await critical_friend.groups_with(turn.db, turn.member.id):
        match group.state:
            case GroupState.ACTIVE:
                await end_group(turn.db, group, turn.now)
            case GroupState.PROPOSED:
                await decline_proposal(turn, group.id, again=False)
            case GroupState.DRAFT:
                await critical_friend.forget_group(turn.db, group)


async def _leaves_empty(turn: Turn) -> list[str]:
    """The roles in which somebody else is needed once this person is gone."""
    found: set[str] = set()
    for member, forum, _ in await memberships_of(turn.db, turn.person.id):
        if member.left is None and member.role == Role.CONTACT:
            found.add(Role.CONTACT)
        if member.left is None and await _is_only_coordinator(turn, member, forum):
            found.add(Role.COORDINATOR)
    return sorted(found)


async def _is_only_coordinator(turn: Turn, member: Membership, forum: Forum) -> bool:
    coordinators = await members(turn.db, forum.id, Role.COORDINATOR)
    return [present.id for present, _ in coordinators] == [member.id]
