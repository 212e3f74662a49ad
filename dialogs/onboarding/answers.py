"""What a member has told, wherever it has its place: answers, competences, project, settings."""

from typing import Any

from dialogs.onboarding.questions import NOBODY, QUESTIONS
from dialogs.screen import Text, Words
from storage.database import Database
from storage.people import Membership, Person, Role, colleagues
from storage.portfolio import Side, answers, competences
from storage.project import project_of


async def held(db: Database, person: Person, member: Membership) -> dict[str, Any]:
    """Question to the answer that holds now; None or nothing where there is none."""
    given = await answers(db, member.id)
    project = await project_of(db, member.organisation_id)
    own = await _heads(db, member.organisation_id)
    holds: dict[str, Any] = {
        "pf1": await competences(db, member.id, Side.OFFER),
        "pf3": await competences(db, member.id, Side.WISH),
        "ro1": own.get(Role.CONTACT),
        "ro2": own.get(Role.DEPUTY),
        "se1": person.language,
        "se2": str(member.checkin_days),
        "se3": person.preferred_days,
        "se4": member.critical_friend,
    }
    for question in QUESTIONS.values():
        if question.project is not None:
            holds[question.id] = getattr(project, question.project) if project else None
        elif not question.setting:
            holds[question.id] = given.get(question.id)
    return holds


async def people_to_choose(db: Database, organisation: int | None) -> dict[str, Words]:
    """Those of one's own organisation who can be its contact person or deputy."""
    if organisation is None:
        return {}
    return {
        str(member.id): person.name
        for member, person in await colleagues(db, organisation)
        if member.role in (Role.PARTICIPANT, Role.CONTACT, Role.DEPUTY)
    }


def with_nobody(people: dict[str, Words]) -> dict[str, Words]:
    """For the deputy, whose place may stay empty."""
    return {**people, NOBODY: Text("onboarding-nobody-yet")}


async def _heads(db: Database, organisation: int | None) -> dict[Role, str]:
    if organisation is None:
        return {}
    return {member.role: str(member.id) for member, _ in await colleagues(db, organisation)}
