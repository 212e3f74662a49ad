"""Onboarding from the first card to the last, left and gone on with, changed later."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest

from dialogs import welcome
from storage.checkin import Wave
from storage.forum import Forum, Organisation
from storage.outbox import messages_to
from storage.people import Membership, Person, Role, membership
from storage.portfolio import Competence, Side, answers, competences
from storage.project import Project, changes_by, project_of
from tests.builders import TODAY, a_forum, a_museum, a_person, join
from tests.story import Json, Story, buttons, texts


@dataclass
class Cast:
    """Aino is contact, Dan and Eva are her colleagues; Bo is elsewhere; Cecilia coordinates."""

    forum: Forum
    museum: Organisation
    aino: Person
    dan: Person
    eva: Person
    bo: Person
    cecilia: Person


@pytest.fixture
async def cast(story: Story) -> Cast:
    async with story.transaction() as db:
        forum = a_forum(service_url=story.microsoft.service_url)
        museum = await a_museum(db, forum)
        glass = await a_museum(db, forum, "Kuutamovuoren lasimuseo")
        await join(db, forum, aino := a_person(), museum)
        await join(db, forum, dan := a_person("Dan Dahl"), museum, Role.PARTICIPANT)
        await join(db, forum, eva := a_person("Eva Ek"), museum, Role.PARTICIPANT)
        other = await join(db, forum, bo := a_person("Bo Berg", language="sv"), glass)
        await join(db, forum, cecilia := a_person("Cecilia Cygnaeus"), None, Role.COORDINATOR)
        db.add(Competence(membership_id=other.id, side=Side.OFFER, key="saavutettavuus"))
    return Cast(forum, museum, aino, dan, eva, bo, cecilia)


async def say(story: Story, person: Person, text: str) -> Json:
    card = await story.say(person, text)
    assert card is not None
    return card


async def press(story: Story, person: Person, card: Json, title: str, **inputs: Any) -> Json:
    """The card that follows a press."""
    answer = await story.press(person, card, title, **inputs)
    assert answer["type"] == "application/vnd.microsoft.card.adaptive", answer
    card = answer["value"]
    return card


async def member(story: Story, cast: Cast, person: Person) -> Membership:
    async with story.transaction() as db:
        found = await membership(db, cast.forum.id, person.id)
    assert found is not None
    return found


async def told(story: Story, cast: Cast, person: Person) -> dict[str, Any]:
    async with story.transaction() as db:
        found = await membership(db, cast.forum.id, person.id)
        assert found is not None
        return await answers(db, found.id)


def titles(card: Json) -> list[str]:
    return [button["title"] for button in buttons(card)]


def field(card: Json, name: str) -> Json:
    [found] = [element for element in card["body"] if element.get("id") == name]
    return found


async def test_five_cards_for_the_contact_person(story: Story, cast: Cast) -> None:
    async with story.transaction() as db:
        db.add(Wave(forum_id=cast.forum.id, day=TODAY + timedelta(days=7)))
    dan = await member(story, cast, cast.dan)

    card = await say(story, cast.aino, "Aloita")
    assert "osaan olla hiljaa oikeaan aikaan" in texts(card)
    assert "1/5" in texts(card)
    assert "Tämän näkevät kaikki foorumin jäsenet." in texts(card)
    card = await press(
        story,
        cast.aino,
        card,
        "Tallenna ja jatka",
        pf1="digitointi,koulut",
        pf2="Kudon villasukkia",
        pf3="saavutettavuus",
        pf5="chat,call",
    )
    assert "2/5" in texts(card)
    assert "näkevät foorumin koordinaattorit" in texts(card)
    card = await press(story, cast.aino, card, "Tallenna ja jatka", ex1="Rohkeutta", ex3="Aika")
    assert "3/5" in texts(card)
    card = await press(
        story, cast.aino, card, "Tallenna ja jatka", go1="Puramme poistovelan", go4="Tilaa\n- Rauha"
    )
    assert "4/5" in texts(card)
    card = await press(
        story,
        cast.aino,
        card,
        "Tallenna ja jatka",
        ro2=str(dan.id),
        ro3="Verkkolevyllä",
        ro4="true",
        ro5="winter",
    )
    assert "Kirjasin roolit." in texts(card)
    assert "5/5" in texts(card)
    assert "Tämän näet vain sinä." in texts(card)
    card = await press(
        story, cast.aino, card, "Tallenna ja jatka", se1="fi", se2="42", se3="tue,thu", se4="true"
    )

    assert "Kiitos, Aino!" in texts(card)
    assert "18." in texts(card)  # the next wave
    assert "Bo Berg: Kuutamovuoren lasimuseo · Saavutettavuus" in texts(card)
    async with story.transaction() as db:
        aino = await membership(db, cast.forum.id, cast.aino.id)
        assert aino is not None
        assert await competences(db, aino.id, Side.OFFER) == ["digitointi", "koulut"]
        assert await competences(db, aino.id, Side.WISH) == ["saavutettavuus"]
        project = await project_of(db, cast.museum.id)
        assert project is not None
        assert (project.goal, project.signs) == ("Puramme poistovelan", ["Tilaa", "Rauha"])
        assert (project.materials, project.hosting) == ("Verkkolevyllä", "winter")
        assert (aino.checkin_days, aino.critical_friend) == (42, True)
        assert (await db.get_one(Person, cast.aino.id)).preferred_days == ["tue", "thu"]
        given = await answers(db, aino.id)
    assert (given["pf2"], given["ex1"], given["ex2"]) == ("Kudon villasukkia", "Rohkeutta", None)
    assert given["pf5"] == ["chat", "call"]
    assert given["ro4"] is True
    assert (await member(story, cast, cast.dan)).role == Role.DEPUTY


async def test_left_in_the_middle_and_gone_on_with_a_week_later_in_another_language(
    story: Story, cast: Cast
) -> None:
    card = await say(story, cast.aino, "portfolio")
    card = await press(story, cast.aino, card, "Tallenna ja jatka", pf1="digitointi")
    card = await press(story, cast.aino, card, "Jatkan myöhemmin")
    assert "samasta kohdasta" in texts(card)

    await story.wait(days=7)
    card = await say(story, cast.aino, "På svenska, tack")
    assert "Svenska" in texts(card)
    card = await say(story, cast.aino, "fortsätt")

    assert "Förväntningar" in texts(card)
    assert "2/5" in texts(card)
    assert "jag ska hålla tyst" not in texts(card)  # the opening is said once
    card = await press(story, cast.aino, card, "Tillbaka")
    assert field(card, "pf1")["value"] == "digitointi"


async def test_the_language_changes_with_the_very_next_card(story: Story, cast: Cast) -> None:
    card = await say(story, cast.bo, "inledande samtal")
    for _ in range(4):
        card = await press(story, cast.bo, card, "Hoppa över")
    card = await press(story, cast.bo, card, "Spara och fortsätt", se1="en")
    assert "Thank you, Bo!" in texts(card)
    assert "You have been through" in texts(await say(story, cast.bo, "onboarding"))


async def test_everything_can_be_skipped(story: Story, cast: Cast) -> None:
    card = await say(story, cast.aino, "alkukeskustelu")
    for number in range(1, 6):
        assert f"{number}/5" in texts(card)
        card = await press(story, cast.aino, card, "Ohita tämä")

    assert "Kiitos, Aino!" in texts(card)
    assert "Kun kerrot, mistä haluaisit oppia" in texts(card)
    given = await told(story, cast, cast.aino)
    assert len(given) == 24
    assert set(given.values()) == {None}
    member_now = await member(story, cast, cast.aino)
    assert (member_now.checkin_days, member_now.critical_friend) == (28, None)


async def test_nobody_yet_is_said_honestly(story: Story, cast: Cast) -> None:
    card = await say(story, cast.dan, "aloita")
    card = await press(story, cast.dan, card, "Tallenna ja jatka", pf3="energia")
    card = await press(story, cast.dan, card, "Ohita tämä")
    card = await press(story, cast.dan, card, "Ohita tämä")
    assert "ei löytynyt foorumista vielä ketään" in texts(card)


async def test_somebody_who_is_not_contact_has_three_cards(story: Story, cast: Cast) -> None:
    card = await say(story, cast.dan, "aloita")
    assert "1/3" in texts(card)
    card = await press(story, cast.dan, card, "Ohita tämä")
    card = await press(story, cast.dan, card, "Ohita tämä")
    assert "Rytmi ja rauha" in texts(card)
    assert "3/3" in texts(card)


async def test_only_the_contact_person_sets_goal_and_roles(story: Story, cast: Cast) -> None:
    dan = await member(story, cast, cast.dan)
    for verb, data in (
        ("onboarding.card", {"card": "goals"}),
        ("onboarding.change", {"card": "roles"}),
        ("onboarding.save_goals", {"go1": "Oma tavoite"}),
        ("onboarding.save_roles", {"ro1": str(dan.id)}),
        ("onboarding.roles", {"organisation": cast.museum.id}),
        ("onboarding.move_roles", {"organisation": cast.museum.id, "ro1": str(dan.id)}),
    ):
        answer = await story.invoke(cast.dan, verb, data)
        assert answer["type"] == "application/vnd.microsoft.activity.message", verb
    assert (await member(story, cast, cast.dan)).role == Role.PARTICIPANT
    assert (await member(story, cast, cast.aino)).role == Role.CONTACT
    async with story.transaction() as db:
        project = await project_of(db, cast.museum.id)
    assert project is not None
    assert project.goal is None


async def test_people_are_chosen_from_ones_own_organisation_only(story: Story, cast: Cast) -> None:
    bo = await member(story, cast, cast.bo)
    answer = await story.invoke(cast.aino, "onboarding.save_roles", {"ro2": str(bo.id)})
    assert "en tunne" in answer["value"]
    assert (await member(story, cast, cast.bo)).role == Role.CONTACT
    assert await told(story, cast, cast.aino) == {}
    card = (await story.invoke(cast.aino, "onboarding.card", {"card": "roles"}))["value"]
    names = [choice["title"] for choice in field(card, "ro2")["choices"]]
    assert names == ["Aino Aalto", "Dan Dahl", "Eva Ek", "Ei vielä kukaan"]


async def test_the_contact_role_passes_on_with_everything_that_belongs_to_it(
    story: Story, cast: Cast
) -> None:
    dan, eva = await member(story, cast, cast.dan), await member(story, cast, cast.eva)
    card = (await story.invoke(cast.aino, "onboarding.card", {"card": "roles"}))["value"]
    card = await press(
        story, cast.aino, card, "Tallenna ja jatka", ro1=str(dan.id), ro2=str(eva.id), ro3="Levy X"
    )
    assert "/3" in texts(card)  # Aino takes part like everybody else from now on

    roles = [(await member(story, cast, who)).role for who in (cast.aino, cast.dan, cast.eva)]
    assert roles == [Role.PARTICIPANT, Role.CONTACT, Role.DEPUTY]
    await story.wait()
    assert "Olet nyt museosi yhteyshenkilö" in texts(story.received("a:dan")[-1])
    card = (await story.invoke(cast.dan, "onboarding.card", {"card": "roles"}))["value"]
    assert field(card, "ro3")["value"] == "Levy X"
    refused = await story.invoke(cast.aino, "onboarding.save_roles", {"ro1": str(eva.id)})
    assert "yhteyshenkilö" in refused["value"]
    assert (await member(story, cast, cast.dan)).role == Role.CONTACT


async def test_a_coordinator_may_move_the_roles(story: Story, cast: Cast) -> None:
    dan = await member(story, cast, cast.dan)
    card = await say(story, cast.cecilia, "roolit")
    card = await press(story, cast.cecilia, card, "Jatketaan", organisation=str(cast.museum.id))
    card = await press(story, cast.cecilia, card, "Tallenna", ro1=str(dan.id), ro2="nobody")
    assert "Kirjasin roolit." in texts(card)
    assert (await member(story, cast, cast.dan)).role == Role.CONTACT
    assert (await member(story, cast, cast.aino)).role == Role.PARTICIPANT
    bo = await member(story, cast, cast.bo)
    for data in (
        {"organisation": cast.museum.id, "ro1": str(bo.id)},  # of another museum
        {"organisation": cast.museum.id, "ro1": str(dan.id), "ro2": str(dan.id)},
        {"organisation": 999, "ro1": str(dan.id)},
    ):
        answer = await story.invoke(cast.cecilia, "onboarding.move_roles", data)
        assert answer["type"] == "application/vnd.microsoft.activity.message"
    answer = await story.invoke(cast.cecilia, "onboarding.roles", {"organisation": 999})
    assert answer["type"] == "application/vnd.microsoft.activity.message"


async def test_a_changed_goal_keeps_the_earlier_one(story: Story, cast: Cast) -> None:
    async with story.transaction() as db:
        [project] = [await project_of(db, cast.museum.id)]
        assert project is not None
        project.goal = "Vanha tavoite"
    card = (await story.invoke(cast.aino, "onboarding.change", {"card": "goals"}))["value"]
    assert field(card, "go1")["value"] == "Vanha tavoite"
    card = await press(story, cast.aino, card, "Tallenna", go1="Uusi tavoite")

    assert "Pitääkö onnistumisen merkkejä muuttaa samalla?" in texts(card)
    assert "Tavoite: Uusi tavoite" in texts(card)
    aino = await member(story, cast, cast.aino)
    async with story.transaction() as db:
        [change] = await changes_by(db, aino.id)
        assert (change.field, change.before) == ("goal", "Vanha tavoite")
    card = await press(story, cast.aino, card, "Muuta uudelleen")
    card = await press(story, cast.aino, card, "Tallenna", go1="Uusi tavoite", go4="Merkki")
    assert "Pitääkö" not in texts(card)
    assert "Onnistumisen merkit: Merkki" in texts(card)


async def test_what_cannot_be_kept_stays_on_the_card(story: Story, cast: Cast) -> None:
    card = await say(story, cast.aino, "aloita")
    six = "digitointi,koulut,nuoret,energia,some,rahoitus"
    answer = await story.press(cast.aino, card, "Tallenna ja jatka", pf1=six)
    assert "enintään 5" in answer["value"]
    answer = await story.press(cast.aino, card, "Tallenna ja jatka", pf2="x" * 281)
    assert "enintään 280 merkkiä" in answer["value"]
    assert await told(story, cast, cast.aino) == {}


async def test_skipping_keeps_what_was_told_before(story: Story, cast: Cast) -> None:
    card = await say(story, cast.aino, "aloita")
    card = await press(story, cast.aino, card, "Tallenna ja jatka", pf1="koulut", pf2="Kudon")
    card = await press(story, cast.aino, card, "Takaisin")
    card = await press(story, cast.aino, card, "Ohita tämä")
    assert "2/5" in texts(card)
    assert (await told(story, cast, cast.aino))["pf2"] == "Kudon"


async def test_when_all_is_told_each_part_can_be_changed(story: Story, cast: Cast) -> None:
    card = await say(story, cast.dan, "aloita")
    for _ in range(3):
        card = await press(story, cast.dan, card, "Ohita tämä")
    card = await say(story, cast.dan, "aloita")
    assert titles(card) == ["Osaamisportfolio", "Odotukset", "Rytmi ja rauha"]
    card = await press(story, cast.dan, card, "Odotukset")
    card = await press(story, cast.dan, card, "Tallenna", ex1="Uusia ystäviä")
    assert "Toiveeni itselleni: Uusia ystäviä" in texts(card)
    assert (await told(story, cast, cast.dan))["ex1"] == "Uusia ystäviä"


async def test_ones_answers_are_nobody_elses(story: Story, cast: Cast) -> None:
    card = await say(story, cast.aino, "aloita")
    await press(story, cast.aino, card, "Tallenna ja jatka", pf1="koulut", pf2="Salaisuus")
    for verb in ("onboarding.card", "onboarding.change"):
        seen = await story.invoke(cast.dan, verb, {"card": "portfolio"})
        assert "Salaisuus" not in str(seen)
    # A colleague presses Aino's own card, as it was drawn for her.
    await press(story, cast.dan, card, "Tallenna ja jatka", pf1="nuoret")
    aino, dan = await member(story, cast, cast.aino), await member(story, cast, cast.dan)
    async with story.transaction() as db:
        assert await competences(db, aino.id, Side.OFFER) == ["koulut"]
        assert await competences(db, dan.id, Side.OFFER) == ["nuoret"]


async def test_the_first_answer_makes_the_project(story: Story, cast: Cast) -> None:
    async with story.transaction() as db:
        project = await project_of(db, cast.museum.id)
        assert project is not None
        await db.delete(project)
    answer = await story.invoke(cast.aino, "onboarding.save_goals", {"go1": "Alusta alkaen"})
    assert answer["type"] == "application/vnd.microsoft.card.adaptive"
    async with story.transaction() as db:
        made = await project_of(db, cast.museum.id)
    assert isinstance(made, Project)
    assert (made.title, made.goal) == ("Hopeahaaran museo", "Alusta alkaen")


async def test_a_coordinator_tells_only_what_concerns_them(story: Story, cast: Cast) -> None:
    card = await say(story, cast.cecilia, "aloita")
    for _ in range(2):
        assert "/3" in texts(card)
        card = await press(story, cast.cecilia, card, "Ohita tämä")
    assert "Kuinka usein" not in texts(card)
    card = await press(story, cast.cecilia, card, "Tallenna ja jatka", se1="fi")
    assert "Kiitos, Cecilia!" in texts(card)


async def test_a_new_deputy_is_told_once(story: Story, cast: Cast) -> None:
    async with story.transaction() as db:
        await welcome.everybody(db, cast.forum, story.clock.now)
    await story.wait()
    dan = await member(story, cast, cast.dan)
    for _ in range(2):
        await story.invoke(cast.aino, "onboarding.save_roles", {"ro2": str(dan.id)})
    await story.wait(days=8)
    await story.wait(days=8)

    told_dan = [card for card in story.received("a:dan") if "varahenkilö" in texts(card)]
    assert len(told_dan) == 1
    async with story.transaction() as db:
        steps = [p.step for p in await messages_to(db, cast.dan.id)]
    assert steps.count("welcome.deputy") == 1
