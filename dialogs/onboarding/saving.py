"""Take the answers of a card, put each where it belongs, and go on."""

from collections.abc import Collection
from typing import Any

from dialogs.arguments import Codes, Line, Lines, YesNo
from dialogs.competence import COMPETENCES
from dialogs.onboarding import rules
from dialogs.onboarding.answers import people_to_choose, with_nobody
from dialogs.onboarding.conversation import changed, go_on, own_card, role_of
from dialogs.onboarding.questions import QUESTIONS, Question
from dialogs.onboarding.roles import move
from dialogs.onboarding.rules import NotTaken, Raw, Value
from dialogs.screen import Notice, Part, Text
from dialogs.turn import Outcome, Turn
from storage.forum import Organisation
from storage.portfolio import Side, keep_answers, keep_competences
from storage.project import Project, project_of
from storage.project import change as change_project


async def save_portfolio(
    turn: Turn,
    pf1: Codes | None = None,
    pf2: Lines = "",
    pf3: Codes | None = None,
    pf4: Lines = "",
    pf5: Codes | None = None,
    change: bool = False,
) -> Outcome:
    return await _save(turn, "portfolio", change, pf1=pf1, pf2=pf2, pf3=pf3, pf4=pf4, pf5=pf5)


async def save_expectations(
    turn: Turn,
    ex1: Lines = "",
    ex2: Lines = "",
    ex3: Lines = "",
    ex4: Lines = "",
    change: bool = False,
) -> Outcome:
    return await _save(turn, "expectations", change, ex1=ex1, ex2=ex2, ex3=ex3, ex4=ex4)


async def save_goals(
    turn: Turn,
    go1: Lines = "",
    go2: Lines = "",
    go3: Lines = "",
    go4: Lines = "",
    go5: Lines = "",
    go6: Lines = "",
    change: bool = False,
) -> Outcome:
    return await _save(turn, "goals", change, go1=go1, go2=go2, go3=go3, go4=go4, go5=go5, go6=go6)


async def save_roles(
    turn: Turn,
    ro1: Line = "",
    ro2: Line = "",
    ro3: Lines = "",
    ro4: YesNo = None,
    ro5: Line = "",
    change: bool = False,
) -> Outcome:
    return await _save(turn, "roles", change, ro1=ro1, ro2=ro2, ro3=ro3, ro4=ro4, ro5=ro5)


async def save_settings(
    turn: Turn,
    se1: Line = "",
    se2: Line = "",
    se3: Codes | None = None,
    se4: YesNo = None,
    change: bool = False,
) -> Outcome:
    return await _save(turn, "settings", change, se1=se1, se2=se2, se3=se3, se4=se4)


async def _save(turn: Turn, name: str, change: bool, **given: Raw) -> Outcome:
    card = own_card(turn, name)
    questions = rules.questions_for(card, role_of(turn))
    try:
        values = {q.id: rules.taken(q, given[q.id], await _allowed(turn, q)) for q in questions}
        said = await _put(turn, name, values)
    except NotTaken as not_taken:
        return Notice(Text(f"onboarding-{not_taken.why}", limit=not_taken.limit))
    noted = {
        q.id: True if q.held_elsewhere and values[q.id] is not None else values[q.id]
        for q in questions
    }
    await keep_answers(turn.db, turn.member.id, noted, turn.now)
    return await (changed(turn, card, said) if change else go_on(turn, said))


async def _allowed(turn: Turn, question: Question) -> Collection[str]:
    if question.kind == "tags":
        return COMPETENCES
    if question.kind != "person":
        return ()
    people = await people_to_choose(turn.db, turn.member.organisation_id)
    return with_nobody(people) if question.id == "ro2" else people


async def _put(turn: Turn, name: str, values: dict[str, Any]) -> list[Part]:
    """Have the answers take effect; what there is to say about it."""
    said: list[Part] = []
    match name:
        case "portfolio":
            for question, side in (("pf1", Side.OFFER), ("pf3", Side.WISH)):
                await keep_competences(turn.db, turn.member.id, side, values[question] or [])
        case "settings":
            _set(turn, values)
        case "roles":
            organisation = turn.member.organisation_id or 0
            said += await move(turn, organisation, values["ro1"], values["ro2"])
    said += await _tell_project(turn, values)
    return said


def _set(turn: Turn, values: dict[str, Value]) -> None:
    person, member = turn.person, turn.member
    if values["se1"]:
        person.language = str(values["se1"])
    days = values["se3"]
    person.preferred_days = rules.preferred_days(days if isinstance(days, list) else None)
    if values.get("se2"):
        member.checkin_days = int(str(values["se2"]))
    if isinstance(values.get("se4"), bool):
        member.critical_friend = bool(values["se4"])


async def _tell_project(turn: Turn, values: dict[str, Any]) -> list[Part]:
    """Keep what belongs to the project. A change of goal is remarked on; the old one stays."""
    told = {QUESTIONS[key].project: value for key, value in values.items()}
    fields = {name: value for name, value in told.items() if name is not None}
    if "signs" in fields:
        fields["signs"] = fields["signs"] or []
    project = await _project(turn, make=any(fields.values()))
    if project is None:
        return []
    before = project.goal
    new = change_project(turn.db, project, turn.member.id, turn.now, **fields)
    return [Text("onboarding-goal-changed")] if before and "goal" in new else []


async def _project(turn: Turn, *, make: bool) -> Project | None:
    """The organisation's project; the first answer about it makes one."""
    organisation = turn.member.organisation_id
    project = await project_of(turn.db, organisation)
    if project is None and make and organisation is not None:
        name = (await turn.db.get_one(Organisation, organisation)).name
        project = Project(forum_id=turn.forum.id, organisation_id=organisation, title=name)
        turn.db.add(project)
        await turn.db.flush()
    return project
