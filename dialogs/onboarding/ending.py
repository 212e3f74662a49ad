"""The end of onboarding: what happens next, and somebody to ask about what one wishes to learn."""

from dialogs.competence import label
from dialogs.onboarding import rules
from dialogs.onboarding.questions import PROJECT_PEOPLE
from dialogs.screen import Facts, Part, Text, Words
from dialogs.turn import Turn
from storage.checkin import next_wave
from storage.forum import Organisation
from storage.people import Membership, Person
from storage.portfolio import Side, competences, who_offer


async def what_next(turn: Turn) -> Text:
    if turn.member.role not in PROJECT_PEOPLE:
        return Text("onboarding-next-nothing")
    if turn.member.checkin_days == 0:
        return Text("onboarding-next-you-come")
    wave = await next_wave(turn.db, turn.forum.id, turn.today)
    return Text("onboarding-next-wave", day=wave) if wave else Text("onboarding-next-in-rhythm")


async def whom_to_ask(turn: Turn) -> list[Part]:
    """Something comes back: names for the wishes, or honestly nobody yet."""
    wishes = await competences(turn.db, turn.member.id, Side.WISH)
    if not wishes:
        return [Text("onboarding-no-wishes")]
    people: dict[int, tuple[Membership, Person]] = {}
    offers: dict[str, list[tuple[int, int | None]]] = {}
    for wish in wishes:
        found = await who_offer(turn.db, turn.forum.id, wish)
        others = [(member, person) for member, person in found if member.id != turn.member.id]
        people.update({member.id: (member, person) for member, person in others})
        offers[wish] = [(member.id, member.organisation_id) for member, _ in others]
    fits = rules.fitting(wishes, offers, turn.member.organisation_id)
    if not fits:
        return [Text("onboarding-nobody-offers")]
    rows: list[tuple[Words, Words]] = []
    for member, wish in fits:
        membership, person = people[member]
        organisation = await turn.db.get(Organisation, membership.organisation_id or 0)
        place = organisation.name if organisation else Text("who-knows-no-organisation")
        rows.append((person.name, Text("onboarding-offers", place=place, competence=label(wish))))
    return [Text("onboarding-whom-to-ask"), Facts(rows)]
