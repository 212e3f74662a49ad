"""Setting up, card by card, on real databases."""

from datetime import date, timedelta
from typing import Any

import pytest

from bot.cards import draw
from dialogs import setup
from dialogs.screen import Ask, Button, Choose, Facts, Notice, Screen, Skip, Text
from dialogs.setup.rules import CARDS, proposed_waves
from dialogs.steps import hear, take
from dialogs.texts import LANGUAGES, Reader
from dialogs.turn import Outcome, Turn
from storage import outbox
from storage.arrival import ExpectedPerson, expected
from storage.checkin import Wave, waves
from storage.database import Database, Transaction
from storage.forum import (
    Channel,
    Forum,
    Organisation,
    Phase,
    QuietPeriod,
    organisations,
    periods,
    quiet_periods,
)
from storage.people import Membership, Person, Role, members
from tests.builders import NOW, TODAY, a_forum, a_person, join

CHANNEL = "19:channel@thread.tacv2"
DAYS = {"begins": "2027-05-12", "ends": "2028-10-31"}


class Setting:
    """A forum that Bo sets up, with Aino in its team; every step in a transaction of its own."""

    def __init__(self, transaction: Transaction, forum: Forum) -> None:
        self.transaction, self.forum = transaction, forum.id

    async def take(self, step: str, who: str = "bo", **args: Any) -> Outcome:
        async with self.transaction() as db:
            outcome = await take(await self.turn(db, who), step, args)
        for language in LANGUAGES if isinstance(outcome, Screen) else ():
            draw(outcome, [Reader(language)], self.forum)  # every text is there
        return outcome

    async def say(self, line: str) -> Outcome:
        async with self.transaction() as db:
            return await hear(await self.turn(db, "bo"), line)

    async def turn(self, db: Database, who: str) -> Turn:
        forum = await db.get_one(Forum, self.forum)
        for member, person in await members(db, self.forum):
            if person.aad_object_id == f"aad-{who}":
                return Turn(db, NOW, person, (member, forum))
        raise LookupError(who)

    async def person(self, who: str) -> tuple[Membership, Person]:
        async with self.transaction() as db:
            turn = await self.turn(db, who)
            return turn.member, turn.person

    async def phase(self, phase: Phase, **more: Any) -> None:
        async with self.transaction() as db:
            forum = await db.get_one(Forum, self.forum)
            forum.phase = phase
            for name, value in more.items():
                setattr(forum, name, value)

    async def now(self) -> Forum:
        async with self.transaction() as db:
            return await db.get_one(Forum, self.forum)


@pytest.fixture
async def here(transaction: Transaction) -> Setting:
    async with transaction() as db:
        forum = a_forum(phase=Phase.SETUP, begins=None, ends=None, team_name="Foorumi")
        await join(db, forum, a_person("Bo Berg"), role=Role.COORDINATOR)
        await join(db, forum, a_person("Aino Aalto", conversation=None), role=Role.PARTICIPANT)
        db.add(Channel(id=CHANNEL, forum_id=forum.id, name="Foorumi"))
        db.add(Channel(id="19:team@thread.tacv2", forum_id=forum.id, name=""))
    return Setting(transaction, forum)


def part(outcome: Outcome, name: str) -> Any:
    assert isinstance(outcome, Screen), outcome
    [found] = [p for p in outcome.parts if isinstance(p, Choose | Ask) and p.name == name]
    return found


def labels(outcome: Outcome) -> list[str]:
    assert isinstance(outcome, Screen), outcome
    return [str(p.label.key) for p in outcome.parts if isinstance(p, Button) and p.label]  # type: ignore[union-attr]


# leaving and coming back


async def test_each_card_can_be_skipped_and_left_and_gone_on_with(here: Setting) -> None:
    for card in CARDS[:-1]:
        assert await here.take("setup.start") == await here.take(f"setup.{card}")
        assert await here.take("setup.later") == Screen(Text("setup-goes-on-later"))
        assert (await here.now()).setup_card == card
        await here.take("setup.skip", card=card)
    assert (await here.now()).setup_card == "summary"


async def test_a_card_from_before_leads_back_to_where_one_was(here: Setting) -> None:
    await here.phase(Phase.SETUP, setup_card="waves")
    after = await here.take("setup.save_basics", name="X", **DAYS)
    assert part(after, "keep").label == Text("setup-waves")
    assert (await here.now()).setup_card == "waves"


@pytest.mark.parametrize("words", ["perusta foorumi", "Ställ in forumet", "set up forum"])
async def test_the_command_leads_in_in_three_languages(here: Setting, words: str) -> None:
    assert part(await here.say(words), "name").value == "Foorumi"


async def test_the_invitation_says_what_happens(here: Setting) -> None:
    screen = await here.take("setup.invite")
    assert labels(screen) == ["setup-begin", "setup-later"]
    await here.phase(Phase.OPEN)
    assert labels(await here.take("setup.invite")) == ["setup-change"]
    assert await here.take("setup.invite", who="aino") == Skip("no_longer_coordinator")


async def test_every_step_is_for_coordinators(here: Setting) -> None:
    for step in setup.STEPS:
        if step in ("setup.invite", "setup.file"):
            continue
        args = {"card": "basics"} if step == "setup.skip" else {}
        refused = await here.take(step, who="aino", **args)
        assert refused == Notice(Text("help-not-for-you")), step
    assert (await here.now()).phase == Phase.SETUP


# name, languages, days, channel


async def test_the_basics_are_kept(here: Setting) -> None:
    await here.take(
        "setup.save_basics",
        name="Museot",
        first="sv",
        others="fi,sv,de",
        zone="Europe/Stockholm",
        **DAYS,
    )
    forum = await here.now()
    assert (forum.name, forum.languages, forum.zone) == ("Museot", ["sv", "fi"], "Europe/Stockholm")
    assert (forum.begins, forum.ends) == (date(2027, 5, 12), date(2028, 10, 31))


@pytest.mark.parametrize(
    ("days", "why"),
    [
        ({}, "missing"),
        ({"begins": "2027-05-12", "ends": ""}, "missing"),
        ({"begins": "2027-05-12", "ends": "2027-05-01"}, "order"),
        ({"begins": "2027-05-12", "ends": "2082-10-31"}, "long"),
    ],
)
async def test_wrong_days_change_nothing(here: Setting, days: dict[str, str], why: str) -> None:
    outcome = await here.take("setup.save_basics", name="Toinen", **days)
    assert outcome == Notice(Text(f"setup-dates-{why}"))
    assert (await here.now()).name == "Foorumi"


async def test_an_unknown_time_zone_is_not_taken(here: Setting) -> None:
    await here.take("setup.save_basics", zone="Mars/Olympus", **DAYS)
    assert (await here.now()).zone == "Europe/Helsinki"


async def test_the_channel_is_one_of_this_team(here: Setting) -> None:
    card = await here.take("setup.channel")
    assert part(card, "channel").options == [
        ("19:team@thread.tacv2", Text("setup-channel-general")),
        (CHANNEL, "Foorumi"),
    ]
    async with here.transaction() as db:
        other = a_forum(team_id="19:other@thread.tacv2")
        db.add(other)
        await db.flush()
        db.add(Channel(id="19:theirs@thread.tacv2", forum_id=other.id, name="Salaa"))
    wrong = await here.take("setup.save_channel", channel="19:theirs@thread.tacv2")
    assert wrong == Notice(Text("setup-choose-channel"))
    await here.take("setup.save_channel", channel="19:team@thread.tacv2")
    assert (await here.now()).channel == "19:team@thread.tacv2"


async def test_channels_that_are_not_read_yet_can_be_waited_for(here: Setting) -> None:
    async with here.transaction() as db:
        for channel in (CHANNEL, "19:team@thread.tacv2"):
            await db.delete(await db.get_one(Channel, channel))
    assert labels(await here.take("setup.channel"))[0] == "setup-look-again"


# coordinators


async def test_coordinators_are_chosen_from_the_team_and_told(here: Setting) -> None:
    (bo, _), (aino, who) = await here.person("bo"), await here.person("aino")
    card = await here.take("setup.coordinators")
    assert part(card, "people").chosen == [str(bo.id)]
    await here.take("setup.save_coordinators", people=f"{bo.id},{aino.id}", known=[bo.id])
    assert (await here.person("aino"))[0].role == Role.COORDINATOR
    async with here.transaction() as db:
        [told] = await outbox.messages_to(db, who.id)
    assert (told.step, told.initiative) == ("setup.invite", False)

    # The first card again, from before Aino was chosen: it takes nothing from her.
    await here.take("setup.save_coordinators", people=str(bo.id), known=[bo.id])
    assert (await here.person("aino"))[0].role == Role.COORDINATOR

    known = [bo.id, aino.id]
    handed = await here.take("setup.save_coordinators", people=str(aino.id), known=known)
    assert handed == Screen(Text("setup-handed-over"))
    assert (await here.person("bo"))[0].role == Role.PARTICIPANT


@pytest.mark.parametrize("people", ["", "999", "nobody"])
async def test_a_forum_never_loses_its_last_coordinator(here: Setting, people: str) -> None:
    bo, _ = await here.person("bo")
    outcome = await here.take("setup.save_coordinators", people=people, known=[bo.id])
    assert outcome == Notice(Text("setup-one-coordinator"))
    assert (await here.person("bo"))[0].role == Role.COORDINATOR


async def test_in_a_big_team_people_are_found_by_name(here: Setting) -> None:
    async with here.transaction() as db:
        forum = await db.get_one(Forum, here.forum)
        for n in range(70):
            person = a_person(f"Henkilö{n} Sukunimi", teams_id=f"29:{n}")
            await join(db, forum, person, role=Role.PARTICIPANT)
    (bo, _), (aino, _) = await here.person("bo"), await here.person("aino")
    assert len(part(await here.take("setup.coordinators"), "people").options) == 60
    card = await here.take("setup.coordinators", find="henkilö69", people=f"{bo.id},{aino.id}")
    people = part(card, "people")
    assert [name for _, name in people.options] == ["Bo Berg", "Aino Aalto", "Henkilö69 Sukunimi"]
    assert people.chosen == [str(bo.id), str(aino.id)]


# quiet periods


async def test_the_calendar_proposes_and_the_coordinator_decides(here: Setting) -> None:
    await here.take("setup.save_basics", **DAYS)
    await here.phase(Phase.SETUP, setup_card="quiet")
    card = await here.take("setup.quiet")
    offered = [code for code, _ in part(card, "keep").options]
    assert offered[:2] == ["2027-07-01:2027-08-07", "2027-12-22:2028-01-07"]
    assert list(part(card, "keep").chosen) == offered

    again = await here.take(
        "setup.save_quiet",
        keep=offered[1],
        shown=offered,
        first="2027-10-18",
        last="2027-10-24",
        why="Syysloma",
        more=True,
    )
    assert part(again, "keep").chosen == ["2027-10-18:2027-10-24", offered[1]]
    async with here.transaction() as db:
        assert [(p.first, p.why) for p in await periods(db, here.forum)] == [
            (date(2027, 10, 18), "Syysloma"),
            (date(2027, 12, 22), "christmas"),
        ]

    # The first card again: the autumn break did not stand on it and stays.
    onward = await here.take("setup.save_quiet", keep="", shown=offered)
    assert part(onward, "said").name == "said"
    async with here.transaction() as db:
        assert await quiet_periods(db, here.forum) == [(date(2027, 10, 18), date(2027, 10, 24))]


@pytest.mark.parametrize(
    "days",
    [
        {"first": "2027-10-18"},
        {"last": "2027-10-18"},
        {"first": "2027-10-24", "last": "2027-10-18"},
    ],
)
async def test_an_own_period_needs_both_days(here: Setting, days: dict[str, str]) -> None:
    await here.take("setup.save_basics", **DAYS)
    outcome = await here.take("setup.save_quiet", keep="", shown="", **days)
    assert outcome == Notice(Text("setup-quiet-both-days"))


async def test_a_period_that_nobody_offered_is_not_taken(here: Setting) -> None:
    await here.take("setup.save_basics", **DAYS)
    code = "2027-09-01:2027-12-24"
    await here.take("setup.save_quiet", keep=code, shown=code)
    async with here.transaction() as db:
        assert await periods(db, here.forum) == []


# waves


async def test_waves_avoid_the_quiet_periods_that_were_chosen(here: Setting) -> None:
    async with here.transaction() as db:
        forum = await db.get_one(Forum, here.forum)
        forum.begins, forum.ends, forum.setup_card = date(2027, 5, 12), date(2027, 12, 31), "waves"
        summer = (date(2027, 6, 10), date(2027, 8, 31))
        db.add(QuietPeriod(forum_id=forum.id, first=summer[0], last=summer[1], why="own"))
    card = await here.take("setup.waves")
    proposed = [
        d.isoformat()
        for d in proposed_waves(date(2027, 5, 12), date(2027, 12, 31), "Europe/Helsinki", [summer])
    ]
    assert proposed[0] == "2027-09-07"
    assert part(card, "keep").chosen == proposed

    await here.take(
        "setup.save_waves", keep=",".join(proposed[1:]), shown=proposed, extra="2027-06-01"
    )
    async with here.transaction() as db:
        kept = [wave.day.isoformat() for wave in await waves(db, here.forum)]
    assert kept == ["2027-06-01", *proposed[1:]]


async def test_a_wave_that_has_asked_stays(here: Setting) -> None:
    async with here.transaction() as db:
        forum = await db.get_one(Forum, here.forum)
        forum.begins, forum.ends, forum.phase = TODAY, date(2027, 12, 31), Phase.OPEN
        db.add(Wave(forum_id=forum.id, day=TODAY, opened=NOW))
        db.add(Wave(forum_id=forum.id, day=TODAY + timedelta(days=7)))
    card = await here.take("setup.waves")
    assert part(card, "keep").chosen == ["2027-05-18"]
    shown = [TODAY.isoformat(), "2027-05-18", "not a day"]
    outcome = await here.take("setup.save_waves", keep="", shown=shown)
    assert isinstance(outcome, Screen)
    assert outcome.parts[0] == Text("setup-saved")
    async with here.transaction() as db:
        assert [wave.day for wave in await waves(db, here.forum)] == [TODAY]
    past = await here.take("setup.save_waves", extra="2027-05-10")
    assert past == Notice(Text("setup-wave-past"))


# organisations and people


async def test_lines_in_the_chat_are_taken_in(here: Setting) -> None:
    await here.take("setup.people")
    outcome = await here.say(
        "organisaatio; sähköposti; rooli; kieli\n"
        "Hopeahaaran museo; AINO@museo.example; varahenkilö; svenska\n"
        "Silvergrynnan; dora@museo.example; kontaktperson;"
    )
    assert isinstance(outcome, Screen)
    assert labels(outcome) == ["setup-on", "setup-people-more"]
    member, aino = await here.person("aino")
    async with here.transaction() as db:
        names = {o.id: o.name for o in await organisations(db, here.forum)}
        [dora] = await expected(db, here.forum)
    assert names[member.organisation_id or 0] == "Hopeahaaran museo"
    assert (member.role, aino.language) == (Role.DEPUTY, "sv")
    assert (dora.email, dora.role) == ("dora@museo.example", Role.CONTACT)
    assert names[dora.organisation_id or 0] == "Silvergrynnan"


async def test_the_same_list_twice_changes_nothing(here: Setting) -> None:
    text = "Museo; Aino; aino@museo.example\nMuseo; Dora; dora@museo.example"
    await here.take("setup.pasted", said=text, sure=True)
    await here.take("setup.pasted", said=text.replace("Museo;", "MUSEO ;"), sure=True)
    async with here.transaction() as db:
        assert [o.name for o in await organisations(db, here.forum)] == ["Museo"]
        assert [e.name for e in await expected(db, here.forum)] == ["Dora"]


async def test_an_erroneous_list_changes_nothing_and_tells_everything(here: Setting) -> None:
    await here.take("setup.pasted", said="Museo; Aino; aino@museo.example", sure=True)
    outcome = await here.take(
        "setup.pasted",
        said="Uusi\nMusco; Aino; aino@museo.example\nUusi; Dora; dora@museo.example; pomo",
        sure=True,
    )
    assert isinstance(outcome, Screen)
    assert outcome.parts[1] == Text(
        "setup-problem-unknown_role",
        line=3,
        column=Text("setup-column-role"),
        value="pomo",
        near="",
    )
    unknown = await here.take(
        "setup.pasted", said="Uusi\nMusco; Aino; aino@museo.example", sure=True
    )
    assert isinstance(unknown, Screen)
    assert unknown.parts[1] == Text(
        "setup-problem-unknown_organisation-near",
        line=2,
        column=Text("setup-column-organisation"),
        value="Musco",
        near="Museo",
    )
    async with here.transaction() as db:
        assert [o.name for o in await organisations(db, here.forum)] == ["Museo"]
        assert await expected(db, here.forum) == []


async def test_twenty_problems_are_shown_and_the_rest_counted(here: Setting) -> None:
    lines = "\n".join(f"Taidemuseo; Ihminen {n}; ei osoite" for n in range(25))
    outcome = await here.take("setup.pasted", said=lines, sure=True)
    assert isinstance(outcome, Screen)
    assert len(outcome.parts) == 1 + 20 + 1 + 1
    assert outcome.parts[-2] == Text("setup-problems-more", count=5)


async def test_a_stray_sentence_does_not_become_an_organisation(here: Setting) -> None:
    await here.take("setup.people")
    outcome = await here.say("Milloinkahan seuraava tapaaminen mahtaa olla")
    assert isinstance(outcome, Screen)
    assert labels(outcome) == ["setup-people-add", "setup-never-mind"]
    async with here.transaction() as db:
        assert await organisations(db, here.forum) == []
    [add] = [p for p in outcome.parts if isinstance(p, Button) and p.step == "setup.pasted"]
    await here.take("setup.pasted", **add.args)
    async with here.transaction() as db:
        assert len(await organisations(db, here.forum)) == 1


async def test_half_a_list_is_worse_than_none(here: Setting) -> None:
    await here.take("setup.people")
    lines = "\n".join(f"Museo; Nimi {n}; nimi{n}@museo.example" for n in range(200))
    outcome = await here.say(lines)
    assert isinstance(outcome, Screen)
    assert isinstance(outcome.parts[1], Text)
    assert outcome.parts[1].key == "setup-problem-too_much_pasted"
    async with here.transaction() as db:
        assert await expected(db, here.forum) == []


async def test_a_list_takes_nobodys_own_language_and_no_coordinator(here: Setting) -> None:
    async with here.transaction() as db:
        (await here.turn(db, "aino")).person.conversation = "a:aino"
    text = "Museo; Aino; aino@museo.example; ; ruotsi\nMuseo; Bo; bo@museo.example; osallistuja"
    await here.take("setup.pasted", said=text, sure=True)
    assert (await here.person("aino"))[1].language == "fi"
    assert (await here.person("bo"))[0].role == Role.COORDINATOR


async def test_a_list_may_name_a_coordinator_who_is_told(here: Setting) -> None:
    await here.take("setup.pasted", said=";Aino;aino@museo.example;koordinaattori", sure=True)
    member, aino = await here.person("aino")
    assert member.role == Role.COORDINATOR
    async with here.transaction() as db:
        assert [p.step for p in await outbox.messages_to(db, aino.id)] == ["setup.invite"]


async def test_an_organisation_that_left_may_come_back(here: Setting) -> None:
    async with here.transaction() as db:
        db.add(Organisation(forum_id=here.forum, name="Museo", left=TODAY))
    await here.take("setup.pasted", said="Museo", sure=True)
    async with here.transaction() as db:
        [back] = await organisations(db, here.forum)
    assert (back.name, back.left) == ("Museo", None)


async def test_the_card_tells_who_is_missing(here: Setting) -> None:
    async with here.transaction() as db:
        db.add(Organisation(forum_id=here.forum, name="Museo"))
        db.add(ExpectedPerson(forum_id=here.forum, email="dora@museo.example", name="Dora Dahl"))
    card = await here.take("setup.people")
    assert isinstance(card, Screen)
    [facts] = [p for p in card.parts if isinstance(p, Facts)]
    assert list(facts.rows) == [
        (Text("setup-in-team"), Text("setup-count", count=2)),
        (Text("setup-organisations"), Text("setup-list", names=["Museo"])),
        (Text("setup-without"), Text("setup-list", names=["Aino Aalto"])),
        (Text("setup-awaited"), Text("setup-list", names=["Dora Dahl"])),
    ]


# opening


async def test_a_forum_without_days_cannot_be_opened(here: Setting) -> None:
    summary = await here.take("setup.summary")
    assert labels(summary) == ["setup-change"]
    assert await here.take("setup.open") == Notice(Text("setup-still-missing"))
    assert (await here.now()).phase == Phase.SETUP


async def test_the_summary_says_when_and_to_how_many(here: Setting) -> None:
    await here.phase(Phase.SETUP, begins=TODAY, ends=date(2028, 10, 31))
    async with here.transaction() as db:
        summer = {"first": TODAY, "last": date(2027, 6, 11), "why": "own"}
        db.add(QuietPeriod(forum_id=here.forum, **summer))
    summary = await here.take("setup.summary")
    assert isinstance(summary, Screen)
    [what] = [p for p in summary.parts if isinstance(p, Text)]
    assert (what.key, what.values["count"]) == ("setup-what-happens", 1)
    assert what.values["day"].isoformat() == "2027-06-15T09:00:00+03:00"


async def test_opening_promises_one_welcome_each_and_one_post(here: Setting) -> None:
    await here.phase(Phase.SETUP, begins=TODAY, ends=date(2028, 10, 31))
    opened = await here.take("setup.open")
    assert labels(opened) == ["setup-change"]
    assert await here.take("setup.open") == Notice(Text("setup-already-open"))
    async with here.transaction() as db:
        assert await outbox.accounts(db, here.forum) == {"waiting": 2}
    _, aino = await here.person("aino")
    async with here.transaction() as db:
        [hello] = await outbox.messages_to(db, aino.id)
    assert (hello.step, hello.initiative) == ("welcome.personal", True)


async def test_an_open_forum_can_be_changed(here: Setting) -> None:
    await here.phase(Phase.OPEN, begins=TODAY, ends=date(2028, 10, 31))
    menu = await here.take("setup.start")
    assert len(labels(menu)) == 6
    saved = await here.take("setup.save_basics", name="Uusi nimi", **DAYS)
    assert isinstance(saved, Screen)
    assert saved.parts[0] == Text("setup-saved")
    assert (await here.now()).name == "Uusi nimi"
    assert labels(await here.take("setup.summary")) == ["setup-change"]
