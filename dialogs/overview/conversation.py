"""Where each project stands, who cannot be reached, which wishes wait."""

from dialogs.checkin import rules
from dialogs.competence import label
from dialogs.screen import Facts, Heading, Note, Part, Screen, Text, Words
from dialogs.turn import Turn, coordinators_only
from storage import checkin, help_request, outbox
from storage.help_request import HelpRequest
from storage.people import unreachable
from storage.project import projects


@coordinators_only
async def show(turn: Turn, rest: str = "") -> Screen:
    rows: list[tuple[Words, Words]] = []
    for project, organisation in await projects(turn.db, turn.forum.id):
        answers = [
            answer
            for answer in await checkin.of_project(turn.db, project.id)
            if rules.may_see(answer.visibility, "coordinator")
        ]
        latest = answers[0] if answers else None
        before = answers[1].progress if len(answers) > 1 else None
        how = rules.movement(latest.progress if latest else None, before)
        value = (
            Text(
                "overview-row",
                progress=Text(f"checkin-progress-{latest.progress}"),
                movement=Text(f"overview-{how}"),
                day=turn.day(latest.answered),
            )
            if latest
            else Text("overview-unknown")
        )
        rows.append((organisation.name, value))
    wishes = await help_request.unanswered(turn.db, turn.forum.id)
    lost = await unreachable(turn.db, turn.forum.id)
    accounts = await outbox.accounts(turn.db, turn.forum.id)
    return Screen(
        Heading(Text("overview-title")),
        Text("overview-forum", name=turn.forum.name),
        Facts(rows),
        *_wishes(wishes),
        *([Text("overview-unreachable", names=[p.name for p in lost])] if lost else []),
        Text(
            "overview-accounts",
            **{s.value: accounts[s.value] for s in outbox.Status if s != outbox.Status.SENDING},
        ),
        Note(Text("overview-note")),
    )


def _wishes(wishes: list[HelpRequest]) -> list[Part]:
    if not wishes:
        return []
    rows: list[tuple[Words, Words]] = [
        (label(w.competence) if w.competence else Text("overview-some-topic"), w.words or "")
        for w in wishes
    ]
    return [Text("overview-wishes"), Facts(rows)]
