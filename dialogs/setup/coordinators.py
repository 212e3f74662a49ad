"""Setting up: who coordinates, chosen from the team."""

from dialogs.arguments import Codes, Line
from dialogs.screen import Ask, Button, Choose, Heading, Notice, Screen, Text
from dialogs.setup import rules
from dialogs.setup.cards import card, go_on, ways_on
from dialogs.setup.placing import make_coordinator
from dialogs.turn import Outcome, Turn, coordinators_only
from storage.people import Role, members


@card("coordinators")
@coordinators_only
async def coordinators(turn: Turn, find: Line = "", people: Codes | None = None) -> Outcome:
    """The whole team to choose from; of a big one, those whose name holds what was typed."""
    present = await members(turn.db, turn.forum.id)
    names = {str(member.id): person.name for member, person in present}
    emails = {str(member.id): person.email for member, person in present}
    known = [str(m.id) for m, _ in present if m.role == Role.COORDINATOR]
    chosen = known if people is None else [code for code in people if code in names]
    ahead = list(dict.fromkeys([*known, *chosen]))
    offered = rules.shortlist(list(names.items()), ahead, find)
    many = len(present) > rules.AT_ONCE or bool(find)
    return Screen(
        Heading(Text("setup-coordinators-title")),
        Text("setup-coordinators-intro"),
        Choose(
            "people",
            Text("setup-coordinators"),
            [(code, rules.told_apart(code, names, emails)) for code in offered],
            chosen,
            many=True,
            required=True,
        ),
        *([Ask("find", Text("setup-find"), find, limit=60)] if many else []),
        Button(
            Text("setup-save"),
            "setup.save_coordinators",
            style="positive",
            known=[int(code) for code in known],
        ),
        *([Button(Text("setup-look-for"), "setup.coordinators")] if many else []),
        *ways_on("coordinators"),
    )


@coordinators_only
async def save_coordinators(
    turn: Turn, people: Codes | None = None, known: list[int] | None = None
) -> Outcome:
    """Only what this card changed: it may be an old one. One coordinator always stays."""
    present = {str(m.id): m for m, _ in await members(turn.db, turn.forum.id)}
    chosen = set(people or [])
    before = {str(member) for member in known or []}
    now = {code for code, m in present.items() if m.role == Role.COORDINATOR}
    after = (now - (before - chosen)) | (chosen - before)
    if not after & set(present):
        return Notice(Text("setup-one-coordinator"))
    for code in sorted(after - now):
        if code in present:
            await make_coordinator(turn.db, turn.forum, present[code], turn.now)
    for code in now - after:
        present[code].role = Role.PARTICIPANT
    if str(turn.member.id) not in after:
        turn.stop_listening()
        return Screen(Text("setup-handed-over"))
    return await go_on(turn, after="coordinators")
