"""A pause until a day, and other times of one's own: kept, shown, ended, taken back."""

from datetime import date

from dialogs.arguments import Day, Line
from dialogs.days.rules import span_in
from dialogs.onboarding.conversation import start as onboarding
from dialogs.onboarding.questions import PROJECT_PEOPLE
from dialogs.screen import AskDate, Button, Facts, Heading, Note, Notice, Part, Screen, Text, Words
from dialogs.settings import rules
from dialogs.turn import Outcome, Refused, Turn
from storage.people import Absence, absences_of

SHOWN = 4  # quiet times with a button of their own; the card holds no more


async def pause(turn: Turn, rest: Line = "") -> Outcome:
    """ "Tauko 15.1. asti" at once; without a day, by card."""
    return await until(turn, rest) if rest else await _card(turn)


async def until(turn: Turn, said: Line) -> Outcome:
    """A typed line with the days of a pause."""
    span = span_in(said, turn.today)
    if span is None:
        return await _card(turn, Text("settings-no-day-found"))
    return await away(turn, *span)


async def away(turn: Turn, first: Day = None, last: Day = None) -> Outcome:
    """Keep quiet from one day until another, both included."""
    first = first or turn.today
    if last is None:
        return Notice(Text("settings-choose-last-day"))
    problem = rules.problem_of(first, last, turn.today)
    if problem is not None:
        return Notice(Text(f"settings-{problem}", first=first, last=last))
    turn.stop_listening()
    kept = await absences_of(turn.db, turn.person.id)
    absence = next((a for a in kept if (a.first, a.last) == (first, last)), None)
    if absence is None:
        absence = Absence(person_id=turn.person.id, first=first, last=last)
        turn.db.add(absence)
        await turn.db.flush()
    said = "settings-paused-until" if first <= turn.today else "settings-quiet-between"
    return Screen(
        Text(said, first=first, last=last),
        Button(Text("settings-undo"), "settings.remove", absence=absence.id),
        Button(Text("settings-title"), "settings.show"),
    )


async def remove(turn: Turn, absence: int) -> Outcome:
    """Take back one of one's own quiet times."""
    found = await turn.db.get(Absence, absence)
    if found is None:
        return Notice(Text("help-already-done"))
    if found.person_id != turn.person.id:
        raise Refused(Text("settings-not-yours"))
    first, last = found.first, found.last
    await turn.db.delete(found)
    await turn.db.flush()
    return await _ended(turn, [(first, last)])


async def end_pause(turn: Turn, rest: Line = "") -> Outcome:
    """End the pause that is on; what is planned for later stays."""
    kept = {absence.id: absence for absence in await absences_of(turn.db, turn.person.id)}
    spans = {key: (absence.first, absence.last) for key, absence in kept.items()}
    left = rules.after_ending(spans, turn.today)
    if not left:
        return Screen(Text("settings-no-pause"), Button(Text("settings-title"), "settings.show"))
    for key, span in left.items():
        if span is None:
            await turn.db.delete(kept[key])
        else:
            kept[key].last = span[1]
    await turn.db.flush()
    return await _ended(turn, [(turn.today, max(spans[key][1] for key in left))])


async def resume(turn: Turn, rest: Line = "") -> Outcome:
    """ "Jatka" ends a pause; when there is none, it goes on with onboarding."""
    if any(first <= turn.today <= last for first, last in await _spans(turn)):
        return await end_pause(turn)
    return await onboarding(turn)


async def quiet_rows(turn: Turn) -> list[tuple[Words, Words]]:
    """The quiet times that are on or to come."""
    return [
        (Text("settings-quiet-time"), _between(first, last)) for first, last in await _spans(turn)
    ]


async def _card(turn: Turn, before: Text | None = None) -> Screen:
    turn.listen("settings.until")
    coming = [a for a in await absences_of(turn.db, turn.person.id) if a.last >= turn.today]
    rows = await quiet_rows(turn)
    parts: list[Part] = [
        *([before] if before else []),
        Heading(Text("settings-pause")),
        Text("settings-pause-how"),
        *([Facts(rows)] if rows else []),
        AskDate("first", Text("settings-first-day"), turn.today.isoformat()),
        AskDate("last", Text("settings-last-day")),
        Note(Text("settings-pause-ends")),
        Button(Text("onboarding-save-change"), "settings.away", style="positive"),
    ]
    for absence in coming[:SHOWN]:
        span = _between(absence.first, absence.last)
        parts.append(
            Button(
                Text("settings-remove", days=span),
                "settings.remove",
                with_inputs=False,
                absence=absence.id,
            )
        )
    if turn.member.role in PROJECT_PEOPLE:
        parts.append(Button(Text("settings-project-pauses"), "checkin.pause", with_inputs=False))
    return Screen(*parts)


async def _ended(turn: Turn, gone: list[tuple[date, date]]) -> Screen:
    """What holds now, and a way back."""
    rows = await quiet_rows(turn)
    [(first, last)] = gone
    return Screen(
        Text("settings-pause-over"),
        *([Facts(rows)] if rows else []),
        Button(
            Text("settings-undo"),
            "settings.away",
            first=first.isoformat(),
            last=last.isoformat(),
        ),
        Button(Text("settings-title"), "settings.show"),
    )


async def _spans(turn: Turn) -> list[tuple[date, date]]:
    kept = await absences_of(turn.db, turn.person.id)
    return [(a.first, a.last) for a in kept if a.last >= turn.today]


def _between(first: date, last: date) -> Text:
    return Text("settings-between", first=first, last=last)
