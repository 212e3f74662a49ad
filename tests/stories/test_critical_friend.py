"""Critical friends from invitation to a graceful end, through the real server."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest

from storage import critical_friend as memory
from storage.critical_friend import GroupState, RoundState
from storage.forum import Forum, Organisation, QuietPeriod
from storage.people import Absence, Membership, Person, Role, membership
from storage.portfolio import Competence, Side
from tests.builders import TODAY, a_forum, a_museum, a_person, join
from tests.microsoft.server import Rule
from tests.story import Story, buttons, texts


@dataclass
class Cast:
    forum: Forum
    people: dict[str, Person]
    members: dict[str, int]
    cecilia: Person


NAMES = ("Aino Aalto", "Bo Berg", "Carita Carlsson", "Daavid Dunder", "Eeva Ek")


@pytest.fixture
async def cast(story: Story) -> Cast:
    """Five from five museums; Aino and Bo wish what the other offers, so do Carita and Daavid."""
    people, members = {}, {}
    async with story.transaction() as db:
        forum = a_forum(service_url=story.microsoft.service_url)
        for name in NAMES:
            museum = await a_museum(db, forum, f"{name.split()[0]}n museo")
            person = a_person(name)
            member = await join(db, forum, person, museum)
            people[name.split()[0]], members[name.split()[0]] = person, member.id
        cecilia = a_person("Cecilia Cygnaeus")
        await join(db, forum, cecilia, None, Role.COORDINATOR)
        for name, wish, offer in (
            ("Aino", "poistot", "koulut"),
            ("Bo", "koulut", "poistot"),
            ("Carita", "some", "rahoitus"),
            ("Daavid", "rahoitus", "some"),
            ("Eeva", "energia", "energia"),
        ):
            db.add(Competence(membership_id=members[name], side=Side.WISH, key=wish))
            db.add(Competence(membership_id=members[name], side=Side.OFFER, key=offer))
    return Cast(forum, people, members, cecilia)


async def opened(story: Story, cast: Cast, joining: tuple[str, ...]) -> int:
    """A round is open and these have joined."""
    card = await story.say(cast.cecilia, "kierros")
    assert card is not None
    await story.press(
        cast.cecilia,
        card,
        "Avaa kierros",
        answer_by=(TODAY + timedelta(days=8)).isoformat(),
        ends=(TODAY + timedelta(weeks=26)).isoformat(),
    )
    await story.wait(seconds=1)
    for name in joining:
        key = name.lower()
        [invitation] = [c for c in story.received(f"a:{key}") if "Nyt etsitään" in texts(c)]
        answer = await story.press(cast.people[name], invitation, "Kyllä, haluan mukaan")
        assert "olet mukana" in texts(answer["value"])
    async with story.transaction() as db:
        this = await memory.latest_round(db, cast.forum.id)
    assert this is not None
    return this.id


async def approved(story: Story, cast: Cast, joining: tuple[str, ...]) -> int:
    """The pairs have been approved and proposed."""
    round_id = await opened(story, cast, joining)
    card = await story.say(cast.cecilia, "kierros")
    assert card is not None
    preview = (await story.press(cast.cecilia, card, "Muodosta parit nyt"))["value"]
    await story.press(cast.cecilia, preview, "Hyväksy ja lähetä")
    await story.wait(seconds=1)
    return round_id


async def answer(story: Story, cast: Cast, name: str, title: str) -> dict[str, Any]:
    """Press a button of the newest proposal."""
    proposals = [
        c for c in story.received(f"a:{name.lower()}") if "Ehdotus kriittiseksi" in texts(c)
    ]
    return await story.press(cast.people[name], proposals[-1], title)


async def groups(story: Story, cast: Cast, *states: GroupState) -> list[set[str]]:
    by_id = {member: name for name, member in cast.members.items()}
    found = []
    async with story.transaction() as db:
        for group in await memory.groups_in(db, cast.forum.id, *states):
            found.append({by_id[m.id] for _, m, _ in await memory.friends_in(db, group.id)})
    return found


async def a_pair(story: Story, cast: Cast) -> int:
    """Aino and Bo are a pair; its id."""
    await approved(story, cast, ("Aino", "Bo"))
    for name in ("Aino", "Bo"):
        await answer(story, cast, name, "Kyllä kiitos")
    await story.wait(seconds=1)
    async with story.transaction() as db:
        [group] = await memory.groups_in(db, cast.forum.id, GroupState.ACTIVE)
    return group.id


async def test_wishes_meet_offers_and_both_accept(story: Story, cast: Cast) -> None:
    await approved(story, cast, ("Aino", "Bo", "Carita", "Daavid"))
    assert {frozenset(g) for g in await groups(story, cast, GroupState.PROPOSED)} == {
        frozenset({"Aino", "Bo"}),
        frozenset({"Carita", "Daavid"}),
    }
    proposal = story.received("a:aino")[-1]
    assert "Bo Berg" in texts(proposal)
    assert "Haluat oppia, ja toinen osaa: Kokoelmapoistot" in texts(proposal)
    assert "Toinen haluaa oppia, ja sinä osaat: Kouluyhteistyö" in texts(proposal)

    waits = await answer(story, cast, "Aino", "Kyllä kiitos")
    assert "Kerron heti" in texts(waits["value"])
    assert await groups(story, cast, GroupState.ACTIVE) == []
    await answer(story, cast, "Bo", "Kyllä kiitos")
    await story.wait(seconds=1)

    assert await groups(story, cast, GroupState.ACTIVE) == [{"Aino", "Bo"}]
    for mine, other in (("aino", "Bo Berg"), ("bo", "Aino Aalto")):
        introduction = story.received(f"a:{mine}")[-1]
        assert "Pari on valmis" in texts(introduction)
        assert other in texts(introduction)
        [chat] = [b for b in buttons(introduction) if b["type"] == "Action.OpenUrl"]
        assert chat["url"].startswith("https://teams.microsoft.com/l/chat/0/0?users=")


async def test_a_decline_needs_no_reason_and_is_repaired_at_once(story: Story, cast: Cast) -> None:
    await approved(story, cast, ("Aino", "Bo", "Carita", "Daavid"))
    for name in ("Aino", "Carita"):
        said = await answer(story, cast, name, "Mieluummin joku toinen")
        assert "Syytä ei tarvitse kertoa" in texts(said["value"])
    await story.wait(seconds=1)
    proposed = await groups(story, cast, GroupState.PROPOSED)
    assert {frozenset({"Aino", "Bo"}), frozenset({"Carita", "Daavid"})}.isdisjoint(
        {frozenset(g) for g in proposed}
    )
    assert sorted(name for g in proposed for name in g) == ["Aino", "Bo", "Carita", "Daavid"]


async def test_an_odd_number_makes_a_trio_and_nobody_is_left(story: Story, cast: Cast) -> None:
    await approved(story, cast, tuple(cast.people))
    sizes = sorted(len(g) for g in await groups(story, cast, GroupState.PROPOSED))
    assert sizes == [2, 3]
    [trio] = [g for g in await groups(story, cast, GroupState.PROPOSED) if len(g) == 3]
    name = sorted(trio)[0]
    assert "kolmikko" in texts(story.received(f"a:{name.lower()}")[-1])


async def test_silence_is_reminded_once_and_then_the_round_goes_on(
    story: Story, cast: Cast
) -> None:
    await approved(story, cast, ("Aino", "Bo"))
    await answer(story, cast, "Aino", "Kyllä kiitos")
    before = len(story.received("a:bo"))
    for _ in range(12):
        await story.wait(days=1)
    heard = [texts(c) for c in story.received("a:bo")[before:]]
    assert sum("Ehdotus kriittiseksi" in h for h in heard) == 1
    assert sum("kierros jatkui ilman sinua" in h for h in heard) == 1
    assert await groups(story, cast, GroupState.PROPOSED) == []
    assert "Juuri nyt kukaan sopiva" in texts(story.received("a:aino")[-1])


async def test_a_late_joiner_is_matched_with_who_waits(story: Story, cast: Cast) -> None:
    await approved(story, cast, ("Aino", "Bo"))
    await answer(story, cast, "Aino", "En tällä kertaa")
    await story.wait(seconds=1)
    card = await story.say(cast.people["Carita"], "kriittinen ystävä")
    assert card is not None
    await story.press(cast.people["Carita"], card, "Kyllä, haluan mukaan")
    await story.wait(seconds=1)
    assert await groups(story, cast, GroupState.PROPOSED) == [{"Bo", "Carita"}]


async def test_who_is_alone_may_join_a_pair_if_all_three_agree(story: Story, cast: Cast) -> None:
    await a_pair(story, cast)
    card = await story.say(cast.people["Eeva"], "kriittinen ystävä")
    assert card is not None
    await story.press(cast.people["Eeva"], card, "Kyllä, haluan mukaan")
    await story.wait(seconds=1)
    assert await groups(story, cast, GroupState.PROPOSED) == [{"Aino", "Bo", "Eeva"}]
    for name in ("Eeva", "Aino"):
        await answer(story, cast, name, "Kyllä kiitos")
    await answer(story, cast, "Bo", "Kyllä kiitos")
    assert await groups(story, cast, GroupState.ACTIVE) == [{"Aino", "Bo", "Eeva"}]


async def test_a_pair_stays_when_a_trio_is_declined(story: Story, cast: Cast) -> None:
    await a_pair(story, cast)
    card = await story.say(cast.people["Eeva"], "kriittinen ystävä")
    assert card is not None
    await story.press(cast.people["Eeva"], card, "Kyllä, haluan mukaan")
    await story.wait(seconds=1)
    await answer(story, cast, "Bo", "Mieluummin joku toinen")
    assert await groups(story, cast, GroupState.ACTIVE) == [{"Aino", "Bo"}]


async def test_an_ending_tells_everybody_the_same_and_never_who_asked(
    story: Story, cast: Cast
) -> None:
    group = await a_pair(story, cast)
    card = await story.say(cast.people["Aino"], "kriittinen ystävä")
    assert card is not None
    ask = (await story.press(cast.people["Aino"], card, "Päätä pari"))["value"]
    await story.press(cast.people["Aino"], ask, "Päätä pari nyt")
    await story.wait(seconds=1)
    last = [texts(story.received(f"a:{name}")[-1]) for name in ("aino", "bo")]
    assert last[0] == last[1]
    assert "syy ole sinussa" in last[0]

    overview = await story.say(cast.cecilia, "kierros")
    assert overview is not None
    assert "päättyi" not in texts(overview)
    async with story.transaction() as db:
        ended = await db.get_one(memory.FriendGroup, group)
    assert (ended.state, ended.ended is not None) == (GroupState.ENDED, True)

    # Never the same two again.
    for name in ("Aino", "Bo"):
        choice = story.received(f"a:{name.lower()}")[-1]
        await story.press(cast.people[name], choice, "Uusi pari tai trio nyt")
    await story.wait(seconds=1)
    assert await groups(story, cast, GroupState.PROPOSED) == []


async def test_who_leaves_the_forum_frees_the_other(story: Story, cast: Cast) -> None:
    await a_pair(story, cast)
    async with story.transaction() as db:
        gone = await membership(db, cast.forum.id, cast.people["Aino"].id)
        assert gone is not None
        gone.left = TODAY
    await story.wait(minutes=1)
    await story.wait(seconds=1)
    assert "syy ole sinussa" in texts(story.received("a:bo")[-1])
    assert await groups(story, cast, GroupState.ACTIVE) == []


async def test_times_are_proposed_inside_both_quiet_times_and_booked(
    story: Story, cast: Cast
) -> None:
    group = await a_pair(story, cast)
    async with story.transaction() as db:
        db.add(
            Absence(person_id=cast.people["Bo"].id, first=TODAY, last=TODAY + timedelta(days=20))
        )
    pair = story.received("a:aino")[-1]
    form = (await story.press(cast.people["Aino"], pair, "Ehdota kolmea aikaa"))["value"]
    [choice] = [e for e in form["body"] if e.get("id") == "times"]
    assert len(choice["choices"]) == 3
    assert all(c["value"][:10] > str(TODAY + timedelta(days=20)) for c in choice["choices"])
    times = ",".join(c["value"] for c in choice["choices"][:2])
    await story.press(cast.people["Aino"], form, "Lähetä nämä", times=times)
    await story.wait(days=21)
    asked = story.received("a:bo")[-1]
    later = choice["choices"][1]["value"]
    booked = (await story.press(cast.people["Bo"], asked, "Varaa tämä", at=later))["value"]
    [link] = [b for b in buttons(booked) if b["type"] == "Action.OpenUrl"]
    assert link["url"].startswith("https://teams.microsoft.com/l/meeting/new?subject=")
    await story.wait(minutes=5)
    assert "sovittu" in texts(story.received("a:aino")[-1])
    assert group


async def test_an_agreement_keeps_rhythm_and_dates_only(story: Story, cast: Cast) -> None:
    group = await a_pair(story, cast)
    for name, title in (("Aino", "Kirjasin oman osasi"), ("Bo", "Sopimus on valmis")):
        card = await story.say(cast.people[name], "kriittinen ystävä")
        assert card is not None
        pair = (await story.press(cast.people[name], card, "Avaa pari"))["value"]
        form = (await story.press(cast.people[name], pair, "Lyhyt sopimus"))["value"]
        assert "en keskustelujenne sisältöä" in texts(form)
        done = await story.press(
            cast.people[name], form, "Sovitaan näin", rhythm="4", directness="gently"
        )
        assert title in texts(done["value"])
    async with story.transaction() as db:
        kept = await db.get_one(memory.FriendGroup, group)
    assert kept.rhythm_weeks == 4


async def test_the_talk_in_six_steps_and_what_came_of_it(story: Story, cast: Cast) -> None:
    group = await a_pair(story, cast)
    card = story.received("a:aino")[-1]
    step = (await story.press(cast.people["Aino"], card, "Keskustelun runko"))["value"]
    for _ in range(5):
        step = (await story.press(cast.people["Aino"], step, "Seuraava vaihe"))["value"]
    assert "Vaihe 6/6" in texts(step)
    met = (await story.press(cast.people["Aino"], step, "Juttelimme"))["value"]
    kept = await story.press(
        cast.people["Aino"], met, "Tallenna", kind="promise", words="Kysyn lahjoittajilta"
    )
    assert "Kysyn siitä kerran" in texts(kept["value"])
    async with story.transaction() as db:
        assert await memory.talks(db, group) == [TODAY]
    question = await story.say(cast.people["Bo"], "anna kysymys")
    assert question is not None
    assert "Kysymyskortti" in texts(question)


async def test_a_slow_pair_gets_one_offer_of_help_and_then_quiet(story: Story, cast: Cast) -> None:
    await a_pair(story, cast)
    before = {n: len(story.received(f"a:{n}")) for n in ("aino", "bo")}
    for _ in range(20):
        await story.wait(days=7)
    heard = [texts(c) for n in ("aino", "bo") for c in story.received(f"a:{n}")[before[n] :]]
    assert sum("Oletteko ehtineet jutella" in h for h in heard) == 1
    assert sum("Miltä pari tuntuu" in h for h in heard) == 2  # asked separately


async def test_a_round_ends_and_a_pair_may_go_on(story: Story, cast: Cast) -> None:
    await a_pair(story, cast)
    for _ in range(27):
        await story.wait(days=7)
    ask = [c for c in story.received("a:aino") if "Kierros päättyy pian" in texts(c)]
    assert len(ask) == 1
    assert await groups(story, cast, GroupState.OVER) == [{"Aino", "Bo"}]


async def test_pausing_and_opting_out_by_one_press(story: Story, cast: Cast) -> None:
    await opened(story, cast, ())
    invitation = story.received("a:aino")[-1]
    form = (await story.press(cast.people["Aino"], invitation, "Pidän taukoa"))["value"]
    until = TODAY + timedelta(days=30)
    done = await story.press(cast.people["Aino"], form, "Pidän taukoa", until=until.isoformat())
    assert "Tauko päättyy itsestään" in texts(done["value"])

    no = await story.press(cast.people["Bo"], story.received("a:bo")[-1], "En tällä kertaa")
    out = await story.press(cast.people["Bo"], no["value"], "En enää kierroksille")
    async with story.transaction() as db:
        member = await membership(db, cast.forum.id, cast.people["Bo"].id)
    assert member is not None
    assert member.critical_friend is False
    await story.press(cast.people["Bo"], out["value"], "Peru tämä")
    async with story.transaction() as db:
        member = await membership(db, cast.forum.id, cast.people["Bo"].id)
    assert member is not None
    assert member.critical_friend is True


async def test_the_coordinator_changes_pairs_before_anybody_hears(story: Story, cast: Cast) -> None:
    await opened(story, cast, ("Aino", "Bo", "Carita", "Daavid"))
    await story.wait(days=9)
    await story.wait(minutes=1)
    assert "odottavat hyväksyntääsi" in texts(story.received("a:cecilia")[-1])
    card = await story.say(cast.cecilia, "kierros")
    assert card is not None
    assert "Toinen hakee sitä, mitä toinen tarjoaa" in texts(card)
    form = (await story.press(cast.cecilia, card, "Muuta pareja"))["value"]
    aino, carita = str(cast.members["Aino"]), str(cast.members["Carita"])
    effect = (
        await story.press(cast.cecilia, form, "Vaihda nämä keskenään", first=aino, second=carita)
    )["value"]
    assert "nyt 4, vaihdon jälkeen 0" in texts(effect)
    await story.press(cast.cecilia, effect, "Vaihda")
    assert {frozenset(g) for g in await groups(story, cast, GroupState.DRAFT)} == {
        frozenset({"Carita", "Bo"}),
        frozenset({"Aino", "Daavid"}),
    }
    await story.press(cast.cecilia, form, "Kiinnitä nämä pariksi", first=aino, second=carita)
    assert {"Aino", "Carita"} in await groups(story, cast, GroupState.DRAFT)
    await story.press(cast.cecilia, form, "Erota nämä", first=aino, second=carita)
    assert {"Aino", "Carita"} not in await groups(story, cast, GroupState.DRAFT)
    for name in cast.people:
        heard = story.received(f"a:{name.lower()}")
        assert not any("Ehdotus kriittiseksi" in texts(c) for c in heard)


async def test_a_forbidden_pair_is_said_nowhere(
    story: Story, cast: Cast, caplog: pytest.LogCaptureFixture
) -> None:
    await opened(story, cast, ("Aino", "Bo", "Carita", "Daavid"))
    card = await story.say(cast.cecilia, "kierros")
    assert card is not None
    await story.press(cast.cecilia, card, "Muodosta parit nyt")
    card = await story.say(cast.cecilia, "kierros")
    assert card is not None
    form = (await story.press(cast.cecilia, card, "Muuta pareja"))["value"]
    aino, bo = str(cast.members["Aino"]), str(cast.members["Bo"])
    after = await story.press(cast.cecilia, form, "Älä koskaan paria", first=aino, second=bo)
    assert {"Aino", "Bo"} not in await groups(story, cast, GroupState.DRAFT)
    assert "kielle" not in texts(after["value"]).lower().replace("kielletyt parit eivät näy", "")
    async with story.http.get(f"{story.url}/metrics") as metrics:
        said = await metrics.text() + caplog.text
    assert "forbid" not in said
    assert "apart" not in said


async def test_only_those_concerned_can_touch_a_pair(story: Story, cast: Cast) -> None:
    group = await a_pair(story, cast)
    for step in ("pair", "end_now", "suggest", "agreement", "met", "accept", "propose"):
        answer = await story.invoke(
            cast.people["Daavid"], f"critical_friend.{step}", {"group": group}
        )
        assert isinstance(answer["value"], str), step
    assert await groups(story, cast, GroupState.ACTIVE) == [{"Aino", "Bo"}]
    for step in ("see", "approve", "swap", "forbid", "preview", "open_round"):
        answer = await story.invoke(
            cast.people["Daavid"], f"critical_friend.{step}", {"round": 1, "first": 1, "second": 2}
        )
        assert "kuuluu koordinaattorille" in answer["value"]


async def test_another_forums_coordinator_sees_nothing(story: Story, cast: Cast) -> None:
    round_id = await opened(story, cast, ("Aino", "Bo"))
    async with story.transaction() as db:
        other = a_forum(team_id="19:other@thread.tacv2", name="Toinen")
        await join(db, other, olga := a_person("Olga Outa"), None, Role.COORDINATOR)
    for step in ("preview", "approve", "rerun", "match_now", "edit"):
        answer = await story.invoke(olga, f"critical_friend.{step}", {"round": round_id})
        assert isinstance(answer["value"], str), step
    async with story.transaction() as db:
        this = await db.get_one(memory.PairingRound, round_id)
    assert this.state == RoundState.INVITING


async def test_a_holiday_in_between_moves_what_is_unasked(story: Story, cast: Cast) -> None:
    await a_pair(story, cast)
    async with story.transaction() as db:
        db.add(
            QuietPeriod(
                forum_id=cast.forum.id,
                first=TODAY + timedelta(days=50),
                last=TODAY + timedelta(days=70),
                why="july",
            )
        )
    before = len(story.received("a:aino")) + len(story.received("a:bo"))
    for day in range(70):
        await story.wait(days=1)
        if 50 <= day < 70:
            assert len(story.received("a:aino")) + len(story.received("a:bo")) == before


async def test_a_word_about_conduct_goes_to_a_human(story: Story, cast: Cast) -> None:
    await a_pair(story, cast)
    card = await story.say(cast.people["Bo"], "kriittinen ystävä")
    assert card is not None
    ask = (await story.press(cast.people["Bo"], card, "Päätä pari"))["value"]
    form = (await story.press(cast.people["Bo"], ask, "Puhun ihmiselle"))["value"]
    await story.press(cast.people["Bo"], form, "Lähetä koordinaattorille", said="Soittaisitko?")
    await story.wait(seconds=1)
    assert "Soittaisitko?" in texts(story.received("a:cecilia")[-1])
    async with story.transaction() as db:
        member = await membership(db, cast.forum.id, cast.people["Bo"].id)
    assert isinstance(member, Membership)
    assert member.critical_friend is False


async def test_a_guest_without_access_holds_up_nobody(story: Story, cast: Cast) -> None:
    await opened(story, cast, ("Aino", "Bo"))
    story.microsoft.rules = [Rule(match="a:bo", status=403, code="BotNotInConversationRoster")]
    card = await story.say(cast.cecilia, "kierros")
    assert card is not None
    preview = (await story.press(cast.cecilia, card, "Muodosta parit nyt"))["value"]
    await story.press(cast.cecilia, preview, "Hyväksy ja lähetä")
    await story.wait(seconds=1)
    await answer(story, cast, "Aino", "Kyllä kiitos")
    for _ in range(12):
        await story.wait(days=1)
    assert await groups(story, cast, GroupState.PROPOSED) == []
    assert "Juuri nyt kukaan sopiva" in texts(story.received("a:aino")[-1])
    overview = await story.say(cast.cecilia, "yleiskuva")
    assert overview is not None
    assert "Bo Berg" in texts(overview)  # whom messages do not reach


async def test_an_organisation_leaves_and_its_pairs_are_freed(story: Story, cast: Cast) -> None:
    await a_pair(story, cast)
    async with story.transaction() as db:
        gone = await membership(db, cast.forum.id, cast.people["Aino"].id)
        assert gone is not None
        museum = await db.get_one(Organisation, gone.organisation_id)
        museum.left = gone.left = TODAY
    await story.wait(minutes=1)
    await story.wait(seconds=1)
    choice = story.received("a:bo")[-1]
    assert "syy ole sinussa" in texts(choice)
    waiting = await story.press(cast.people["Bo"], choice, "Uusi pari tai trio nyt")
    assert "etsin heti uudestaan" in texts(waiting["value"])
