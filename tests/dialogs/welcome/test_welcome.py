"""The welcome: once each, with the one question nobody has answered; deputies may say no."""

from typing import Any

import pytest

from bot.cards import draw
from dialogs import welcome
from dialogs.screen import Button, Choose, Heading, Note, Notice, Screen, Skip, Text
from dialogs.steps import take
from dialogs.texts import LANGUAGES, Reader
from dialogs.turn import Outcome, Turn
from dialogs.welcome.deputy import PERSONAL
from storage import outbox
from storage.database import Transaction
from storage.forum import Forum, Organisation, Phase, organisations
from storage.outbox import Prompt, Status
from storage.people import Membership, Person, Role, membership
from tests.builders import NOW, TODAY, a_forum, a_person, join

START = Button(Text("welcome-start"), "onboarding.start", style="positive", with_inputs=False)
LATER = Button(Text("welcome-later"), "welcome.later", with_inputs=False)
PRIVACY = Button(Text("welcome-privacy-title"), "welcome.privacy", with_inputs=False)


class Setting:
    """An open forum with a coordinator, Aino, and the organisations that are given."""

    def __init__(self, transaction: Transaction, forum: int, people: dict[str, int]) -> None:
        self.transaction, self.forum, self.people = transaction, forum, people

    async def take(self, who: str, step: str, promised: bool = False, **args: Any) -> Outcome:
        async with self.transaction() as db:
            forum = await db.get_one(Forum, self.forum)
            person = await db.get_one(Person, self.people[who])
            member = await membership(db, self.forum, person.id)
            assert member is not None
            turn = Turn(db, NOW, person, (member, forum), promised=promised)
            outcome = await take(turn, step, args)
        for language in LANGUAGES if isinstance(outcome, Screen) else ():
            draw(outcome, [Reader(language)], self.forum)
        return outcome

    async def member(self, who: str, **change: Any) -> Membership:
        async with self.transaction() as db:
            member = await membership(db, self.forum, self.people[who])
            assert member is not None
            for name, value in change.items():
                setattr(member, name, value)
            return member

    async def museum(self, name: str = "Hopeahaaran museo") -> str:
        async with self.transaction() as db:
            row = Organisation(forum_id=self.forum, name=name)
            db.add(row)
            await db.flush()
            return str(row.id)

    async def messages(self, who: str) -> list[Prompt]:
        async with self.transaction() as db:
            return await outbox.messages_to(db, self.people[who])

    async def due(self) -> None:
        async with self.transaction() as db:
            await welcome.due(db, await db.get_one(Forum, self.forum), NOW)


@pytest.fixture
async def here(transaction: Transaction) -> Setting:
    async with transaction() as db:
        forum = a_forum()
        bo, aino = a_person("Bo Berg"), a_person("Aino Aalto")
        await join(db, forum, bo, role=Role.COORDINATOR)
        await join(db, forum, aino, role=Role.PARTICIPANT)
    return Setting(transaction, forum.id, {"bo": bo.id, "aino": aino.id})


async def delivered(here: Setting, who: str, status: Status = Status.DELIVERED) -> None:
    """The personal welcome got there (or not)."""
    async with here.transaction() as db:
        await outbox.promise_anew(db, PERSONAL, here.forum, here.people[who], NOW)
        [prompt] = await outbox.messages_to(db, here.people[who])
        prompt.status = status


async def test_a_welcome_opens_three_ways(here: Setting) -> None:
    hello = Text("welcome-personal", name="Aino")
    assert await here.take("aino", "welcome.personal") == Screen(hello, START, LATER, PRIVACY)
    assert await here.take("aino", "welcome.later") == Screen(Text("welcome-goes-on-later"), START)
    assert await here.take("aino", "welcome.privacy") == Screen(
        Heading(Text("welcome-privacy-title")), Text("welcome-privacy")
    )


async def test_no_welcome_before_the_forum_opens(here: Setting) -> None:
    async with here.transaction() as db:
        (await db.get_one(Forum, here.forum)).phase = Phase.SETUP
    assert await here.take("aino", "welcome.personal") == Skip("forum_not_open")


@pytest.mark.parametrize(
    ("earlier", "again"),
    [
        (Status.DELIVERED, 0),
        (Status.UNKNOWN, 0),
        (Status.FAILED, 1),
        (Status.SKIPPED, 1),
        (Status.CANCELLED, 1),
    ],
)
async def test_a_welcome_is_tried_again_only_when_it_cannot_have_arrived(
    here: Setting, earlier: Status, again: int
) -> None:
    await delivered(here, "aino", earlier)
    for _ in range(2):
        async with here.transaction() as db:
            forum = await db.get_one(Forum, here.forum)
            await welcome.everybody(db, forum, NOW)
    statuses = [prompt.status for prompt in await here.messages("aino")]
    assert statuses == [earlier, *["waiting"] * again]
    assert await here.messages("bo") == []


async def test_who_has_no_organisation_is_asked_in_the_welcome(here: Setting) -> None:
    museum = await here.museum()
    card = await here.take("aino", "welcome.personal")
    assert card == Screen(
        Text("welcome-personal", name="Aino"),
        Choose(
            "organisation",
            Text("welcome-organisation"),
            [(museum, "Hopeahaaran museo"), ("none", Text("welcome-none-of-these"))],
            compact=True,
        ),
        Button(Text("welcome-belong"), "welcome.belong", style="positive"),
        LATER,
        PRIVACY,
    )
    assert (await here.member("aino")).organisation_asked == TODAY
    chosen = Notice(Text("welcome-choose-organisation"))
    assert await here.take("aino", "welcome.belong", organisation="") == chosen
    assert await here.take("aino", "welcome.belong", organisation="999") == chosen
    answer = Screen(Text("welcome-organisation-is", name="Hopeahaaran museo"), START)
    assert await here.take("aino", "welcome.belong", organisation=museum) == answer
    assert str((await here.member("aino")).organisation_id) == museum

    other = await here.museum("Toinen")
    assert await here.take("aino", "welcome.belong", organisation=other) == answer


async def test_organisations_of_another_forum_are_not_offered_or_taken(here: Setting) -> None:
    async with here.transaction() as db:
        other = a_forum(team_id="19:other@thread.tacv2")
        db.add(other)
        await db.flush()
        theirs = Organisation(forum_id=other.id, name="Salainen museo")
        db.add(theirs)
        await db.flush()
    await here.museum()
    assert "Salainen" not in repr(await here.take("aino", "welcome.personal"))
    refused = await here.take("aino", "welcome.belong", organisation=str(theirs.id))
    assert refused == Notice(Text("welcome-choose-organisation"))


async def test_none_of_these_goes_to_the_coordinators(here: Setting) -> None:
    museum = await here.museum()
    for _ in range(2):
        told = await here.take("aino", "welcome.belong", organisation="none")
        assert told == Screen(Text("welcome-organisation-asked-for"), START)
    [prompt] = await here.messages("bo")
    assert (prompt.step, prompt.initiative) == ("welcome.unplaced", False)
    member = prompt.args["member"]
    card = await here.take("bo", "welcome.unplaced", promised=True, **prompt.args)
    assert isinstance(card, Screen)
    assert card.parts[0] == Text("welcome-unplaced", name="Aino Aalto")
    assert isinstance(card.parts[2], Note)

    # Only a coordinator of this forum sees it and may answer.
    assert await here.take("aino", "welcome.unplaced", promised=True, member=member) == Skip(
        "no_longer_needed"
    )
    refused = await here.take("aino", "welcome.place", member=member, organisation=museum)
    assert refused == Notice(Text("help-not-for-you"))
    placed = await here.take("bo", "welcome.place", member=member, organisation=museum)
    assert placed == Screen(Text("welcome-placed", person="Aino Aalto", name="Hopeahaaran museo"))
    again = await here.take("bo", "welcome.place", member=member, organisation=museum)
    assert again == Notice(Text("help-already-done"))
    assert await here.take("bo", "welcome.unplaced", promised=True, member=member) == Skip(
        "no_longer_needed"
    )


async def test_those_welcomed_before_the_organisations_were_known_are_asked_once(
    here: Setting,
) -> None:
    await delivered(here, "aino")
    await here.due()
    assert len(await here.messages("aino")) == 1  # nothing to choose from yet

    await here.museum()
    for _ in range(2):
        await here.due()
    [_, question] = await here.messages("aino")
    assert (question.step, question.initiative) == ("welcome.organisation", True)
    card = await here.take("aino", "welcome.organisation")
    assert isinstance(card, Screen)
    assert card.parts[0] == Text("welcome-which-organisation", name="Aino")
    await here.due()
    assert len(await here.messages("aino")) == 2
    async with here.transaction() as db:
        museum = (await organisations(db, here.forum))[0].id
    await here.member("aino", organisation_id=museum)
    assert await here.take("aino", "welcome.organisation") == Skip("no_longer_needed")


async def test_experts_and_those_not_welcomed_yet_are_not_asked(here: Setting) -> None:
    await here.museum()
    await here.due()
    assert await here.messages("aino") == []
    await here.member("aino", role=Role.EXPERT)
    await delivered(here, "aino")
    await here.due()
    assert len(await here.messages("aino")) == 1


async def test_a_deputy_hears_what_is_expected_and_may_say_no(here: Setting) -> None:
    member = await here.member("aino", role=Role.DEPUTY)
    card = await here.take("aino", "welcome.personal")
    assert isinstance(card, Screen)
    assert card.parts[1] == Text("welcome-deputy-too")
    assert await here.take("aino", "welcome.deputy_yes") == Screen(Text("welcome-deputy-thanks"))
    no = await here.take("aino", "welcome.deputy_no")
    assert no == Screen(Text("welcome-deputy-no-thanks"))
    assert (await here.member("aino")).role == Role.PARTICIPANT
    [told] = await here.messages("bo")
    assert told.args == {"member": member.id}
    assert await here.take("bo", told.step, promised=True, **told.args) == Screen(
        Text("welcome-deputy-declined", name="Aino Aalto")
    )
    assert await here.take("aino", told.step, promised=True, **told.args) == Skip(
        "no_longer_needed"
    )
    for step in ("welcome.deputy_yes", "welcome.deputy_no"):
        assert await here.take("aino", step) == Notice(Text("welcome-deputy-no-more"))
    assert await here.take("aino", "welcome.deputy") == Skip("no_longer_needed")


async def test_a_deputy_named_later_is_told_once(here: Setting) -> None:
    async def name() -> None:
        async with here.transaction() as db:
            forum = await db.get_one(Forum, here.forum)
            member = await membership(db, here.forum, here.people["aino"])
            assert member is not None
            member.role = Role.DEPUTY
            await welcome.name_deputy(db, forum, member, NOW)

    await name()
    assert await here.messages("aino") == []  # the welcome will tell
    await delivered(here, "aino")
    await name()
    await name()
    assert [p.step for p in await here.messages("aino")] == ["welcome.personal", "welcome.deputy"]
    card = await here.take("aino", "welcome.deputy")
    assert isinstance(card, Screen)
    assert card.parts[0] == Text("welcome-deputy", name="Aino")
