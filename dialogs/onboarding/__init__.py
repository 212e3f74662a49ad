"""Onboarding: five cards that let Vertti find the right people and be quiet at the right time.

Competence portfolio, expectations, goal and signs of success, roles and deputy, rhythm and quiet.
One card at a time; where a person is follows from what they have answered or skipped, so a card
can be left for weeks and gone on with in another language. Each answer has one place: the
competences, the project, the roles and the settings hold theirs, the rest stays an answer.
"""

from dialogs.onboarding.conversation import change, later, show, skip, start
from dialogs.onboarding.roles import move_roles, now_contact, roles
from dialogs.onboarding.saving import (
    save_expectations,
    save_goals,
    save_portfolio,
    save_roles,
    save_settings,
)
from dialogs.turn import Step

STEPS: dict[str, Step] = {
    "onboarding.start": start,
    "onboarding.card": show,
    "onboarding.skip": skip,
    "onboarding.later": later,
    "onboarding.change": change,
    "onboarding.save_portfolio": save_portfolio,
    "onboarding.save_expectations": save_expectations,
    "onboarding.save_goals": save_goals,
    "onboarding.save_roles": save_roles,
    "onboarding.save_settings": save_settings,
    "onboarding.roles": roles,
    "onboarding.move_roles": move_roles,
    "onboarding.now_contact": now_contact,
}
