"""One card at a time: go on where one was, skip, go back, leave, change something later."""

from collections.abc import Sequence

from dialogs.onboarding import rules
from dialogs.onboarding.answers import held, people_to_choose, with_nobody
from dialogs.onboarding.cards import People, field, spoken, who_sees
from dialogs.onboarding.ending import what_next, whom_to_ask
from dialogs.onboarding.questions import PROJECT_HEADS, Card, Question
from dialogs.screen import Button, Facts, Heading, Note, Part, Screen, Text, Words
from dialogs.turn import Refused, Turn
from storage.portfolio import answers, keep_answers


async def start(turn: Turn, rest: str = "") -> Screen:
    """Go on with the first card that has not been answered or skipped."""
    told = await answers(turn.db, turn.member.id)
    card = rules.next_card(role_of(turn), told)
    if card is None:
        return await _all_told(turn)
    return await ask(turn, card, [] if told else [Text("onboarding-intro")])


async def show(turn: Turn, card: str) -> Screen:
    """A card by its name: the way back."""
    return await ask(turn, own_card(turn, card))


async def skip(turn: Turn, card: str) -> Screen:
    """What was answered earlier stays; the rest counts as asked."""
    told = await answers(turn.db, turn.member.id)
    questions = rules.questions_for(own_card(turn, card), role_of(turn))
    skipped = {q.id: None for q in questions if q.id not in told}
    await keep_answers(turn.db, turn.member.id, skipped, turn.now)
    return await go_on(turn)


async def later(turn: Turn) -> Screen:
    return Screen(
        Text("onboarding-later-is-fine"), Button(Text("onboarding-go-on"), "onboarding.start")
    )


async def change(turn: Turn, card: str) -> Screen:
    """One card on its own, to change what was told."""
    chosen = own_card(turn, card)
    return Screen(
        Heading(Text(f"onboarding-{chosen.name}")),
        who_sees(chosen),
        *await fields(turn, chosen),
        Button(
            Text("onboarding-save-change"),
            f"onboarding.save_{chosen.name}",
            style="positive",
            change=True,
        ),
    )


async def ask(turn: Turn, card: Card, before: Sequence[Part] = ()) -> Screen:
    """The card with its place in the row and what holds now."""
    role = role_of(turn)
    number, of = rules.position(role, card.name)
    back = rules.card_before(role, card.name)
    return Screen(
        *before,
        Heading(Text(f"onboarding-{card.name}")),
        Note(Text("onboarding-progress", number=number, of=of)),
        who_sees(card),
        *([Note(Text("onboarding-roles-move"))] if card.name == "roles" else []),
        *await fields(turn, card),
        Button(Text("onboarding-save"), f"onboarding.save_{card.name}", style="positive"),
        Button(Text("onboarding-skip"), "onboarding.skip", with_inputs=False, card=card.name),
        *(
            [Button(Text("onboarding-back"), "onboarding.card", with_inputs=False, card=back.name)]
            if back
            else []
        ),
        Button(Text("onboarding-later"), "onboarding.later", with_inputs=False),
    )


async def go_on(turn: Turn, before: Sequence[Part] = ()) -> Screen:
    """The next card, or the end: thanks, what happens next, and somebody to ask."""
    card = rules.next_card(role_of(turn), await answers(turn.db, turn.member.id))
    if card is not None:
        return await ask(turn, card, before)
    return Screen(
        *before,
        Text("onboarding-thanks", name=turn.person.name.split()[0]),
        await what_next(turn),
        *await whom_to_ask(turn),
        Note(Text("onboarding-change-any-time")),
        Button(Text("who-knows-title"), "who_knows.start"),
        Button(Text("my-data-title"), "my_data.show"),
    )


async def changed(turn: Turn, card: Card, before: Sequence[Part] = ()) -> Screen:
    """What holds after a change."""
    rows = await told_rows(turn, card)
    return Screen(
        *before,
        Text("onboarding-changed"),
        Facts(rows),
        who_sees(card),
        Button(Text("onboarding-change-again"), "onboarding.change", card=card.name),
        Button(Text("my-data-title"), "my_data.show"),
    )


async def told_rows(turn: Turn, card: Card) -> list[tuple[Words, Words]]:
    holds = await held(turn.db, turn.person, turn.member)
    people = await people_to_choose(turn.db, turn.member.organisation_id)
    return [
        (Text(f"onboarding-{q.id}-short"), spoken(q, holds[q.id], people))
        for q in rules.questions_for(card, role_of(turn))
    ]


async def fields(turn: Turn, card: Card) -> list[Part]:
    holds = await held(turn.db, turn.person, turn.member)
    people = await people_to_choose(turn.db, turn.member.organisation_id)
    return [
        field(question, holds[question.id], choices_of_people(question, people))
        for question in rules.questions_for(card, role_of(turn))
    ]


def choices_of_people(question: Question, people: dict[str, Words]) -> People:
    return with_nobody(people) if question.id == "ro2" else people


def role_of(turn: Turn) -> str:
    """The member's role, as far as questions go: without an organisation there is no project."""
    role = turn.member.role
    alone = turn.member.organisation_id is None and role in PROJECT_HEADS
    return "participant" if alone else role


def own_card(turn: Turn, name: str) -> Card:
    """The card, if this member is asked it. Raises Refused."""
    for card in rules.cards_for(role_of(turn)):
        if card.name == name:
            return card
    raise Refused(Text("onboarding-not-your-card"))


async def _all_told(turn: Turn) -> Screen:
    return Screen(
        Text("onboarding-all-told"),
        *await whom_to_ask(turn),
        *(
            Button(Text(f"onboarding-{card.name}"), "onboarding.change", card=card.name)
            for card in rules.cards_for(role_of(turn))
        ),
    )
