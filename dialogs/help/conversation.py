"""Say what Vertti can do, guess what was meant, pass a word on to a coordinator."""

from dialogs.arguments import Lines
from dialogs.commands import commands, offered
from dialogs.help.rules import nearest
from dialogs.screen import Ask, Button, Heading, Note, Quote, Screen, Text
from dialogs.turn import Turn, anyone, promised, public
from storage import outbox
from storage.outbox import Doubt, Kind
from storage.people import Person, Role, members

FROM_PARTICIPANT = Kind("help.from_participant", initiative=False, doubt=Doubt.RESEND)


@public
@anyone
async def show(turn: Turn, rest: str = "") -> Screen:
    return Screen(
        Heading(Text("help-title")),
        Text("help-intro"),
        *_offers(turn),
        Note(Text("help-how-to-talk")),
    )


@public
@anyone
async def hello(turn: Turn, rest: str = "") -> Screen:
    name = turn.who.name.split()[0] if turn.who and turn.who.name else "?"
    return Screen(Text("help-hello", name=name), *_offers(turn))


@public
@anyone
async def thanks(turn: Turn, rest: str = "") -> Screen:
    return Screen(Text("help-you-are-welcome"))


@public
@anyone
async def not_understood(turn: Turn, said: str = "") -> Screen:
    titles = {command.step: command.title for command in offered(_is_coordinator(turn))}
    guesses = nearest(said, commands(), list(titles))
    return Screen(
        Text("help-not-understood"),
        *(Button(Text(titles[step]), step) for step in guesses),
        Button(Text("help-title"), "help.show"),
    )


async def coordinator(turn: Turn, rest: str = "") -> Screen:
    """The way to a human: what is typed next goes to the coordinators, word for word."""
    turn.listen("help.tell_coordinator")
    return Screen(
        Heading(Text("help-coordinator-title")),
        Text("help-coordinator-ask"),
        Ask("said", Text("help-coordinator-words-label"), rest, long=True, required=True),
        Button(Text("help-coordinator-send"), "help.tell_coordinator", style="positive"),
        Button(Text("help-never-mind"), "help.show", with_inputs=False),
    )


async def tell_coordinator(turn: Turn, said: Lines) -> Screen:
    turn.stop_listening()
    if not said:
        return await coordinator(turn)
    for _, person in await members(turn.db, turn.forum.id, Role.COORDINATOR):
        await outbox.promise(
            turn.db,
            FROM_PARTICIPANT,
            turn.forum.id,
            person.id,
            turn.now,
            occasion=f"{turn.person.id}@{turn.now.isoformat()}",
            sender=turn.person.id,
            said=said,
        )
    return Screen(Text("help-coordinator-told"))


@promised
async def from_participant(turn: Turn, sender: int, said: Lines) -> Screen:
    """To a coordinator, at once: a human asked for a human."""
    person = await turn.db.get_one(Person, sender)
    return Screen(Text("help-from-participant", name=person.name), Quote(said))


def _offers(turn: Turn) -> list[Button]:
    return [Button(Text(c.title), c.step) for c in offered(_is_coordinator(turn))][:6]


def _is_coordinator(turn: Turn) -> bool:
    return turn.belongs is not None and turn.belongs[0].role == Role.COORDINATOR
