"""Show a person everything kept about them, what others see of it, and take it along as text."""

from collections.abc import Sequence
from typing import Any

from dialogs.arguments import Line
from dialogs.my_data import rules
from dialogs.my_data.entries import VIEWERS, Entry, Viewer
from dialogs.my_data.kept import everything
from dialogs.onboarding.conversation import role_of
from dialogs.onboarding.rules import cards_for
from dialogs.screen import Ask, Button, Facts, Heading, Note, Part, Screen, Text, Words
from dialogs.texts import say
from dialogs.turn import Turn, anyone
from storage.erasure import is_erased


@anyone
async def show(turn: Turn, rest: Line = "", page: int = 1) -> Screen:
    if turn.person.id is None:
        return await nothing_kept(turn)
    entries = await everything(turn)
    rows, number, of = _page(turn, entries, page)
    return Screen(
        Heading(Text("my-data-title")),
        *_where(number, of),
        Note(Text("my-data-only-you")),
        *_grouped(rows),
        *_turn_pages("my_data.show", number, of),
        Button(Text("my-data-change"), "my_data.change"),
        Button(Text("my-data-seen-by"), "my_data.seen_by"),
        Button(Text("my-data-as-text"), "my_data.as_text"),
        Button(Text("my-data-erase"), "my_data.erase", style="destructive"),
    )


@anyone
async def seen_by(turn: Turn, viewer: Viewer = "forum_member", page: int = 1) -> Screen:
    """What somebody else sees: any member, a colleague from my organisation, a coordinator."""
    if turn.person.id is None:
        return await nothing_kept(turn)
    entries = [entry for entry in await everything(turn) if viewer in entry.seen_by]
    rows, number, of = _page(turn, entries, page)
    return Screen(
        Heading(Text(f"my-data-seen-by-{viewer}")),
        *_where(number, of),
        *_grouped(rows),
        *_turn_pages("my_data.seen_by", number, of, viewer=viewer),
        *(
            Button(Text(f"my-data-seen-by-{other}"), "my_data.seen_by", viewer=other)
            for other in VIEWERS
            if other != viewer
        ),
        Button(Text("my-data-title"), "my_data.show"),
    )


@anyone
async def as_text(turn: Turn, page: int = 1) -> Screen:
    """The same to copy and keep; a card cannot carry a file."""
    if turn.person.id is None:
        return await nothing_kept(turn)
    lines: list[str] = []
    group = ""
    for entry in await everything(turn):
        if entry.group != group:
            group = entry.group
            lines.append(f"# {say(Text(f'my-data-group-{group}'), turn.reader)}")
        lines.append(f"{say(entry.label, turn.reader)}: {say(entry.value, turn.reader)}")
    pages = rules.pages([len(line.encode()) * 3 for line in lines], rows=len(lines))
    number = rules.page_of(pages, page)
    begin, end = pages[number - 1]
    text = "\n".join(lines[begin:end])
    return Screen(
        Heading(Text("my-data-as-text")),
        *_where(number, len(pages)),
        Ask("copy", Text("my-data-copy"), text, long=True, limit=max(len(text), 1)),
        *_turn_pages("my_data.as_text", number, len(pages)),
        Button(Text("my-data-title"), "my_data.show", with_inputs=False),
    )


async def change(turn: Turn) -> Screen:
    """The way to the card where each thing is changed."""
    return Screen(
        Heading(Text("my-data-change")),
        Text("my-data-change-how"),
        *(
            Button(Text(f"onboarding-{card.name}"), "onboarding.change", card=card.name)
            for card in cards_for(role_of(turn))
        ),
        Button(Text("settings-title"), "settings.show"),
    )


async def nothing_kept(turn: Turn) -> Screen:
    """Honest about the one thing that stays of an erased person: that they were erased."""
    person = turn.person
    if await is_erased(turn.db, person.tenant_id, person.aad_object_id):
        return Screen(
            Text("my-data-nothing-but-erased"),
            Button(Text("my-data-come-back"), "my_data.come_back"),
        )
    return Screen(Text("my-data-nothing"))


def _page(turn: Turn, entries: Sequence[Entry], page: int) -> tuple[Sequence[Entry], int, int]:
    """The entries of a page, its number and how many there are."""
    weights = [
        rules.weight(say(entry.label, turn.reader), say(entry.value, turn.reader))
        for entry in entries
    ]
    pages = rules.pages(weights)
    number = rules.page_of(pages, page)
    begin, end = pages[number - 1]
    return entries[begin:end], number, len(pages)


def _grouped(entries: Sequence[Entry]) -> list[Part]:
    groups: dict[str, list[tuple[Words, Words]]] = {}
    for entry in entries:
        groups.setdefault(entry.group, []).append((entry.label, entry.value))
    parts: list[Part] = []
    for group, rows in groups.items():
        parts += [Heading(Text(f"my-data-group-{group}")), Facts(rows)]
    return parts or [Text("my-data-nobody-sees")]


def _where(number: int, of: int) -> list[Note]:
    return [Note(Text("onboarding-progress", number=number, of=of))] if of > 1 else []


def _turn_pages(step: str, number: int, of: int, **args: Any) -> list[Button]:
    ways = ((number - 1, "my-data-previous"), (number + 1, "my-data-next"))
    return [
        Button(Text(key), step, with_inputs=False, page=page, **args)
        for page, key in ways
        if 1 <= page <= of
    ]
