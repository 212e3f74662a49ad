"""Everything kept about me, seen by me alone; what others see; and forgetting me."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import SQLModel, select

from storage import outbox
from storage.checkin import CheckIn, Progress, Visibility
from storage.critical_friend import (
    Friend,
    FriendGroup,
    GroupState,
    Insight,
    PairingRound,
    RoundState,
    Talk,
    Volunteer,
)
from storage.forum import Forum
from storage.help_request import HelperAsked, HelpRequest
from storage.outbox import Kind
from storage.people import Absence, Membership, Person, Role, by_account
from storage.portfolio import Answer, Competence, Side
from storage.project import change, project_of
from storage.promise import Promise
from tests.builders import TENANT, TODAY, a_forum, a_museum, a_person, join
from tests.story import Json, Story, buttons, texts

Cast = tuple[Forum, Person, Person, Person]
CARD = "application/vnd.microsoft.card.adaptive"


@pytest.fixture
async def cast(story: Story) -> Cast:
    """Aino and Bo, with a full life each, and Cecilia, who coordinates."""
    async with story.transaction() as db:
        forum = a_forum(service_url=story.microsoft.service_url)
        museum = await a_museum(db, forum)
        aino, bo = a_person(), a_person("Bo Berg")
        cecilia = a_person("Cecilia Cygnaeus")
        await join(db, forum, cecilia, None, Role.COORDINATOR)
        for person, role in ((aino, Role.CONTACT), (bo, Role.PARTICIPANT)):
            member = await join(db, forum, person, museum, role, title=f"{person.name} titteli")
            await _live(db, story, forum, member, person)
    return forum, aino, bo, cecilia


async def _live(db: Any, story: Story, forum: Forum, member: Membership, person: Person) -> None:
    def words(what: str) -> str:
        return f"{what} {person.name}"

    now = story.clock.now
    project = await project_of(db, member.organisation_id)
    assert project is not None
    change(db, project, member.id, now, goal=words("tavoite"))
    db.add(
        Absence(
            person_id=person.id, first=TODAY + timedelta(days=1), last=TODAY + timedelta(days=3)
        )
    )
    db.add(Competence(membership_id=member.id, side=Side.OFFER, key="digitointi"))
    for question in ("pf2", "ex1"):
        db.add(
            Answer(membership_id=member.id, question=question, value=words(question), answered=now)
        )
    db.add(Promise(membership_id=member.id, words=words("lupaus"), made=now))
    for visibility in Visibility:
        db.add(
            CheckIn(
                forum_id=forum.id,
                project_id=project.id,
                membership_id=member.id,
                answers_for_project=member.role == Role.CONTACT,
                progress=Progress.MOVING,
                moved=words(f"nähty-{visibility}"),
                visibility=visibility,
                answered=now,
            )
        )
    wish = HelpRequest(
        forum_id=forum.id,
        membership_id=member.id,
        words=words("toive"),
        competence="energia",
        asked=now,
    )
    db.add(wish)
    await db.flush()
    db.add(HelperAsked(request_id=wish.id, membership_id=member.id, asked=now))
    await outbox.promise(
        db, Kind("checkin.ask"), forum.id, person.id, now + timedelta(days=30), occasion="later"
    )


async def say(story: Story, person: Person, text: str) -> Json:
    card = await story.say(person, text)
    assert card is not None
    return card


async def press(story: Story, person: Person, card: Json, title: str, **inputs: Any) -> Json:
    answer = await story.press(person, card, title, **inputs)
    assert answer["type"] == CARD, answer
    card = answer["value"]
    return card


async def read_all(story: Story, person: Person, card: Json, next_title: str) -> list[Json]:
    """This card and the ones behind it."""
    pages = [card]
    while next_title in [button["title"] for button in buttons(pages[-1])]:
        pages.append(await press(story, person, pages[-1], next_title))
    return pages


async def test_my_data_shows_all_of_mine_and_nothing_of_others(story: Story, cast: Cast) -> None:
    _, aino, bo, _ = cast
    pages = await read_all(story, aino, await say(story, aino, "omat tiedot"), "Seuraava sivu")
    seen = "\n".join(texts(page) for page in pages)

    for mine in (
        *("Aino Aalto", "aino@museo.example", "aad-aino", "29:aino", "a:aino", "Foorumi"),
        *("Hopeahaaran museo", "Yhteyshenkilö", "Aino Aalto titteli", "Digitointi"),
        *("pf2 Aino Aalto", "ex1 Aino Aalto", "lupaus Aino Aalto", "toive Aino Aalto"),
        *(f"nähty-{visibility} Aino Aalto" for visibility in Visibility),
        *("Sinulta kysyttiin apua", "Kerran kuussa", "Hiljainen aika: ke 12.5.2027 – pe 14.5.2027"),
        *("Tilannekatsaus: odottaa", "Kieli: Suomi"),
    ):
        assert mine in seen, mine
    # Bo took the project's goal further; that is the project's, everything else of his is his.
    assert seen.replace("tavoite Bo Berg", "").count("Bo") == 0
    assert bo.email not in seen


def test_nothing_new_is_kept_without_being_shown() -> None:
    """Whoever adds a column or a table about people shows it in "my data", then names it here."""
    pointing = {
        table.name
        for table in SQLModel.metadata.tables.values()
        for column in table.columns
        for key in column.foreign_keys
        if key.column.table.name in ("person", "membership")
    }
    not_shown = {"apart"}  # a coordinator's confidence, about two people
    assert pointing - not_shown == {
        *("membership", "absence", "competence", "answer", "promise", "checkin", "projectchange"),
        *("helprequest", "helperasked", "volunteer", "friend", "insight", "prompt"),
    }
    of_no_meaning = {"id", "person_id", "forum_id", "organisation_id", "tenant_id", "service_url"}
    of_no_meaning |= {"unreachable", "unreachable_since"}  # who reads this is reachable
    assert set(Person.model_fields) | set(Membership.model_fields) == of_no_meaning | {
        *("aad_object_id", "teams_id", "name", "email", "language", "conversation", "talks"),
        *("listening", "preferred_days"),
        *("role", "title", "organisation_asked", "joined", "left", "checkin_days"),
        *("checkin_asked", "critical_friend", "friend_rhythm"),
    }


async def test_every_language_reads_the_same(story: Story, cast: Cast) -> None:
    aino = cast[1]
    for language, command, following in (
        ("sv", "mina uppgifter", "Nästa sida"),
        ("en", "My data", "Next page"),
    ):
        async with story.transaction() as db:
            (await db.get_one(Person, aino.id)).language = language
        pages = await read_all(story, aino, await say(story, aino, command), following)
        seen = "\n".join(texts(page) for page in pages)
        assert "lupaus Aino Aalto" in seen
        assert not {"Nimi", "Rooli", "odottaa"}.intersection(seen.replace(":", " ").split())


@pytest.mark.parametrize(
    ("viewer", "sees", "does_not_see"),
    [
        (
            "Mitä muut näkevät",
            ["Aino Aalto", "Digitointi", "pf2 Aino", "nähty-channel"],
            ["ex1", "lupaus", "nähty-coordinators", "nähty-organisation", "nähty-pair", "Kieli"],
        ),
        (
            "Näin sinut näkee oman museosi väki",
            ["nähty-channel", "nähty-organisation"],
            ["ex1", "nähty-coordinators", "nähty-pair"],
        ),
        (
            "Näin sinut näkee koordinaattori",
            ["ex1 Aino", "nähty-channel", "nähty-coordinators"],
            ["nähty-organisation", "nähty-pair", "lupaus", "Kieli"],
        ),
    ],
)
async def test_what_others_see(
    story: Story, cast: Cast, viewer: str, sees: list[str], does_not_see: list[str]
) -> None:
    aino = cast[1]
    card = await say(story, aino, "omat tiedot")
    card = await press(story, aino, card, "Mitä muut näkevät")
    if viewer != "Mitä muut näkevät":
        card = await press(story, aino, card, viewer)
    pages = await read_all(story, aino, card, "Seuraava sivu")
    body = "\n".join(texts({**page, "body": page["body"][:-1]}) for page in pages)
    for words in sees:
        assert words in body, words
    for words in does_not_see:
        assert words not in body, words


async def test_much_data_is_dealt_out_to_cards_that_teams_takes(story: Story, cast: Cast) -> None:
    aino = cast[1]
    async with story.transaction() as db:
        [mine] = (await db.exec(select(Membership).where(Membership.person_id == aino.id))).all()
        for number in range(60):
            words = f"{number:03}" + "å" * 270 + "🟢" * 7
            db.add(Promise(membership_id=mine.id, words=words, made=story.clock.now))
    card = await say(story, aino, "omat tiedot")
    pages = await read_all(story, aino, card, "Seuraava sivu")
    assert len(pages) > 4
    copied = await read_all(
        story, aino, await press(story, aino, card, "Ota tekstinä talteen"), "Seuraava sivu"
    )
    for shown in (pages, copied):
        assert all(len(json.dumps(page)) < 28 * 1024 for page in shown)
        everything = json.dumps(shown, ensure_ascii=False)
        assert all(everything.count(f"{number:03}å") == 1 for number in range(60))
    gone = await story.invoke(aino, "my_data.show", {"page": 99})
    assert f"{len(pages)}/{len(pages)}" in texts(gone["value"])
    back = await press(story, aino, pages[-1], "Edellinen sivu")
    assert texts(back) == texts(pages[-2])


async def test_the_text_to_keep_is_the_same(story: Story, cast: Cast) -> None:
    aino = cast[1]
    card = await press(story, aino, await say(story, aino, "omat tiedot"), "Ota tekstinä talteen")
    [field] = [element for element in card["body"] if element.get("id") == "copy"]
    for mine in ("# Kuka olet", "Nimi: Aino Aalto", "lupaus Aino Aalto", "# Viestit sinulle"):
        assert mine in field["value"]
    assert "Bo Berg titteli" not in field["value"]


async def test_the_way_to_change_each_thing(story: Story, cast: Cast) -> None:
    aino = cast[1]
    card = await press(story, aino, await say(story, aino, "omat tiedot"), "Muuta tietojani")
    titles = [button["title"] for button in buttons(card)]
    assert titles == [
        "Osaamisportfolio",
        "Odotukset",
        "Hankkeen tavoite ja onnistumisen merkit",
        "Roolit ja varahenkilö",
        "Rytmi ja rauha",
        "Asetukset",
    ]
    for title in titles:
        assert buttons(await press(story, aino, card, title))


async def test_erasing_is_asked_twice_and_can_be_left(story: Story, cast: Cast) -> None:
    aino = cast[1]
    await say(story, aino, "tilanne")  # Vertti waits for an answer in words
    assert "Odotan vastaustasi: Tilannekatsaus" in await _all_my_data(story, aino)
    card = await say(story, aino, "poista tietoni")
    assert "Olet museosi yhteyshenkilö." in texts(card)
    assert "ainoa koordinaattori" not in texts(card)
    card = await press(story, aino, card, "Haluan poistaa tietoni")
    assert "Tätä ei voi perua." in texts(card)
    await press(story, aino, card, "Ei sittenkään")
    await story.wait(hours=2)
    asked_again = await press(story, aino, card, "Poista kaikki pysyvästi")
    assert "Haluan poistaa tietoni" in texts(asked_again)
    assert "lupaus Aino Aalto" in await _all_my_data(story, aino)
    only = await say(story, cast[3], "poista tietoni")
    assert "ainoa koordinaattori" in texts(only)


async def _all_my_data(story: Story, person: Person) -> str:
    card = await say(story, person, "omat tiedot")
    return "\n".join(texts(page) for page in await read_all(story, person, card, "Seuraava sivu"))


async def _erase(story: Story, person: Person) -> Json:
    card = await say(story, person, "poista tietoni")
    card = await press(story, person, card, "Haluan poistaa tietoni")
    return await press(story, person, card, "Poista kaikki pysyvästi")


async def test_erasing_leaves_nothing_and_nobody_writes_to_me_again(
    story: Story, cast: Cast, database_url: str
) -> None:
    aino = cast[1]
    traces = [aino.name, "aino@museo.example", "aad-aino", "29:aino", "a:aino"]
    before = len(story.received("a:aino"))
    last = await _erase(story, aino)
    assert "enkä muista sinua enää" in texts(last)

    async with story.transaction() as db:
        rows = []
        for mapper in SQLModel._sa_registry.mappers:
            rows += [repr(row) for row in (await db.exec(select(mapper.class_))).all()]
        kept = "\n".join(rows).replace(f"tavoite {aino.name}", "")  # the project's history
        assert [trace for trace in traces if trace in kept] == []
        assert "lupaus Bo Berg" in kept
    if database_url.startswith("sqlite"):
        file = Path(database_url.removeprefix("sqlite:///"))
        parts = sorted(file.parent.glob(f"{file.name}*"))
        held = b"".join(part.read_bytes() for part in parts)
        held = held.replace(f"tavoite {aino.name}".encode(), b"")
        assert [trace for trace in traces if trace.encode() in held] == []
        assert b"lupaus Bo Berg" in held

    await story.wait()
    await story.wait(days=31)
    await story.wait(days=5)
    assert len(story.received("a:aino")) == before + 1  # the first question, typed for
    assert "Pari minuuttia hankkeestanne, Bo?" in texts(story.received("a:bo")[-1])
    told = [texts(card) for card in story.received("a:cecilia")]
    assert any("ei ole nyt yhteyshenkilöä: Hopeahaaran museo" in card for card in told)
    told += [texts(card) for card in story.received("a:bo")]
    assert not any("Aino" in card for card in told)


async def test_pressing_erase_again_and_old_cards_do_no_harm(story: Story, cast: Cast) -> None:
    _, aino, bo, _ = cast
    old = await say(story, aino, "omat tiedot")
    card = await say(story, aino, "poista tietoni")
    card = await press(story, aino, card, "Haluan poistaa tietoni")
    await press(story, aino, card, "Poista kaikki pysyvästi")
    again = await press(story, aino, card, "Poista kaikki pysyvästi")
    assert "En muista sinusta mitään muuta" in texts(again)
    # Cards from before: refused, or honestly nothing.
    for title in ("Mitä muut näkevät", "Ota tekstinä talteen", "Poista tietoni"):
        assert "En muista sinusta mitään muuta" in texts(await press(story, aino, old, title))
    refused = await story.press(aino, old, "Muuta tietojani")
    assert "En löydä sinua" in refused["value"]
    assert "lupaus Bo Berg" in await _all_my_data(story, bo)


async def test_an_erased_person_may_come_back(story: Story, cast: Cast) -> None:
    aino = cast[1]
    card = await _erase(story, aino)
    card = await press(story, aino, card, "Haluan takaisin mukaan")
    assert "Aloitamme alusta" in texts(card)
    assert "En muista sinusta mitään." in texts(await say(story, aino, "omat tiedot"))
    async with story.transaction() as db:
        assert await by_account(db, TENANT, aino.aad_object_id) is None
    assert "Olet jo mukana." in texts(await say(story, cast[2], "haluan takaisin mukaan"))


async def test_somebody_who_has_left_can_see_and_erase(story: Story, cast: Cast) -> None:
    bo = cast[2]
    async with story.transaction() as db:
        [mine] = (await db.exec(select(Membership).where(Membership.person_id == bo.id))).all()
        mine.left = TODAY
    seen = await _all_my_data(story, bo)
    assert "Lähti: ti 11.5.2027" in seen
    assert "lupaus Bo Berg" in seen
    await _erase(story, bo)
    async with story.transaction() as db:
        assert await by_account(db, TENANT, bo.aad_object_id) is None


async def test_a_stranger_is_not_known(story: Story, cast: Cast) -> None:
    xerxes = a_person("Xerxes Xu")
    assert "En muista sinusta mitään." in texts(await say(story, xerxes, "omat tiedot"))
    assert "En muista sinusta mitään." in texts(await say(story, xerxes, "poista tietoni"))
    for verb in ("my_data.erase_now", "my_data.erase_sure", "my_data.come_back"):
        answer = await story.invoke(xerxes, verb, {"asked": story.clock.now.isoformat()})
        assert "En muista sinusta mitään." in texts(answer["value"])


async def test_a_critical_friend_hears_that_the_pair_has_ended_and_nothing_else(
    story: Story, cast: Cast
) -> None:
    forum, aino, bo, _ = cast
    async with story.transaction() as db:
        mine, his = [
            (await db.exec(select(Membership).where(Membership.person_id == person.id))).one()
            for person in (aino, bo)
        ]
        this = PairingRound(
            forum_id=forum.id,
            number=1,
            state=RoundState.RUNNING,
            invites=TODAY,
            answer_by=TODAY,
            ends=TODAY + timedelta(days=200),
            seed=1,
        )
        other = PairingRound(**this.model_dump(exclude={"id", "number", "state"}), number=2)
        db.add_all([this, other])
        await db.flush()
        active = 0
        for state in (GroupState.ACTIVE, GroupState.PROPOSED, GroupState.DRAFT):
            group = FriendGroup(forum_id=forum.id, round_id=this.id, state=state)
            db.add(group)
            await db.flush()
            active = active or group.id
            for member in (mine, his):
                db.add(Friend(group_id=group.id, membership_id=member.id, directness="ask"))
        db.add(Talk(group_id=active, day=TODAY))
        for joins in (True, False):
            db.add(
                Volunteer(
                    round_id=this.id if joins else other.id,
                    membership_id=mine.id,
                    joins=joins,
                    answered=story.clock.now,
                )
            )
        mine.friend_rhythm, mine.organisation_asked, mine.checkin_asked = 6, TODAY, TODAY
        (await db.get_one(Person, aino.id)).talks = ["fi", "sv"]
        db.add(
            Insight(
                forum_id=forum.id,
                membership_id=mine.id,
                kind="try",
                words="oivallus Aino Aalto",
                told=story.clock.now,
            )
        )
    seen = await _all_my_data(story, aino)
    assert "Bo Berg · käynnissä · toiveesi palautteesta: Kysy mieluummin kuin neuvo" in seen
    for mine_too in (
        *("oivallus Aino Aalto", "Ilmoittauduit mukaan", "Et tällä kertaa", "Tapasitte: ti 11.5."),
        *("6 viikon välein", "Kielet, joilla voit jutella: Suomi ja Svenska"),
        *("Kysyin organisaatiota: ti 11.5.2027", "Kysyin kuulumisia viimeksi: ti 11.5.2027"),
    ):
        assert mine_too in seen, mine_too
    assert "oivallus" not in await _all_my_data(story, bo)

    before = len(story.received("a:bo"))
    await _erase(story, aino)
    async with story.transaction() as db:
        states = [group.state for group in (await db.exec(select(FriendGroup))).all()]
        friends = [friend.membership_id for friend in (await db.exec(select(Friend))).all()]
    assert states == [GroupState.ENDED, GroupState.DISSOLVED]
    assert set(friends) == {his.id}
    await story.wait()
    await story.wait(days=1)
    heard = [texts(card) for card in story.received("a:bo")[before:]]
    assert any("pari on päättynyt" in card for card in heard)
    assert not any("Aino" in card for card in heard)


async def test_who_waits_for_an_erased_helper_is_helped_by_another(
    story: Story, cast: Cast
) -> None:
    """The wish goes on to the next colleague instead of waiting for nobody."""
    _, aino, bo, _ = cast
    await story.invoke(bo, "who_knows.ask_for_me", {"competence": "digitointi"})
    async with story.transaction() as db:
        wanted = select(HelpRequest).where(HelpRequest.competence == "digitointi")
        wish = (await db.exec(wanted)).one()
    assert wish.state == "asking"
    await _erase(story, aino)
    async with story.transaction() as db:
        assert (await db.get_one(HelpRequest, wish.id)).state == "nobody"
    await story.wait()
    assert any("Kukaan ei vielä voi auttaa" in texts(c) for c in story.received("a:bo"))
