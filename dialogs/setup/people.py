"""Setting up: the organisations and people, from a file or from a few lines in the chat."""

from collections.abc import Sequence
from typing import Annotated

from pydantic import BeforeValidator, Field

from dialogs.arguments import clean
from dialogs.screen import Ask, Button, Facts, Heading, Note, Part, Screen, Text
from dialogs.setup.cards import card, go_on, ways_on
from dialogs.setup.people_file import Row, read_pasted
from dialogs.setup.table_file import Broken, Problem
from dialogs.setup.taking_in import SHOWN, some, take_in, told, vocabulary
from dialogs.turn import Outcome, Turn, coordinators_only, promised
from storage.arrival import expected
from storage.forum import Phase, organisations
from storage.people import Role, members

LONGEST_PASTE = 4000  # characters; a chat message is cut there, and half a list is worse than none
Pasted = Annotated[str, BeforeValidator(clean), Field(max_length=LONGEST_PASTE)]


@card("people")
@coordinators_only
async def people(turn: Turn) -> Outcome:
    db, forum = turn.db, turn.forum
    present = await members(db, forum.id)
    places = await organisations(db, forum.id)
    without = [
        person.name
        for member, person in present
        if member.organisation_id is None and member.role not in (Role.COORDINATOR, Role.EXPERT)
    ]
    awaited = [e.name or e.email for e in await expected(db, forum.id)]
    turn.listen("setup.pasted")
    return Screen(
        Heading(Text("setup-people-title")),
        Text("setup-people-intro"),
        Facts(
            [
                (Text("setup-in-team"), Text("setup-count", count=len(present))),
                (Text("setup-organisations"), some([o.name for o in places])),
                *([(Text("setup-without"), some(without))] if places and without else []),
                *([(Text("setup-awaited"), some(awaited))] if awaited else []),
            ]
        ),
        Text("setup-people-how"),
        Ask("said", Text("setup-people-lines"), long=True, limit=LONGEST_PASTE),
        Note(Text("setup-people-note")),
        Button(Text("setup-people-add"), "setup.pasted", style="positive", sure=True),
        *ways_on("people"),
    )


@coordinators_only
async def pasted(turn: Turn, said: Pasted = "", sure: bool = False) -> Outcome:
    """Lines from the card or from the chat. A stray sentence must not become an organisation."""
    if not said:
        return await go_on(turn, after="people")
    if len(said) >= LONGEST_PASTE:
        return broken([Problem("too_much_pasted")])
    try:
        rows = read_pasted(said, vocabulary())
    except Broken as error:
        turn.listen("setup.pasted")
        return broken(error.problems)
    if not sure and not any(row.email for row in rows):
        return Screen(
            Text("setup-sure", names=[row.organisation for row in rows][:SHOWN]),
            Button(Text("setup-people-add"), "setup.pasted", said=said, sure=True),
            Button(Text("setup-never-mind"), "setup.people"),
        )
    return await file(turn, rows)


@promised
@coordinators_only
async def file(turn: Turn, rows: Sequence[Row] = (), problems: Sequence[Problem] = ()) -> Outcome:
    """What a file brought: all of it is taken in, or nothing."""
    if problems:
        return broken(problems)
    try:
        done = await take_in(turn.db, turn.forum, rows, turn.now)
    except Broken as error:
        return broken(error.problems)
    turn.stop_listening()
    more = Button(Text("setup-people-more"), "setup.people", with_inputs=False)
    onward = (
        [Button(Text("setup-on"), "setup.skip", style="positive", card="people")]
        if turn.forum.phase == Phase.SETUP
        else []
    )
    return Screen(
        Heading(Text("setup-taken-in")),
        Facts(
            [
                (Text("setup-new-organisations"), some(done.organisations)),
                (Text("setup-placed"), Text("setup-count", count=done.placed)),
                (Text("setup-awaited"), some(done.awaited)),
            ]
        ),
        *onward,
        more,
    )


def broken(problems: Sequence[Problem]) -> Screen:
    """Everything that is wrong, at the line where it stands; nothing was changed."""
    lines: list[Part] = [told(problem) for problem in problems[:SHOWN]]
    rest = len(problems) - SHOWN
    return Screen(
        Heading(Text("setup-broken")),
        *lines,
        *([Text("setup-problems-more", count=rest)] if rest > 0 else []),
        Note(Text("setup-nothing-changed")),
    )
