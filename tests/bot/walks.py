"""Ways through Vertti that together bring every step to say something."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta

from dialogs.arrival import Account, Team, channel_gone, installed, read_channels, read_roster
from dialogs.commands import COMMANDS
from dialogs.competence import COMPETENCES
from dialogs.setup.people_file import Row
from dialogs.setup.table_file import Problem
from dialogs.texts import LANGUAGES
from storage.checkin import Wave
from storage.database import Transaction
from storage.forum import forum_of_team
from storage.people import Role, members
from storage.portfolio import Competence, Side
from tests.bot.crawl import WORDS, Walker
from tests.builders import NOW, TENANT, TODAY, a_forum, a_museum, a_person, join

Walk = Callable[[Transaction], Awaitable[Walker]]
WALKS: list[Walk] = []
FOR_EVER = frozenset({"my_data.erase_now"})  # what would end a walk for somebody
COMMAND_STEPS = [command.step for command in COMMANDS]
KEYS = list(COMPETENCES)
CHANNEL = "19:c@thread.tacv2"


def walk(way: Walk) -> Walk:
    WALKS.append(way)
    return way


@dataclass
class World:
    """A forum whose every name is full of signs; the coordinator is the last of the people."""

    forum: int
    people: list[int]
    boss: int


async def world(transaction: Transaction, museums: int = 4) -> World:
    people = []
    async with transaction() as db:
        forum = a_forum(name=f"Foorumi {WORDS}", languages=list(LANGUAGES))
        for n in range(museums):
            museum = await a_museum(db, forum, f"Museo {n} {WORDS}")
            for role in (Role.CONTACT, Role.DEPUTY):
                language = LANGUAGES[len(people) % 3]
                person = a_person(f"Nimi{n}{role} {WORDS}", language=language)
                member = await join(db, forum, person, museum, role)
                for side, key in ((Side.OFFER, KEYS[n]), (Side.WISH, KEYS[(n + 1) % museums])):
                    db.add(Competence(membership_id=member.id, side=side, key=key))
                people.append(person.id)
        loose = a_person(f"Irrallaan {WORDS}")
        await join(db, forum, loose, None, Role.PARTICIPANT)
        boss = a_person(f"Johtaja {WORDS}")
        await join(db, forum, boss, None, Role.COORDINATOR)
        for number in range(6):
            db.add(Wave(forum_id=forum.id, day=TODAY + timedelta(days=28 * number)))
    return World(forum.id, [*people, loose.id], boss.id)


@walk
async def everything_typed(transaction: Transaction) -> Walker:
    """Each says every command, and two press every button that this brings."""
    there = await world(transaction)
    thorough = {there.people[0], there.people[-1], there.boss}
    walker = Walker(transaction, NOW, thorough, FOR_EVER)
    await walker.type([*there.people, there.boss], COMMAND_STEPS)
    await walker.say(there.people[1], "tauko")
    await walker.say(there.people[1], "en osaa sanoa")
    for line in ("hölynpöly", WORDS, "tilanne", "vähän kaikenlaista", "tauko", "15.1. asti"):
        await walker.say(there.people[2], line)
    for _ in range(8):
        await walker.go_on(7)
    return walker


@walk
async def onboarding(transaction: Transaction) -> Walker:
    """A contact person, a deputy and somebody without an organisation go through every card."""
    there = await world(transaction, museums=2)
    walker = Walker(transaction, NOW, {there.people[0], there.people[1], there.people[-1]})
    walker.last = frozenset({"my_data.erase", "settings.show"})
    await walker.type(sorted(walker.thorough), ["onboarding.start"])
    return walker


@walk
async def erasure(transaction: Transaction) -> Walker:
    """Somebody goes for good, comes back, and goes too late."""
    there = await world(transaction)
    contact, other = there.people[0], there.people[1]
    walker = Walker(transaction, NOW, set())
    for person in (contact, other):
        await walker.offer(person, "my_data.erase", {})
        await walker.choose(person, "my_data.erase_sure")
    await walker.choose(contact, "my_data.erase_now")
    await walker.go_on(1)
    await walker.choose(other, "my_data.erase_now")
    gone = a_person(f"Nimi0contact {WORDS}")
    for step in ("come_back", "come_back", "show", "erase", "erase_sure", "as_text", "seen_by"):
        await walker.as_stranger(gone, f"my_data.{step}")
    return walker


@walk
async def strangers(transaction: Transaction) -> Walker:
    """Somebody who belongs to no forum says everything."""
    await world(transaction)
    walker = Walker(transaction, NOW, set())
    for command in COMMAND_STEPS:
        for args in ({}, {"rest": WORDS}):
            await walker.as_stranger(a_person(f"Kuka {WORDS}"), command, args)
    return walker


@walk
async def waves(transaction: Transaction) -> Walker:
    """Asked by the clock: one presses every button, the others answer for all to see."""
    there = await world(transaction)
    walker = Walker(transaction, NOW, {there.people[0]}, FOR_EVER | {"settings.pause"})
    for _ in range(20):
        await walker.go_on(7)
        for person in there.people[1:4]:
            if (person, "checkin.save") in walker.newest:
                await walker.choose(
                    person,
                    "checkin.save",
                    progress="stuck",
                    moved=WORDS,
                    help_wanted=WORDS,
                    promise=WORDS,
                    visibility="channel",
                    kept="partly",
                )
    return walker


@walk
async def changed_wish(transaction: Transaction) -> Walker:
    """A wish for help that changes after somebody was asked about it; nobody offers the other."""
    there = await world(transaction)
    walker = Walker(transaction, NOW, set())
    asker, offered, nobody = there.people[0], f"{KEYS[1]} {WORDS}", f"{KEYS[9]} {WORDS}"
    answer = {"progress": "stuck", "visibility": "coordinators"}
    await walker.take(asker, "checkin.start", {})
    for wish in (offered, nobody):
        await walker.offer(asker, "checkin.save", {**answer, "help_wanted": wish})
        if (asker, "who_knows.for_checkin") in walker.newest:
            await walker.choose(asker, "who_knows.for_checkin")
        await walker.choose(asker, "who_knows.ask_for_me", competence=wish.split()[0])
        await walker.choose(asker, "checkin.edit")
        await walker.choose(asker, "checkin.save", help_wanted=WORDS)
        await walker.go_on(0)
        for helper in there.people:
            if (helper, "who_knows.decline") in walker.newest:
                await walker.choose(helper, "who_knows.decline")
        await walker.go_on(7)
    return walker


@walk
async def critical_friends(transaction: Transaction) -> Walker:
    """A round from its opening to its end; pairs that go on, part, and do not answer."""
    there = await world(transaction, museums=6)
    walker, boss = Walker(transaction, NOW, set()), there.boss
    friends = [person for n, person in enumerate(there.people[:12]) if n % 2 == 0]
    await walker.offer(boss, "critical_friend.see", {})
    await walker.choose(boss, "critical_friend.open_round")
    await walker.go_on(0)
    for person in friends:
        await walker.choose(person, "critical_friend.join")
        await walker.choose(person, "critical_friend.change")
        await walker.choose(person, "critical_friend.changed")
    await walker.choose(boss, "critical_friend.see")
    await walker.choose(boss, "critical_friend.match_now")
    await walker.choose(boss, "critical_friend.edit")
    one, other, third, fourth = (str(n) for n in (1, 3, 5, 7))  # memberships of four museums
    for step in ("swap", "pin", "split", "forbid"):
        for first, second in ((one, other), (one, fourth), (third, fourth)):
            await walker.choose(boss, f"critical_friend.{step}", first=first, second=second)
    await walker.choose(boss, "critical_friend.rerun")
    await walker.choose(boss, "critical_friend.approve")
    await walker.go_on(0)
    silent, *friends = friends
    for person in friends:
        await walker.choose(person, "critical_friend.accept")
    walker.thorough, walker.last = set(friends[1:]), FOR_EVER | PARTING
    for week in range(25):
        await walker.go_on(7)
        await walker.offer(boss, "critical_friend.see", {})
        if week == 12:  # the first one parts; the others heard how it goes, and go on
            for step in ("end", "human", "end_now"):
                await walker.choose(friends[0], f"critical_friend.{step}")
            await walker.go_on(0)
            await walker.choose(friends[0], "critical_friend.after_end")
    await walker.go_on(14)
    await walker.offer(boss, "critical_friend.see", {})
    await walker.choose(boss, "critical_friend.open_round")  # nobody hurries this one
    await walker.go_on(0)
    for person in [silent, *friends]:
        if (person, "critical_friend.join") in walker.newest:
            await walker.choose(person, "critical_friend.join")
    await walker.go_on(10)
    await walker.choose(boss, "critical_friend.preview")
    await walker.choose(boss, "critical_friend.approve")
    walker.last = FOR_EVER
    await walker.go_on(0)
    return walker


PARTING = frozenset(
    f"critical_friend.{step}"
    for step in ("decline", "end_now", "human", "not_now", "opt", "pause", "paused")
)


@walk
async def arrival(transaction: Transaction) -> Walker:
    """From an empty team to an open forum, and who comes, goes and is erased."""
    team = Team(TENANT, "19:new@thread.tacv2", "https://smba.trafficmanager.net/emea/", WORDS)
    accounts = [
        Account(f"aad-{n}", f"29:{n}", f"Nimi{n} {WORDS}", f"nimi{n}@museo.example")
        for n in range(8)
    ]
    async with transaction() as db:
        await installed(db, NOW, team, accounts[0], CHANNEL, "fi")
        forum = await forum_of_team(db, team.id)
        assert forum is not None
        channels = {CHANNEL: f"Kanava {WORDS}", team.id: "Yleinen"}
        await read_channels(db, NOW, forum.id, channels)
        await read_roster(db, NOW, forum.id, NOW, accounts, ())
        [(_, boss)] = await members(db, forum.id, Role.COORDINATOR)
    walker = Walker(transaction, NOW, {boss.id}, FOR_EVER | {"setup.save_coordinators"})
    await walker.go_on(0)
    rows = [
        Row(line=n, organisation=f"Museo {n // 3}", name=a.name, email=a.email or "", role=role)
        for n, a, role in zip(range(6), accounts, ROLES, strict=False)
    ]
    problems = [Problem("unknown_role", 3, "role", WORDS, WORDS), Problem("empty")]
    await walker.promised(boss.id, "setup.file", {"problems": problems}, forum.id)
    await walker.promised(boss.id, "setup.file", {"rows": rows}, forum.id)
    await walker.type([boss.id], ["setup.pasted"])
    await walker.press()
    await walker.choose(boss.id, "setup.save_coordinators", people=f"{boss.id},{boss.id + 1}")
    await walker.choose(boss.id, "setup.save_channel", channel=CHANNEL)
    await walker.offer(boss.id, "setup.summary", {})
    await walker.offer(boss.id, "setup.open", {})
    await walker.go_on(0)
    async with transaction() as db:
        everybody = await members(db, forum.id)
    loose = next(person.id for member, person in everybody if member.organisation_id is None)
    deputy = next(person.id for member, person in everybody if member.role == Role.DEPUTY)
    for step in ("later", "deputy_yes", "deputy_no"):
        await walker.choose(deputy, f"welcome.{step}")
    await walker.choose(loose, "welcome.belong", organisation="none")
    await walker.go_on(1)
    await walker.choose(boss.id, "welcome.place", organisation="1")
    async with transaction() as db:
        await channel_gone(db, walker.now, team.id, CHANNEL)
    await walker.go_on(0)
    return walker


ROLES = ("contact", "deputy", "participant", "contact", "deputy", None)
