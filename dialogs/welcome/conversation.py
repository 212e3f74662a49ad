"""Greet the channel once and each person once, and ask the one thing nobody has said."""

from dataclasses import replace
from datetime import datetime, timedelta

from dialogs.screen import Button, Choose, Heading, Note, Notice, Part, Screen, Skip, Text
from dialogs.turn import Outcome, Turn, anyone, coordinators_only, promised, public
from dialogs.welcome.deputy import PERSONAL, decline_button
from storage import outbox
from storage.arrival import unplaced as welcomed_but_unplaced
from storage.database import Database
from storage.forum import Forum, Organisation, Phase, organisations
from storage.outbox import Doubt, Kind
from storage.people import Membership, Person, Role, members

CHANNEL = Kind("welcome.channel", lives=timedelta(days=90))
ORGANISATION = Kind("welcome.organisation", lives=timedelta(days=90))
# To coordinators at once: a person has just pressed a button and waits for a human.
UNPLACED = Kind("welcome.unplaced", initiative=False, doubt=Doubt.RESEND)

NONE_OF_THESE = "none"


async def everybody(db: Database, forum: Forum, now: datetime) -> None:
    """The forum opens (or comes back): one post in the channel, one personal welcome each."""
    await outbox.promise_anew(db, CHANNEL, forum.id, None, now)
    for member, _ in await members(db, forum.id):
        await one(db, forum, member, now)


async def one(db: Database, forum: Forum, member: Membership, now: datetime) -> None:
    """A welcome for one person, unless they had it. Coordinators have been led in otherwise."""
    if forum.phase == Phase.OPEN and member.role != Role.COORDINATOR:
        await outbox.promise_anew(db, PERSONAL, forum.id, member.person_id, now)


async def at_once(db: Database, forum: Forum, member: Membership, now: datetime) -> None:
    """The same for somebody who has just opened the chat: they are looking, so it is no intrusion
    at any hour."""
    if forum.phase == Phase.OPEN and member.role != Role.COORDINATOR:
        where = {"forum_id": forum.id, "person_id": member.person_id}
        await outbox.cancel(db, now, "said_at_once", step=PERSONAL.step, **where)
        asked_for = replace(PERSONAL, initiative=False)
        await outbox.promise_anew(db, asked_for, forum.id, member.person_id, now)


async def due(db: Database, forum: Forum, now: datetime) -> None:
    """Those who were welcomed before the forum knew its organisations are asked later, once."""
    if not await organisations(db, forum.id):
        return
    for member in await welcomed_but_unplaced(db, forum.id, PERSONAL.step):
        await outbox.promise(db, ORGANISATION, forum.id, member.person_id, now)


@public
async def channel(turn: Turn) -> Outcome:
    return Screen(
        Text("welcome-channel"),
        Button(Text("welcome-rules-title"), "welcome.rules"),
        Button(Text("help-title"), "help.show"),
    )


@public
@anyone
async def rules_of_the_house(turn: Turn, rest: str = "") -> Screen:
    return Screen(Heading(Text("welcome-rules-title")), Text("welcome-rules"))


async def personal(turn: Turn) -> Outcome:
    if turn.forum.phase != Phase.OPEN:
        return Skip("forum_not_open")
    parts: list[Part] = [Text("welcome-personal", name=_first_name(turn))]
    if turn.member.role == Role.DEPUTY:
        parts.append(Text("welcome-deputy-too"))
    question = await _question(turn)
    return Screen(
        *parts,
        *(question or [_start()]),
        Button(Text("welcome-later"), "welcome.later", with_inputs=False),
        Button(Text("welcome-privacy-title"), "welcome.privacy", with_inputs=False),
        *([decline_button()] if turn.member.role == Role.DEPUTY else []),
    )


async def which_organisation(turn: Turn) -> Outcome:
    """The same question for those whose welcome could not ask it."""
    question = await _question(turn)
    if not question:
        return Skip("no_longer_needed")
    return Screen(
        Text("welcome-which-organisation", name=_first_name(turn)),
        *question,
        Button(Text("welcome-privacy-title"), "welcome.privacy", with_inputs=False),
    )


async def belong(turn: Turn, organisation: str = "") -> Outcome:
    """The answer. It counts once: after that a coordinator can change it."""
    known = await _organisation(turn, turn.member)
    if known is not None:
        return Screen(Text("welcome-organisation-is", name=known.name), _start())
    if organisation == NONE_OF_THESE:
        for _, person in await members(turn.db, turn.forum.id, Role.COORDINATOR):
            await outbox.promise(
                turn.db, UNPLACED, turn.forum.id, person.id, turn.now, member=turn.member.id
            )
        return Screen(Text("welcome-organisation-asked-for"), _start())
    chosen = await _chosen(turn, organisation)
    if chosen is None:
        return Notice(Text("welcome-choose-organisation"))
    turn.member.organisation_id = chosen.id
    return Screen(Text("welcome-organisation-is", name=chosen.name), _start())


@promised
async def unplaced(turn: Turn, member: int) -> Outcome:
    """To a coordinator: somebody found none of the organisations theirs."""
    found = await _unplaced_member(turn, member)
    if found is None:
        return Skip("no_longer_needed")
    person = await turn.db.get_one(Person, found.person_id)
    places = await organisations(turn.db, turn.forum.id)
    return Screen(
        Text("welcome-unplaced", name=person.name),
        _choose(places, none_of_these=False),
        Note(Text("welcome-unplaced-note")),
        Button(Text("welcome-place"), "welcome.place", style="positive", member=member),
    )


@coordinators_only
async def place(turn: Turn, member: int, organisation: str = "") -> Outcome:
    found = await _unplaced_member(turn, member)
    if found is None:
        return Notice(Text("help-already-done"))
    chosen = await _chosen(turn, organisation)
    if chosen is None:
        return Notice(Text("welcome-choose-organisation"))
    found.organisation_id = chosen.id
    person = await turn.db.get_one(Person, found.person_id)
    return Screen(Text("welcome-placed", person=person.name, name=chosen.name))


async def later(turn: Turn) -> Screen:
    return Screen(Text("welcome-goes-on-later"), _start())


@anyone
async def privacy(turn: Turn, rest: str = "") -> Screen:
    return Screen(Heading(Text("welcome-privacy-title")), Text("welcome-privacy"))


async def _question(turn: Turn) -> list[Part]:
    """Which organisation? Nothing when it is known, or when there is none to choose from."""
    asks = turn.member.role in (Role.PARTICIPANT, Role.CONTACT, Role.DEPUTY)
    places = await organisations(turn.db, turn.forum.id)
    if not asks or turn.member.organisation_id is not None or not places:
        return []
    turn.member.organisation_asked = turn.member.organisation_asked or turn.today
    return [
        _choose(places, none_of_these=True),
        Button(Text("welcome-belong"), "welcome.belong", style="positive"),
    ]


def _choose(places: list[Organisation], *, none_of_these: bool) -> Choose:
    options: list[tuple[str, str | Text]] = [(str(place.id), place.name) for place in places]
    if none_of_these:
        options.append((NONE_OF_THESE, Text("welcome-none-of-these")))
    return Choose("organisation", Text("welcome-organisation"), options, compact=True)


async def _chosen(turn: Turn, code: str) -> Organisation | None:
    places = await organisations(turn.db, turn.forum.id)
    return next((place for place in places if str(place.id) == code), None)


async def _organisation(turn: Turn, member: Membership) -> Organisation | None:
    if member.organisation_id is None:
        return None
    return await turn.db.get(Organisation, member.organisation_id)


async def _unplaced_member(turn: Turn, member: int) -> Membership | None:
    """Of this forum and without an organisation; shown to its coordinators only."""
    found = await turn.db.get(Membership, member)
    if turn.member.role != Role.COORDINATOR or found is None or found.left is not None:
        return None
    mine = found.forum_id == turn.forum.id
    return found if mine and found.organisation_id is None else None


def _start() -> Button:
    return Button(Text("welcome-start"), "onboarding.start", style="positive", with_inputs=False)


def _first_name(turn: Turn) -> str:
    return (turn.person.name.split() or ["?"])[0]
