"""What is kept about a person, as rows: what it is, what it says, who else sees it."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from dialogs.checkin.rules import may_see
from dialogs.onboarding.answers import held, people_to_choose
from dialogs.onboarding.cards import spoken
from dialogs.onboarding.questions import CARDS, PROJECT_HEADS, Question
from dialogs.screen import Text, Words
from dialogs.turn import Turn
from storage import checkin, help_request, project, promise
from storage.forum import Forum, Organisation
from storage.help_request import State
from storage.people import Membership

Viewer = Literal["forum_member", "colleague", "coordinator"]
VIEWERS: tuple[Viewer, ...] = ("forum_member", "colleague", "coordinator")

EVERYBODY = frozenset(VIEWERS)
NOBODY: frozenset[str] = frozenset()
COORDINATORS = frozenset({"coordinator"})
SEES_CARD = {"channel": EVERYBODY, "coordinators": COORDINATORS, "self": NOBODY}

NOTHING = "–"


@dataclass(frozen=True)
class Entry:
    group: str  # under which heading it stands
    label: Words
    value: Words
    seen_by: frozenset[str] = NOBODY  # besides the person: viewers


def membership(
    member: Membership, forum: Forum, organisation: Organisation | None
) -> Iterable[Entry]:
    yield _place("forum", forum.name, EVERYBODY)
    yield _place("organisation", organisation.name if organisation else NOTHING, EVERYBODY)
    yield _place("role", Text(f"my-data-role-{member.role}"), EVERYBODY)
    yield _place("title-at-work", member.title or NOTHING, EVERYBODY)
    yield _place("joined", Text("my-data-day", day=member.joined), EVERYBODY)
    if member.left:
        yield _place("left", Text("my-data-day", day=member.left), COORDINATORS)
    if member.organisation_asked:
        day = Text("my-data-day", day=member.organisation_asked)
        yield _place("organisation-asked", day, NOBODY)
    if member.checkin_asked:
        yield _place("checkin-asked", Text("my-data-day", day=member.checkin_asked), NOBODY)


async def told(turn: Turn, member: Membership) -> list[Entry]:
    """The answers to the onboarding questions, and what was changed in the project."""
    holds = await held(turn.db, turn.person, member)
    people = await people_to_choose(turn.db, member.organisation_id)
    found = [
        Entry(
            "settings" if card.name == "settings" else "told",
            Text(f"onboarding-{question.id}-short"),
            spoken(question, holds[question.id], people),
            SEES_CARD[card.seen_by],
        )
        for card in CARDS
        for question in card.questions
        if holds[question.id] not in (None, []) and _is_theirs(question, member)
    ]
    fields = {q.project: q for card in CARDS for q in card.questions if q.project}
    for change in await project.changes_by(turn.db, member.id):
        label = Text(
            "my-data-changed",
            field=Text(f"onboarding-{fields[change.field].id}-short"),
            day=turn.day(change.changed),
        )
        found.append(Entry("told", label, change.before, EVERYBODY))
    return found


async def checkins(turn: Turn, member: Membership) -> list[Entry]:
    found = []
    for answer in await checkin.of_member(turn.db, member.id):
        row = Text(
            "my-data-checkin",
            progress=Text(f"checkin-progress-{answer.progress}"),
            moved=answer.moved or NOTHING,
            help=answer.help_wanted or NOTHING,
            visibility=Text(f"checkin-visibility-{answer.visibility}"),
        )
        seen_by = frozenset(viewer for viewer in VIEWERS if may_see(answer.visibility, viewer))
        label = Text("my-data-day", day=turn.day(answer.answered))
        found.append(Entry("checkins", label, row, seen_by))
    return found


async def promises(turn: Turn, member: Membership) -> list[Entry]:
    return [
        Entry(
            "promises",
            Text("my-data-day", day=turn.day(kept.made)),
            Text(
                "my-data-promise",
                words=kept.words,
                outcome=Text(f"checkin-kept-{kept.outcome}" if kept.outcome else "my-data-open"),
            ),
        )
        for kept in await promise.promises_of(turn.db, member.id)
    ]


async def help_requests(turn: Turn, member: Membership) -> list[Entry]:
    """One's own wishes, and that one was asked to help; never the other person's words."""
    found = []
    for wish in await help_request.requests_of(turn.db, member.id):
        row = Text(
            "my-data-wish",
            words=wish.words or NOTHING,
            competence=_competence(wish.competence),
            state=Text(f"my-data-wish-{wish.state}"),
        )
        waits = wish.state in (State.OPEN, State.NOBODY)
        seen_by = COORDINATORS if wish.shared and waits else NOBODY
        found.append(Entry("help", Text("my-data-day", day=turn.day(wish.asked)), row, seen_by))
    for asked, wish in await help_request.asked_of(turn.db, member.id):
        said = {None: "my-data-not-answered", True: "onboarding-yes", False: "onboarding-no"}
        row = Text(
            "my-data-asked-to-help",
            competence=_competence(wish.competence),
            answer=Text(said[asked.agreed]),
        )
        found.append(Entry("help", Text("my-data-day", day=turn.day(asked.asked)), row))
    return found


def _is_theirs(question: Question, member: Membership) -> bool:
    """What belongs to the project is shown to those who answer for it."""
    if question.project is not None or question.kind == "person":
        return member.role in PROJECT_HEADS
    return True


def _competence(key: str | None) -> Words:
    return Text(f"competence-{key}") if key else NOTHING


def _place(label: str, value: Words, seen_by: frozenset[str]) -> Entry:
    return Entry("forum", Text(f"my-data-{label}"), value, seen_by)
