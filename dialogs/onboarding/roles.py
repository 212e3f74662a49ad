"""Who is an organisation's contact person and deputy: moved by the contact or a coordinator."""

from datetime import timedelta

from dialogs.arguments import Line
from dialogs.onboarding import rules
from dialogs.onboarding.answers import people_to_choose, with_nobody
from dialogs.onboarding.cards import field
from dialogs.onboarding.questions import QUESTIONS
from dialogs.onboarding.rules import NotTaken
from dialogs.screen import Button, Choose, Heading, Note, Notice, Part, Screen, Skip, Text
from dialogs.turn import Outcome, Turn, coordinators_only, promised
from dialogs.welcome.deputy import name_deputy
from storage import outbox
from storage.forum import organisations
from storage.outbox import Kind
from storage.people import Role, colleagues

CONTACT = Kind("onboarding.now_contact", lives=timedelta(days=90))


@coordinators_only
async def roles(turn: Turn, rest: str = "", organisation: int | None = None) -> Outcome:
    """For coordinators: choose an organisation, then its contact person and deputy."""
    known = {o.id: o.name for o in await organisations(turn.db, turn.forum.id)}
    if organisation is None:
        return Screen(
            Heading(Text("onboarding-roles")),
            Choose(
                "organisation",
                Text("onboarding-which-organisation"),
                [(str(key), name) for key, name in known.items()],
                compact=True,
                required=True,
            ),
            Button(Text("onboarding-go-on"), "onboarding.roles", style="positive"),
        )
    if organisation not in known:
        return Notice(Text("help-check-the-fields"))
    return await _card(turn, organisation, known[organisation])


@coordinators_only
async def move_roles(turn: Turn, organisation: int, ro1: Line = "", ro2: Line = "") -> Outcome:
    known = {o.id: o.name for o in await organisations(turn.db, turn.forum.id)}
    if organisation not in known:
        return Notice(Text("help-check-the-fields"))
    people = await people_to_choose(turn.db, organisation)
    try:
        contact = rules.taken(QUESTIONS["ro1"], ro1, people)
        deputy = rules.taken(QUESTIONS["ro2"], ro2, with_nobody(people))
        await move(turn, organisation, contact, deputy)
    except NotTaken as not_taken:
        return Notice(Text(f"onboarding-{not_taken.why}", limit=not_taken.limit))
    return await _card(turn, organisation, known[organisation], [Text("onboarding-roles-moved")])


@promised
async def now_contact(turn: Turn) -> Outcome:
    """To somebody who has become the contact person."""
    if turn.member.role != Role.CONTACT:
        return Skip("no_longer_contact")
    return Screen(
        Text("onboarding-now-contact", name=turn.person.name.split()[0]),
        Button(Text("onboarding-go-on"), "onboarding.start", style="positive"),
    )


async def move(
    turn: Turn, organisation: int, contact: rules.Value, deputy: rules.Value
) -> list[Part]:
    """Name contact and deputy of an organisation; whoever is new in a role hears of it.

    The caller has checked that both are of the organisation and who may do this.
    Raises NotTaken when the same person is named for both.
    """
    own = {
        member.id: member
        for member, _ in await colleagues(turn.db, organisation)
        if member.role in (Role.PARTICIPANT, Role.CONTACT, Role.DEPUTY)
    }
    before = {key: str(member.role) for key, member in own.items()}
    after = rules.roles_after(
        before, str(contact) if contact else None, str(deputy) if deputy else None
    )
    said: list[Part] = []
    for key, role in after.items():
        if role == before[key]:
            continue
        member = own[key]
        member.role = Role(role)
        said = [Text("onboarding-roles-moved")]
        if member.id == turn.member.id:
            continue
        if member.role == Role.DEPUTY:
            await name_deputy(turn.db, turn.forum, member, turn.now)
        elif member.role == Role.CONTACT:
            await outbox.promise_anew(turn.db, CONTACT, turn.forum.id, member.person_id, turn.now)
    return said


async def _card(
    turn: Turn, organisation: int, name: str, before: list[Part] | None = None
) -> Screen:
    people = await people_to_choose(turn.db, organisation)
    roles_now = {m.role: str(m.id) for m, _ in await colleagues(turn.db, organisation)}
    return Screen(
        *(before or []),
        Heading(name),
        Note(Text("onboarding-roles-move")),
        field(QUESTIONS["ro1"], roles_now.get(Role.CONTACT), people),
        field(QUESTIONS["ro2"], roles_now.get(Role.DEPUTY), with_nobody(people)),
        Button(
            Text("onboarding-save-change"),
            "onboarding.move_roles",
            style="positive",
            organisation=organisation,
        ),
    )
