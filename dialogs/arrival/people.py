"""The people of a team: read from its roster, added, removed, met in their personal chat."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

from dialogs import welcome
from dialogs.arrival.team import Account, local_day
from dialogs.setup.placing import make_coordinator, place
from storage import outbox
from storage.arrival import ExpectedPerson, by_accounts, ever_members, expected
from storage.database import Database
from storage.erasure import is_erased
from storage.forum import Forum, Phase, forum_of_team
from storage.people import Membership, Person, Role, by_account, members, present

REMOVED = "removed the app"  # why somebody cannot be reached


async def read_roster(
    db: Database,
    now: datetime,
    forum_id: int,
    began: datetime,
    roster: Sequence[Account],
    coordinators: Collection[str],
) -> bool:
    """A complete roster whose reading `began` then: people, and who is no longer there.

    Guests are members like everybody; what somebody may do is their role here, never in Teams.
    False when somebody came or went meanwhile: then it is read again.
    """
    forum = await db.get_one(Forum, forum_id)
    if forum.roster_changed is not None and forum.roster_changed > began:
        return False
    accounts = {account.aad_object_id: account for account in roster}
    people = await _people(db, forum, accounts)
    belongs = {member.person_id: member for member, _ in await ever_members(db, forum.id)}
    awaited = {person.email: person for person in await expected(db, forum.id)}
    fresh = [person for person in people.values() if person.id not in belongs]
    new = [
        Membership(forum_id=forum.id, person_id=person.id, joined=local_day(forum, now))
        for person in fresh
    ]
    db.add_all(new)
    await db.flush()
    here = {person.id: person for person in people.values()}
    for member in [*belongs.values(), *new]:
        if member.person_id in here:
            await _settle(db, forum, member, here[member.person_id], awaited, now)
    for person_id, member in belongs.items():
        if person_id in here and member.left is not None:
            await _returned(db, forum, member, now)
        elif person_id not in here and member.left is None:
            await _left(db, forum, member, now)
    await _appoint(db, forum, people, coordinators, now)
    for member in new:
        await welcome.one(db, forum, member, now)
    forum.roster_read = began
    return True


async def came(db: Database, now: datetime, team: str, accounts: Iterable[Account]) -> None:
    """Somebody was added. Events carry no names: newcomers are read from the roster at once."""
    forum = await forum_of_team(db, team)
    if forum is None:
        return
    forum.roster_changed = now
    for member in await _known(db, forum, accounts):
        if member.left is not None:
            await _returned(db, forum, member, now)


async def gone(db: Database, now: datetime, team: str, accounts: Iterable[Account]) -> None:
    """Somebody was removed. Their answers stay until they ask to be forgotten."""
    forum = await forum_of_team(db, team)
    if forum is None:
        return
    forum.roster_changed = now
    for member in await _known(db, forum, accounts):
        if member.left is None:
            await _left(db, forum, member, now)


async def met(
    db: Database, now: datetime, tenant: str, account: Account, conversation: str, service_url: str
) -> bool:
    """Somebody opened the personal chat; False when they belong to no forum."""
    person = await by_account(db, tenant, account.aad_object_id)
    if person is None:
        return False
    person.teams_id = account.teams_id or person.teams_id
    person.conversation, person.service_url = conversation, service_url
    person.unreachable = person.unreachable_since = None
    forums = await present(db, person.id)
    for member, forum in forums:
        if member.role == Role.COORDINATOR and forum.phase == Phase.SETUP:
            await make_coordinator(db, forum, member, now)
        await welcome.at_once(db, forum, member, now)
    return bool(forums)


async def parted(db: Database, now: datetime, tenant: str, account: Account) -> None:
    """Somebody removed Vertti from their own Teams: nothing is sent until they come back."""
    person = await by_account(db, tenant, account.aad_object_id)
    if person is not None:
        person.unreachable, person.unreachable_since = REMOVED, now


async def _people(db: Database, forum: Forum, accounts: dict[str, Account]) -> dict[str, Person]:
    """Everybody in the roster, new ones stored, names and addresses as Teams has them now."""
    people = await by_accounts(db, forum.tenant_id, list(accounts))
    for key, account in accounts.items():
        if key not in people:
            if await is_erased(db, forum.tenant_id, key):
                continue
            people[key] = Person(
                tenant_id=forum.tenant_id,
                aad_object_id=key,
                name=account.name,
                language=forum.languages[0],
            )
            db.add(people[key])
        person = people[key]
        person.name = account.name or person.name
        person.email = account.email or person.email
        person.teams_id = account.teams_id or person.teams_id
    await db.flush()
    return people


async def _known(db: Database, forum: Forum, accounts: Iterable[Account]) -> list[Membership]:
    """The memberships behind accounts, of which an event may give either id."""
    wanted = list(accounts)
    keys = {account.aad_object_id for account in wanted} - {""}
    numbers = {account.teams_id for account in wanted} - {None}
    return [
        member
        for member, person in await ever_members(db, forum.id)
        if person.aad_object_id in keys or person.teams_id in numbers
    ]


async def _settle(
    db: Database,
    forum: Forum,
    member: Membership,
    person: Person,
    awaited: dict[str, ExpectedPerson],
    now: datetime,
) -> None:
    """What a file said of this person before they joined."""
    said = awaited.get((person.email or "").lower())
    if said is None:
        return
    person.name = person.name or said.name or ""
    await place(db, forum, member, person, now, said.organisation_id, said.role, said.language)
    await db.delete(said)


async def _appoint(
    db: Database,
    forum: Forum,
    people: dict[str, Person],
    coordinators: Collection[str],
    now: datetime,
) -> None:
    """Those whom the operator has named, while a forum is being set up or has nobody."""
    if forum.phase != Phase.SETUP and await members(db, forum.id, Role.COORDINATOR):
        return
    chosen = {person.id for key, person in people.items() if key in coordinators}
    for member, _ in await members(db, forum.id):
        if member.person_id in chosen and member.role != Role.COORDINATOR:
            await make_coordinator(db, forum, member, now)


async def _returned(db: Database, forum: Forum, member: Membership, now: datetime) -> None:
    member.left = None
    person = await db.get_one(Person, member.person_id)
    person.unreachable = person.unreachable_since = None
    await welcome.one(db, forum, member, now)


async def _left(db: Database, forum: Forum, member: Membership, now: datetime) -> None:
    member.left = local_day(forum, now)
    await outbox.cancel(db, now, "left_the_forum", forum_id=forum.id, person_id=member.person_id)
