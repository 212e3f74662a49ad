"""The two-minute card."""

from typing import Any

from dialogs.screen import (
    Ask,
    Button,
    Choose,
    Facts,
    Heading,
    Part,
    Quote,
    Screen,
    Text,
)
from dialogs.turn import Outcome, Turn
from storage import checkin as memory
from storage.checkin import Progress, Visibility
from storage.project import project_of
from storage.promise import Outcome as PromiseOutcome
from storage.promise import unasked

PROGRESS = [(p.value, Text(f"checkin-progress-{p}")) for p in Progress]
VISIBILITY = [(v.value, Text(f"checkin-visibility-{v}")) for v in Visibility]
KEPT = [(o.value, Text(f"checkin-kept-{o}")) for o in PromiseOutcome]


async def card(turn: Turn, *, asked: bool, moved: str = "") -> Outcome:
    project = await project_of(turn.db, turn.member.organisation_id)
    if project is None:
        return Screen(Text("checkin-no-project"))
    turn.listen("checkin.said")
    promised = await unasked(turn.db, turn.member.id)
    parts: list[Part] = [
        Heading(Text("checkin-title")),
        Text("checkin-intro", name=turn.person.name.split()[0]),
        Facts([(Text("checkin-project"), project.title)]),
    ]
    args: dict[str, Any] = {}
    if promised is not None:
        parts += [
            Text("checkin-you-promised"),
            Quote(promised.words),
            Choose("kept", Text("checkin-kept"), KEPT, compact=True),
        ]
        args["kept_promise"] = promised.id
    latest = await memory.latest_of(turn.db, turn.member.id)
    visibility = latest.visibility if latest else Visibility.COORDINATORS
    parts += fields(None, moved, None, visibility)
    parts += [
        Ask("promise", Text("checkin-promise"), hint=Text("checkin-promise-hint")),
        Button(Text("checkin-save"), "checkin.save", style="positive", **args),
    ]
    if latest is not None:
        parts.append(Button(Text("checkin-same"), "checkin.same", with_inputs=False))
    if asked:
        parts += [
            Button(Text("checkin-later"), "checkin.later", with_inputs=False),
            Button(Text("checkin-rarer"), "checkin.rarer", with_inputs=False),
        ]
    parts.append(Button(Text("checkin-pause"), "checkin.pause", with_inputs=False))
    return Screen(*parts)


def fields(
    progress: str | None, moved: str | None, help_wanted: str | None, visibility: str
) -> list[Part]:
    return [
        Choose(
            "progress",
            Text("checkin-where"),
            PROGRESS,
            [progress] if progress else [],
            required=True,
        ),
        Ask("moved", Text("checkin-moved"), moved or "", long=True),
        Ask("help_wanted", Text("checkin-help"), help_wanted or "", long=True),
        Choose("visibility", Text("checkin-visibility"), VISIBILITY, [visibility], compact=True),
    ]
