"""Check-ins from the clock to the answer, through real HTTP and the real token check."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pytest

from storage import help_request, promise
from storage.checkin import CheckIn, Visibility, Wave, latest_of, of_project
from storage.forum import Forum, QuietPeriod
from storage.help_request import State
from storage.outbox import Status, accounts
from storage.people import Absence, Membership, Person, Role, membership
from storage.portfolio import Competence, Side
from storage.project import project_of
from tests.builders import TODAY, a_forum, a_museum, a_person, join
from tests.story import Story, buttons, texts


@dataclass
class Cast:
    """Aino answers for one museum, Bo for another, Cecilia coordinates, Dan is Aino's colleague."""

    forum: Forum
    aino: Person
    bo: Person
    cecilia: Person
    dan: Person


@pytest.fixture
async def cast(story: Story) -> Cast:
    async with story.transaction() as db:
        forum = a_forum(service_url=story.microsoft.service_url)
        silver = await a_museum(db, forum)
        glass = await a_museum(db, forum, "Kuutamovuoren lasimuseo")
        await join(db, forum, aino := a_person(), silver)
        bo_member = await join(db, forum, bo := a_person("Bo Berg", language="sv"), glass)
        await join(db, forum, cecilia := a_person("Cecilia Cygnaeus"), None, Role.COORDINATOR)
        await join(db, forum, dan := a_person("Dan Dahl"), silver, Role.PARTICIPANT)
        db.add(Competence(membership_id=bo_member.id, side=Side.OFFER, key="saavutettavuus"))
        db.add(Wave(forum_id=forum.id, day=TODAY))
    return Cast(forum, aino, bo, cecilia, dan)


async def member(story: Story, cast: Cast, person: Person) -> Membership:
    async with story.transaction() as db:
        found = await membership(db, cast.forum.id, person.id)
    assert found is not None
    return found


async def latest(story: Story, cast: Cast, person: Person) -> CheckIn:
    async with story.transaction() as db:
        found = await latest_of(db, (await member_in(db, cast, person)).id)
    assert found is not None
    return found


async def member_in(db: Any, cast: Cast, person: Person) -> Membership:
    found = await membership(db, cast.forum.id, person.id)
    assert found is not None
    return found


async def test_a_wave_asks_everybody_once_and_an_answer_is_kept(story: Story, cast: Cast) -> None:
    await story.wait()
    await story.wait(seconds=1)

    [card] = story.received("a:aino")
    assert "Missä mennään?" in texts(card)
    assert "Hur går det?" in texts(story.received("a:bo")[0])
    assert len(story.received("a:dan")) == 1
    assert story.received("a:cecilia") == []

    answer = await story.press(
        cast.aino, card, "Tallenna", progress="slow", moved="Hylly on käyty läpi"
    )

    assert "Kiitos" in texts(answer["value"])
    kept = await latest(story, cast, cast.aino)
    assert (kept.progress, kept.moved) == ("slow", "Hylly on käyty läpi")
    assert kept.visibility == Visibility.COORDINATORS  # the narrower one until chosen otherwise


async def test_progress_is_the_only_thing_that_must_be_told(story: Story, cast: Cast) -> None:
    card = await story.say(cast.aino, "tilanne")
    assert card is not None
    answer = await story.press(cast.aino, card, "Tallenna", moved="Jotain liikahti")
    assert answer["type"] == "application/vnd.microsoft.activity.message"
    assert "Valitse vielä" in answer["value"]


async def test_who_answers_for_the_project(story: Story, cast: Cast) -> None:
    for person in (cast.dan, cast.aino):
        card = await story.say(person, "tilanne")
        assert card is not None
        await story.press(person, card, "Tallenna", progress="moving")
    async with story.transaction() as db:
        project = await project_of(db, (await member_in(db, cast, cast.aino)).organisation_id)
        assert project is not None
        [for_project] = await of_project(db, project.id)
        everything = await of_project(db, project.id, additions=True)
    assert for_project.membership_id == (await member(story, cast, cast.aino)).id
    assert len(everything) == 2


async def test_typed_words_are_an_answer(story: Story, cast: Cast) -> None:
    card = await story.say(cast.aino, "Tilanne: jumissa rahoituksen kanssa")
    assert card is not None
    assert "Jumissa" in texts(card)
    kept = await latest(story, cast, cast.aino)
    assert (kept.progress, kept.help_wanted) == ("stuck", "jumissa rahoituksen kanssa")
    assert "Hankerahoitus" in texts(card) or "Valitse aihe" in texts(card)


async def test_a_typed_line_answers_the_open_card(story: Story, cast: Cast) -> None:
    await story.say(cast.bo, "läget")
    card = await story.say(cast.bo, "det rör på sig, fast långsamt")
    assert card is not None
    assert "Tack" in texts(card)
    assert (await latest(story, cast, cast.bo)).progress == "moving"


async def test_a_line_that_tells_no_progress_is_kept_on_the_card(story: Story, cast: Cast) -> None:
    card = await story.say(cast.aino, "tilanne valitsimme hyllyn")
    assert card is not None
    [field] = [e for e in card["body"] if e.get("id") == "moved"]
    assert field["value"] == "valitsimme hyllyn"
    async with story.transaction() as db:
        assert await latest_of(db, (await member_in(db, cast, cast.aino)).id) is None


async def test_same_as_last_time_and_pause(story: Story, cast: Cast) -> None:
    card = await story.say(cast.aino, "tilanne")
    assert card is not None
    assert "Sama tilanne kuin viimeksi" not in texts(card)
    await story.press(cast.aino, card, "Tallenna", progress="slow", visibility="channel")
    card = await story.say(cast.aino, "tilanne")
    assert card is not None
    await story.press(cast.aino, card, "Sama tilanne kuin viimeksi")
    kept = await latest(story, cast, cast.aino)
    assert (kept.progress, kept.visibility) == ("slow", "channel")
    answer = await story.press(cast.aino, card, "Olemme tauolla")
    assert "tauolla" in texts(answer["value"])
    assert (await latest(story, cast, cast.aino)).progress == "paused"


async def test_later_asks_again_in_a_week_and_less_often_lasts(story: Story, cast: Cast) -> None:
    await story.wait()
    [card] = story.received("a:aino")
    await story.press(cast.aino, card, "Kysy ensi viikolla")
    await story.wait(days=6)
    assert len(story.received("a:aino")) == 1
    await story.wait(days=1, minutes=5)
    assert len(story.received("a:aino")) == 2

    answer = await story.press(cast.aino, card, "Kysy harvemmin")
    assert "42 päivän" in texts(answer["value"])
    assert (await member(story, cast, cast.aino)).checkin_days == 42


async def test_who_has_just_told_is_not_asked(story: Story, cast: Cast) -> None:
    await story.say(cast.aino, "tilanne: etenee")
    before = len(story.received("a:aino"))
    await story.wait()
    assert len(story.received("a:aino")) == before
    async with story.transaction() as db:
        counts = await accounts(db, cast.forum.id)
    assert counts[Status.SKIPPED] == 1


async def test_who_is_away_is_asked_when_back_and_not_later_than_useful(
    story: Story, cast: Cast
) -> None:
    async with story.transaction() as db:
        back = TODAY + timedelta(days=2)  # a Thursday
        db.add(Absence(person_id=cast.aino.id, first=TODAY, last=back - timedelta(days=1)))
        db.add(Absence(person_id=cast.dan.id, first=TODAY, last=TODAY + timedelta(days=30)))
    await story.wait()
    assert story.received("a:aino") == []
    await story.wait(days=2, minutes=5)
    assert len(story.received("a:aino")) == 1
    await story.wait(days=40)
    assert story.received("a:dan") == []


async def test_an_own_promise_is_asked_about_once(story: Story, cast: Cast) -> None:
    card = await story.say(cast.aino, "tilanne")
    assert card is not None
    await story.press(
        cast.aino, card, "Tallenna", progress="moving", promise="Soitan lahjoittajalle"
    )
    card = await story.say(cast.aino, "tilanne")
    assert card is not None
    assert "Soitan lahjoittajalle" in texts(card)
    await story.press(cast.aino, card, "Tallenna", progress="moving", kept="done")
    async with story.transaction() as db:
        [kept] = await promise.promises_of(db, (await member_in(db, cast, cast.aino)).id)
    assert kept.outcome == "done"
    card = await story.say(cast.aino, "tilanne")
    assert card is not None
    assert "Soitan lahjoittajalle" not in texts(card)


async def test_an_answer_can_be_changed_by_its_author_only(story: Story, cast: Cast) -> None:
    card = await story.say(cast.aino, "tilanne: etenee")
    assert card is not None
    form = (await story.press(cast.aino, card, "Muuta vastausta"))["value"]
    refused = await story.press(cast.bo, card, "Muuta vastausta")
    assert "jonkun toisen" in refused["value"] or "någon annans" in refused["value"]
    refused = await story.press(cast.bo, form, "Tallenna", progress="stuck")
    assert isinstance(refused["value"], str)
    assert (await latest(story, cast, cast.aino)).progress == "moving"

    await story.press(cast.aino, form, "Tallenna", progress="stuck", moved="Sittenkin jumissa")
    kept = await latest(story, cast, cast.aino)
    assert (kept.progress, kept.moved) == ("stuck", "Sittenkin jumissa")
    assert kept.edited is not None


@pytest.mark.parametrize(
    ("visibility", "coordinator", "channel", "colleague"),
    [
        ("channel", True, True, True),
        ("coordinators", True, False, False),
        ("organisation", False, False, True),
        ("pair", False, False, False),
    ],
)
async def test_an_answer_is_seen_by_those_it_was_meant_for(
    story: Story, cast: Cast, visibility: str, coordinator: bool, channel: bool, colleague: bool
) -> None:
    await story.wait()
    [card] = story.received("a:aino")
    await story.press(
        cast.aino, card, "Tallenna", progress="stuck", moved="Salainen pulma", visibility=visibility
    )
    await story.wait(days=2, minutes=5)

    overview = await story.say(cast.cecilia, "yleiskuva")
    assert overview is not None
    assert ("Jumissa" in texts(overview)) is coordinator
    posts = "\n".join(texts(c) for c in story.received("19:channel@thread.tacv2"))
    assert ("Salainen pulma" in posts) is channel
    project = await story.say(cast.dan, "hankkeemme")
    assert project is not None
    assert ("Salainen pulma" in texts(project)) is colleague
    own = await story.say(cast.aino, "hankkeemme")
    assert own is not None
    assert "Salainen pulma" in texts(own)
    other = await story.say(cast.bo, "vårt projekt")
    assert other is not None
    assert "Salainen pulma" not in texts(other)


async def test_the_overview_is_for_coordinators_and_ranks_nobody(story: Story, cast: Cast) -> None:
    await story.say(cast.bo, "läget: det går bra")
    refused = await story.say(cast.aino, "yleiskuva")
    assert refused is not None
    assert "kuuluu koordinaattorille" in texts(refused)
    card = await story.say(cast.cecilia, "yleiskuva")
    assert card is not None
    lines = texts(card)
    assert lines.index("Hopeahaaran museo") < lines.index("Kuutamovuoren lasimuseo")


async def test_a_wish_for_help_finds_a_name_and_the_helper_is_asked_first(
    story: Story, cast: Cast
) -> None:
    await story.wait()  # the wave asks everybody, which is Bo's one unasked message of the week
    [card] = story.received("a:aino")
    answer = await story.press(
        cast.aino,
        card,
        "Tallenna",
        progress="stuck",
        help_wanted="Kuka auttaisi saavutettavuuden kanssa?",
    )
    assert "Bo Berg" in texts(answer["value"])
    asking = await story.press(cast.aino, answer["value"], "Kysy puolestani")
    assert "Kysyn nyt osaajalta" in texts(asking["value"])
    again = await story.press(cast.aino, answer["value"], "Kysy puolestani")
    assert "jo kysytty" in again["value"]

    await story.wait(days=1)
    assert len(story.received("a:bo")) == 1
    await story.wait(days=6, minutes=5)
    request = story.received("a:bo")[-1]
    assert "Aino Aalto" in texts(request)
    assert "saavutettavuuden kanssa" in texts(request)

    stranger = await story.press(cast.dan, request, "Ja, jag kan hjälpa")
    assert "ei kysytty sinulta" in stranger["value"]
    await story.press(cast.bo, request, "Ja, jag kan hjälpa")
    await story.wait(seconds=1)
    introduction = story.received("a:aino")[-1]
    assert "Bo Berg" in texts(introduction)
    assert any(a["type"] == "Action.OpenUrl" for a in buttons(introduction))


async def test_a_no_or_silence_goes_on_and_ends_honestly(story: Story, cast: Cast) -> None:
    card = await story.say(cast.aino, "kuka osaa saavutettavuutta")
    assert card is not None
    await story.press(cast.aino, card, "Kysy puolestani")
    await story.wait(minutes=1)
    request = story.received("a:bo")[-1]
    await story.press(cast.bo, request, "Jag hinner inte nu")
    await story.wait(seconds=1)
    assert "Kukaan ei vielä voi auttaa" in texts(story.received("a:aino")[-1])
    overview = await story.say(cast.cecilia, "yleiskuva")
    assert overview is not None
    assert "Saavutettavuus" in texts(overview)
    async with story.transaction() as db:
        [wish] = await help_request.unanswered(db, cast.forum.id)
    assert wish.state == State.NOBODY


async def test_silence_of_a_helper_is_a_no_and_a_late_yes_still_counts(
    story: Story, cast: Cast
) -> None:
    async with story.transaction() as db:
        dan = await member_in(db, cast, cast.dan)
        db.add(Competence(membership_id=dan.id, side=Side.OFFER, key="saavutettavuus"))
    card = await story.say(cast.aino, "kuka osaa saavutettavuutta")
    assert card is not None
    await story.press(cast.aino, card, "Kysy puolestani")
    await story.wait(minutes=1)
    first = story.received("a:bo")[-1]
    await story.wait(days=8)
    await story.wait(minutes=1)
    assert "Aino Aalto" in texts(story.received("a:dan")[-1])

    await story.press(cast.bo, first, "Ja, jag kan hjälpa")
    await story.wait(seconds=1)
    assert "Bo Berg" in texts(story.received("a:aino")[-1])
    late = await story.press(cast.dan, story.received("a:dan")[-1], "Kyllä, voin auttaa")
    assert "jo ratkennut" in late["value"]


async def test_nobody_offers_it_and_the_bot_says_so(story: Story, cast: Cast) -> None:
    card = await story.say(cast.aino, "kuka osaa digitointi")
    assert card is not None
    assert "Kukaan ei ole vielä sanonut" in texts(card)
    told = await story.press(cast.aino, card, "Kerro koordinaattorille")
    assert "koordinaattoreille" in texts(told["value"])


async def test_a_private_wish_does_not_reach_the_coordinators(story: Story, cast: Cast) -> None:
    card = await story.say(cast.aino, "tilanne")
    assert card is not None
    await story.press(
        cast.aino, card, "Tallenna", progress="stuck", help_wanted="Arka asia", visibility="pair"
    )
    overview = await story.say(cast.cecilia, "yleiskuva")
    assert overview is not None
    assert "Arka asia" not in texts(overview)


async def test_in_the_channel_personal_things_are_answered_privately(
    story: Story, cast: Cast
) -> None:
    card = await story.mention(cast.aino, "tilanne", cast.forum.team_id, "19:channel@thread.tacv2")
    assert card is not None
    assert "kahden kesken" in texts(card)
    assert "på tu man hand" in texts(card)  # the channel speaks the forum's languages
    await story.wait(seconds=1)
    assert "Missä mennään?" in texts(story.received("a:aino")[-1])


async def test_nothing_is_asked_in_july_and_nothing_piles_up(story: Story, cast: Cast) -> None:
    async with story.transaction() as db:
        for day in (date(2027, 7, 6), date(2027, 7, 20), date(2027, 8, 17)):
            db.add(Wave(forum_id=cast.forum.id, day=day))
        july = {"first": date(2027, 7, 1), "last": date(2027, 8, 7), "why": "july"}
        db.add(QuietPeriod(forum_id=cast.forum.id, **july))
    await story.wait()  # the wave of May
    for _ in range(16):
        await story.wait(days=7)
    cards = story.received("a:aino")
    assert len(cards) == 2  # May and August
