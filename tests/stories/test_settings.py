"""Settings by card and in one line; each change can be undone; quiet is kept."""

from datetime import date, timedelta
from typing import Any

import pytest

from storage.checkin import Wave, latest_of
from storage.forum import Forum
from storage.outbox import messages_to
from storage.people import Absence, Membership, Person, Role, absences, membership
from tests.builders import TODAY, a_forum, a_museum, a_person, join
from tests.story import Json, Story, buttons, texts

Cast = tuple[Forum, Person, Person]


@pytest.fixture
async def cast(story: Story) -> Cast:
    """Aino, and Bo who must not see or change what is hers."""
    async with story.transaction() as db:
        forum = a_forum(service_url=story.microsoft.service_url)
        museum = await a_museum(db, forum)
        await join(db, forum, aino := a_person(), museum)
        await join(db, forum, bo := a_person("Bo Berg"), museum, Role.PARTICIPANT)
    return forum, aino, bo


async def say(story: Story, person: Person, text: str) -> Json:
    card = await story.say(person, text)
    assert card is not None
    return card


async def press(story: Story, person: Person, card: Json, title: str, **inputs: Any) -> Json:
    answer = await story.press(person, card, title, **inputs)
    assert answer["type"] == "application/vnd.microsoft.card.adaptive", answer
    card = answer["value"]
    return card


async def member(story: Story, forum: Forum, person: Person) -> Membership:
    async with story.transaction() as db:
        found = await membership(db, forum.id, person.id)
    assert found is not None
    return found


async def language(story: Story, person: Person) -> str:
    async with story.transaction() as db:
        return (await db.get_one(Person, person.id)).language


async def quiet(story: Story, person: Person) -> list[tuple[date, date]]:
    async with story.transaction() as db:
        return sorted(await absences(db, person.id))


@pytest.mark.parametrize(
    ("said", "code", "answer"),
    [
        ("kieli ruotsi", "sv", "Språk: Svenska"),
        ("På svenska!", "sv", "Språk: Svenska"),
        ("in english", "en", "Language: English"),
        ("språk engelska", "en", "Language: English"),
        ("kieli: englanti, kiitos", "en", "Language: English"),
        ("kieli ruotsii", "sv", "Språk: Svenska"),  # a typo
        ("suomeksi", "fi", "Kieli: Suomi"),
    ],
)
async def test_a_language_in_one_line(
    story: Story, cast: Cast, said: str, code: str, answer: str
) -> None:
    card = await say(story, cast[1], said)
    assert answer.split(":")[0] in texts(card)
    assert await language(story, cast[1]) == code


async def test_a_language_change_can_be_undone(story: Story, cast: Cast) -> None:
    _, aino, bo = cast
    card = await say(story, aino, "in English")
    card = await press(story, aino, card, "Undo the change")
    assert "Tallensin. Nyt on näin:" in texts(card)
    assert await language(story, aino) == "fi"
    assert await language(story, bo) == "fi"


async def test_a_language_that_is_not_spoken_is_asked_about(story: Story, cast: Cast) -> None:
    asked = await say(story, cast[1], "Svenska museet vill komma på besök")
    assert "Millä kielellä jutellaan?" in texts(asked)
    assert await language(story, cast[1]) == "fi"
    card = await say(story, cast[1], "kieli klingon")
    assert [button["title"] for button in buttons(card)] == ["Suomi", "Svenska", "English"]
    await press(story, cast[1], card, "Svenska")
    assert await language(story, cast[1]) == "sv"


async def test_less_and_more_often(story: Story, cast: Cast) -> None:
    forum, aino, bo = cast
    card = await say(story, aino, "harvemmin")
    assert "Noin kuuden viikon välein" in texts(card)
    assert (await member(story, forum, aino)).checkin_days == 42
    card = await say(story, aino, "Less often")
    assert "Kysyn itse, kun haluan" in texts(card)
    card = await press(story, aino, card, "Peru muutos")
    assert (await member(story, forum, aino)).checkin_days == 42
    await say(story, aino, "useammin")
    await say(story, aino, "oftare")
    assert (await member(story, forum, aino)).checkin_days == 14
    card = await say(story, aino, "useammin")
    assert "Ennallaan" in texts(card)
    assert "Peru muutos" not in texts(card)
    assert (await member(story, forum, bo)).checkin_days == 28


async def test_the_card_of_settings(story: Story, cast: Cast) -> None:
    forum, aino, _ = cast
    card = await say(story, aino, "asetukset")
    card = await press(story, aino, card, "Tallenna", se1="sv", se2="0", se3="wed,thu", se4="false")
    assert "Sparat." in texts(card)
    mine = await member(story, forum, aino)
    assert (mine.checkin_days, mine.critical_friend) == (0, False)
    async with story.transaction() as db:
        assert (await db.get_one(Person, aino.id)).preferred_days == ["wed", "thu"]

    card = await press(story, aino, card, "Ångra ändringen")
    mine = await member(story, forum, aino)
    assert (mine.checkin_days, mine.critical_friend) == (28, None)
    async with story.transaction() as db:
        assert (await db.get_one(Person, aino.id)).preferred_days == []
    assert await language(story, aino) == "fi"


async def test_made_up_settings_change_nothing(story: Story, cast: Cast) -> None:
    forum, aino, _ = cast
    for data in ({"se1": "kl"}, {"se2": "1"}, {"se3": "sun"}, {"se4": "perhaps"}):
        answer = await story.invoke(aino, "settings.save", data)
        assert answer["type"] == "application/vnd.microsoft.activity.message"
    assert (await member(story, forum, aino)).checkin_days == 28


async def test_a_pause_in_one_line_holds_messages_back_and_ends_by_itself(
    story: Story, cast: Cast
) -> None:
    forum, aino, _ = cast
    async with story.transaction() as db:
        db.add(Wave(forum_id=forum.id, day=TODAY))
    card = await say(story, aino, "tauko 18.5. asti")
    assert "Viimeinen hiljainen päivä: ti 18." in texts(card)
    assert await quiet(story, aino) == [(TODAY, date(2027, 5, 18))]

    await story.wait()
    assert len(story.received("a:aino")) == 1  # the answer alone
    assert len(story.received("a:bo")) == 1
    await story.wait(days=7)
    assert len(story.received("a:aino")) == 1
    await story.wait(days=1)
    assert len(story.received("a:aino")) == 2


@pytest.mark.parametrize(
    ("said", "first", "last"),
    [
        ("tauko 1.6.–7.6.", date(2027, 6, 1), date(2027, 6, 7)),
        ("paus till 15 januari", TODAY, date(2028, 1, 15)),
        ("Pause until May 20", TODAY, date(2027, 5, 20)),
        ("olen poissa 2 viikkoa", TODAY, date(2027, 5, 25)),
    ],
)
async def test_a_pause_in_ones_own_words(
    story: Story, cast: Cast, said: str, first: date, last: date
) -> None:
    await say(story, cast[1], said)
    assert await quiet(story, cast[1]) == [(first, last)]
    assert await quiet(story, cast[2]) == []


async def test_a_pause_alone_asks_for_the_day(story: Story, cast: Cast) -> None:
    aino = cast[1]
    card = await say(story, aino, "tauko")
    [first] = [element for element in card["body"] if element.get("id") == "first"]
    assert (first["type"], first["value"]) == ("Input.Date", "2027-05-11")
    answer = await story.press(aino, card, "Tallenna", first="2027-06-10", last="2027-06-01")
    assert "on ennen ensimmäistä" in answer["value"]
    answer = await story.press(aino, card, "Tallenna", first="2027-06-10", last="")
    assert "Valitse vielä viimeinen päivä." in answer["value"]
    answer = await story.press(aino, card, "Tallenna", first="", last="2027-05-01")
    assert "meni jo" in answer["value"]
    answer = await story.press(aino, card, "Tallenna", first="", last="2029-05-01")
    assert "enintään vuoden" in answer["value"]
    assert await quiet(story, aino) == []
    await press(story, aino, card, "Tallenna", first="2027-06-01", last="2027-06-10")
    await press(story, aino, card, "Tallenna", first="2027-06-01", last="2027-06-10")
    assert await quiet(story, aino) == [(date(2027, 6, 1), date(2027, 6, 10))]


async def test_the_day_may_be_typed_after_the_question(story: Story, cast: Cast) -> None:
    aino = cast[1]
    await say(story, aino, "paus")
    card = await say(story, aino, "en tiedä vielä")
    assert "En löytänyt päivää" in texts(card)
    await say(story, aino, "20.5.")
    assert await quiet(story, aino) == [(TODAY, date(2027, 5, 20))]


async def test_several_quiet_times_and_taking_one_back(story: Story, cast: Cast) -> None:
    _, aino, bo = cast
    await say(story, aino, "tauko 1.6.–7.6.")
    await say(story, aino, "tauko 1.9.–7.9.")
    card = await say(story, aino, "asetukset")
    assert texts(card).count("Hiljainen aika") == 2
    card = await say(story, aino, "tauko")
    remove = [b for b in buttons(card) if b["title"].startswith("Poista:")]
    assert len(remove) == 2
    refused = await story.invoke(bo, remove[0]["verb"], remove[0]["data"])
    assert "jonkun toisen" in refused["value"]
    assert len(await quiet(story, aino)) == 2

    card = await press(story, aino, card, remove[0]["title"])
    assert await quiet(story, aino) == [(date(2027, 9, 1), date(2027, 9, 7))]
    await press(story, aino, card, "Peru muutos")
    assert len(await quiet(story, aino)) == 2


async def test_go_on_ends_the_pause_and_leaves_later_ones(story: Story, cast: Cast) -> None:
    _, aino, _ = cast
    async with story.transaction() as db:
        db.add(Absence(person_id=aino.id, first=TODAY - timedelta(days=3), last=date(2027, 6, 1)))
        db.add(Absence(person_id=aino.id, first=date(2027, 9, 1), last=date(2027, 9, 7)))
    card = await say(story, aino, "jatka")
    assert "hiljainen aika on poistettu" in texts(card)
    later = (date(2027, 9, 1), date(2027, 9, 7))
    assert await quiet(story, aino) == [(date(2027, 5, 8), date(2027, 5, 10)), later]
    await press(story, aino, card, "Peru muutos")
    assert (TODAY, date(2027, 6, 1)) in await quiet(story, aino)
    assert "Osaamisportfolio" not in texts(await say(story, aino, "jatka"))
    assert "Osaamisportfolio" in texts(await say(story, aino, "jatka"))  # no pause: onboarding
    assert "ei ole nyt taukoa" in texts(await say(story, aino, "lopeta tauko"))


async def test_in_the_channel_settings_are_answered_privately(story: Story, cast: Cast) -> None:
    forum, aino, _ = cast
    channel = forum.channel or ""
    card = await story.mention(aino, "tauko 20.5. asti", forum.team_id, channel)
    assert card is not None
    assert "kahden kesken" in texts(card)
    await story.wait()
    assert await quiet(story, aino) == [(TODAY, date(2027, 5, 20))]
    assert "Viimeinen hiljainen päivä" in texts(story.received("a:aino")[-1])


async def test_a_stranger_in_the_channel_learns_nothing_there(story: Story, cast: Cast) -> None:
    forum = cast[0]
    stranger = a_person("Xerxes Xu")
    card = await story.mention(stranger, "omat tiedot", forum.team_id, forum.channel or "")
    assert card is not None
    assert "En löydä sinua" in texts(card)
    await story.wait()
    async with story.transaction() as db:
        assert await messages_to(db, 0) == []
    assert len(story.received(forum.channel or "")) == 0


async def test_a_pause_is_a_pause_while_a_check_in_waits_for_words(
    story: Story, cast: Cast
) -> None:
    forum, aino, _ = cast
    await say(story, aino, "tilanne")
    card = await say(story, aino, "tauko 20.5. asti")
    assert "Viimeinen hiljainen päivä" in texts(card)
    mine = await member(story, forum, aino)
    async with story.transaction() as db:
        assert await latest_of(db, mine.id) is None


async def test_the_project_may_pause_instead_of_the_person(story: Story, cast: Cast) -> None:
    forum, aino, _ = cast
    card = await press(story, aino, await say(story, aino, "tauko"), "Hankkeemme on tauolla")
    assert "hanke on tauolla" in texts(card)
    mine = await member(story, forum, aino)
    async with story.transaction() as db:
        answer = await latest_of(db, mine.id)
    assert answer is not None
    assert answer.progress == "paused"
    assert await quiet(story, aino) == []
