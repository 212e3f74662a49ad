"""From installation to an open forum, and everything that happens to teams and people later."""

from collections import Counter
from datetime import timedelta
from typing import Any

import pytest

from dialogs import arrival, welcome
from storage import outbox
from storage.arrival import ever_members
from storage.database import Transaction
from storage.erasure import erase
from storage.forum import Channel, Forum, Phase, forum_of_team
from storage.outbox import Kind
from storage.people import Person, Role, by_account, members
from tests.benchmarks.activities import BOT
from tests.builders import NOW, a_forum, a_museum, a_person, join
from tests.microsoft.server import Rule, member
from tests.stories.events import CHANNEL, TEAM, in_roster, tell
from tests.story import Story, buttons, texts

Json = dict[str, Any]

AINO, BO, CAJ = a_person("Aino Aalto"), a_person("Bo Berg"), a_person("Caj Cygnaeus")
GUEST = a_person("Guest Gustafsson")


@pytest.fixture(autouse=True)
def team(story: Story) -> None:
    """The team that Teams knows of."""
    story.microsoft.roster = [in_roster(p) for p in (AINO, BO, CAJ)]
    story.microsoft.channels = [{"id": TEAM}, {"id": CHANNEL, "name": "Foorumi"}]


async def forum_of(transaction: Transaction) -> Forum:
    async with transaction() as db:
        forum = await forum_of_team(db, TEAM)
    assert forum is not None
    return forum


async def names(transaction: Transaction, *roles: Role) -> list[str]:
    forum = await forum_of(transaction)
    async with transaction() as db:
        return [person.name for _, person in await members(db, forum.id, *roles)]


async def an_open_forum(story: Story, *people: Person, **given: Any) -> Forum:
    async with story.transaction() as db:
        forum = a_forum(service_url=story.microsoft.service_url, channel=CHANNEL, **given)
        await join(db, forum, a_person("Bo Berg"), role=Role.COORDINATOR)
        for person in people:
            await join(db, forum, person, role=Role.PARTICIPANT)
        db.add(Channel(id=TEAM, forum_id=forum.id, name=""))
        db.add(Channel(id=CHANNEL, forum_id=forum.id, name="Foorumi"))
    return forum


async def accounts(story: Story) -> Counter[str]:
    async with story.transaction() as db:
        return await outbox.accounts(db)


async def test_from_installation_to_an_open_forum(story: Story) -> None:
    await tell(story, "installation_update_channel", by=BO, locale="fi-FI")
    await story.wait(seconds=1)

    [card] = story.received("a:bo")
    assert "Product" in texts(card)
    assert await names(story.transaction) == ["Aino Aalto", "Bo Berg", "Caj Cygnaeus"]
    assert await names(story.transaction, Role.COORDINATOR) == ["Bo Berg"]

    async def go(card: Json, title: str, **inputs: Any) -> Json:
        answer = await story.press(BO, card, title, **inputs)
        assert answer["type"] == "application/vnd.microsoft.card.adaptive", answer
        found: Json = answer["value"]
        return found

    card = await go(card, "Aloitetaan")
    card = await go(
        card,
        "Tallenna ja jatka",
        name="Museoiden foorumi",
        first="fi",
        others="sv",
        zone="Europe/Helsinki",
        begins="2027-05-12",
        ends="2028-10-31",
    )
    assert "Mille kanavalle" in texts(card)
    card = await go(card, "Tallenna ja jatka", channel=CHANNEL)
    assert "Ketkä koordinoivat" in texts(card)
    card = await go(card, "Ohita tämä")
    assert "Joulu" in texts(card)
    [periods] = [e for e in card["body"] if e.get("id") == "keep"]
    card = await go(card, "Tallenna ja jatka", keep=periods["value"])
    assert "Organisaatiot ja ihmiset" in texts(card)

    answer = await story.say(
        BO,
        "Hopeahaaran museo; Aino Aalto; AINO@museo.example; yhteyshenkilö; suomi\n"
        "Silvergrynnan; Caj Cygnaeus; caj@museo.example; osallistuja; ruotsi\n"
        "Silvergrynnan; Dora Dahl; dora@museo.example; varahenkilö; svenska",
    )
    assert answer is not None
    assert "Hopeahaaran museo ja Silvergrynnan" in texts(answer)
    assert "Ei vielä tiimissä: Dora Dahl" in texts(answer)
    card = await go(answer, "Jatka")
    assert "Tilannekatsaukset" in texts(card)
    [waves] = [e for e in card["body"] if e.get("id") == "keep"]
    assert waves["value"].startswith("2027-06-15,2027-08-10")
    card = await go(card, "Tallenna ja jatka", keep=waves["value"])
    assert "lähetän 2 ihmiselle" in texts(card)
    assert "Aikavyöhyke: Europe/Helsinki" in texts(card)
    assert story.received(CHANNEL) == []
    opening = card
    card = await go(opening, "Avaa foorumi")
    assert "Foorumi on auki" in texts(card)

    await story.wait(seconds=1)
    await story.wait(seconds=1)

    [post] = story.received(CHANNEL)
    assert "Hei kaikki" in texts(post)
    assert "Hej alla" in texts(post)
    [hello] = story.received("a:aino")
    assert "Hei Aino" in texts(hello)
    assert [b["verb"] for b in buttons(hello)] == [
        "onboarding.start",
        "welcome.later",
        "welcome.privacy",
    ]
    [hello] = story.received("a:caj")
    assert "Hej Caj" in texts(hello)
    assert len(story.received("a:bo")) == 2  # the invitation, and the answer to the pasted lines

    again = await story.press(BO, opening, "Avaa foorumi")
    assert again["value"] == "Foorumi on jo avattu."
    await story.wait(seconds=1)
    assert len(story.received(CHANNEL)) == len(story.received("a:aino")) == 1

    # Dora joins the team a week later and is expected.
    dora = a_person("Dora Dahl")
    story.microsoft.roster.append(in_roster(dora, email="Dora@Museo.example"))
    await tell(story, "members_added_person_channel", people=[dora])
    await story.wait(days=7)
    await story.wait(seconds=1)
    [hello] = story.received("a:dora")
    assert "Hej Dora" in texts(hello)
    assert "Du har utsetts till ersättare" in texts(hello)


async def test_what_is_told_again_changes_nothing(story: Story) -> None:
    for _ in range(2):
        await tell(story, "installation_update_channel", by=BO)
        await tell(story, "members_added_bot_channel", by=BO)
        await story.wait(seconds=1)
    await tell(story, "installation_update_channel", by=AINO)
    await story.wait(seconds=1)

    assert len(story.received("a:bo")) == 1
    assert story.received("a:aino") == []
    assert await names(story.transaction, Role.COORDINATOR) == ["Bo Berg"]


async def test_the_same_activity_twice_acts_once(story: Story) -> None:
    await an_open_forum(story, AINO_HERE := a_person("Aino Aalto"))
    again = {"id": "f:the-same"}
    await tell(story, "members_removed_person_channel", people=[AINO_HERE], **again)
    await tell(story, "members_added_person_channel", people=[AINO_HERE])
    await tell(story, "members_removed_person_channel", people=[AINO_HERE], **again)

    assert "Aino Aalto" in await names(story.transaction)


async def test_a_roster_of_450_is_read_to_its_last_page(story: Story) -> None:
    story.microsoft.roster = [member(n) for n in range(450)]
    story.microsoft.roster.append({"id": BOT["id"], "name": "Vertti"})
    story.microsoft.roster.append({"id": "29:nobody", "name": "No Entra Id"})
    await tell(story, "installation_update_channel", by=BO)
    await story.wait(seconds=1)

    # The installer may well be somebody who is no member of the team.
    assert len(await names(story.transaction)) == 450
    forum = await forum_of(story.transaction)
    assert forum.roster_read == story.clock.now
    before = story.microsoft.requests["GET"]
    await story.wait(hours=23)
    assert story.microsoft.requests["GET"] == before
    await story.wait(hours=2)
    assert story.microsoft.requests["GET"] > before


async def test_guests_and_unequal_roles_in_teams_are_equal_members(story: Story) -> None:
    story.microsoft.roster = [
        in_roster(BO, userRole="owner"),
        in_roster(
            GUEST,
            userRole="guest",
            email=None,
            userPrincipalName="guest_museo.example#EXT#@host.example",
        ),
    ]
    await tell(story, "installation_update_channel", by=BO)
    await story.wait(seconds=1)
    forum = await forum_of(story.transaction)
    async with story.transaction() as db:
        rows = {p.name: (m.role, p.email) for m, p in await members(db, forum.id)}
    assert rows["Guest Gustafsson"] == (Role.PARTICIPANT, "guest@museo.example")


async def test_who_disappears_from_a_complete_roster_has_left(story: Story) -> None:
    forum = await an_open_forum(story, a_person("Aino Aalto"), a_person("Caj Cygnaeus"))
    story.microsoft.roster = [in_roster(AINO), in_roster(BO)]
    await story.wait(days=2)

    assert await names(story.transaction) == ["Aino Aalto", "Bo Berg"]
    story.microsoft.roster = [in_roster(p) for p in (AINO, BO, CAJ)]
    await story.wait(days=2)
    assert await names(story.transaction) == ["Aino Aalto", "Bo Berg", "Caj Cygnaeus"]
    async with story.transaction() as db:
        assert len(await ever_members(db, forum.id)) == 3


@pytest.mark.parametrize(
    "rule",
    [
        Rule(match=TEAM, status=403, code="BotNotInConversationRoster"),
        Rule(match=TEAM, status=404, code="ConversationNotFound"),
    ],
)
async def test_a_roster_that_cannot_be_read_changes_nothing_and_is_tried_later(
    story: Story, rule: Rule, caplog: pytest.LogCaptureFixture
) -> None:
    await an_open_forum(story, a_person("Aino Aalto"), roster_read=None)
    story.microsoft.rules = [rule]
    await story.wait(seconds=1)
    tried = story.microsoft.requests["GET"]
    await story.wait(seconds=30)
    assert story.microsoft.requests["GET"] == tried
    await story.wait(seconds=31)
    assert story.microsoft.requests["GET"] > tried
    assert await names(story.transaction) == ["Aino Aalto", "Bo Berg"]
    assert rule.code in caplog.text
    assert "Aino" not in caplog.text

    story.microsoft.rules = []
    await story.wait(minutes=3)
    assert "Caj Cygnaeus" in await names(story.transaction)


async def test_a_roster_that_breaks_off_or_is_empty_marks_nobody(story: Story) -> None:
    await an_open_forum(story, a_person("Aino Aalto"), roster_read=None)
    story.microsoft.roster = []
    await story.wait(seconds=1)
    assert await names(story.transaction) == ["Aino Aalto", "Bo Berg"]
    assert (await forum_of(story.transaction)).roster_read is None


async def test_a_member_who_is_removed_hears_nothing_and_may_come_back(story: Story) -> None:
    forum = await an_open_forum(story, aino := a_person("Aino Aalto"))
    async with story.transaction() as db:
        kind = Kind("checkin.ask")
        await outbox.promise(db, kind, forum.id, aino.id, NOW + timedelta(days=9))

    # Teams gives the id of an account, not always its Entra id.
    gone = a_person("Aino Aalto", aad_object_id=None)
    await tell(story, "members_removed_person_channel", people=[gone])

    assert await names(story.transaction) == ["Bo Berg"]
    assert (await accounts(story))["cancelled"] == 1
    async with story.transaction() as db:
        [prompt] = await outbox.messages_to(db, aino.id)
        assert prompt.reason == "left_the_forum"

    await tell(story, "members_added_person_channel", people=[aino])
    assert await names(story.transaction) == ["Aino Aalto", "Bo Berg"]
    await story.wait(seconds=1)
    await story.wait(seconds=1)
    # Never welcomed before, so this is their one welcome.
    assert len(story.received("a:aino")) == 1
    await tell(story, "members_removed_person_channel", people=[aino])
    await tell(story, "members_added_person_channel", people=[aino])
    await story.wait(days=8)
    assert len(story.received("a:aino")) == 1


async def test_uninstalled_and_reinstalled_keeps_everything(story: Story) -> None:
    forum = await an_open_forum(story, aino := a_person("Aino Aalto"), a_person("Caj Cygnaeus"))
    async with story.transaction() as db:
        museum = await a_museum(db, forum)
        kind = Kind("welcome.personal", initiative=False)
        await outbox.promise_anew(db, kind, forum.id, aino.id, NOW)
    await story.wait(seconds=1)
    assert len(story.received("a:aino")) == 1
    async with story.transaction() as db:
        await outbox.promise(db, Kind("welcome.channel"), forum.id, None, NOW + timedelta(days=1))

    await tell(story, "installation_update_removed_channel", by=BO)
    await tell(story, "members_removed_bot_channel", by=BO)

    assert (await forum_of(story.transaction)).uninstalled == story.clock.now
    assert (await accounts(story))["cancelled"] == 1
    async with story.transaction() as db:
        everything = await outbox.messages_to(db, aino.id)
    assert [p.status for p in everything] == ["delivered"]
    await story.wait(days=7)
    assert story.received(CHANNEL) == []

    async with story.transaction() as db:
        (await db.get_one(Forum, forum.id)).service_url = "https://old.region.example/"
    await tell(story, "installation_update_channel", by=CAJ)
    await story.wait(seconds=1)
    await story.wait(seconds=1)

    after = await forum_of(story.transaction)
    assert (after.uninstalled, after.phase, after.channel) == (None, Phase.OPEN, CHANNEL)
    async with story.transaction() as db:
        assert await db.get(type(museum), museum.id) is not None
    assert await names(story.transaction, Role.COORDINATOR) == ["Bo Berg"]
    assert len(story.received(CHANNEL)) == 1  # it had not been posted before
    assert len(story.received("a:aino")) == 1  # no second welcome
    assert len(story.received("a:caj")) == 1  # but the one that never got out


@pytest.mark.parametrize("event", ["teamDeleted", "teamArchived", "teamHardDeleted"])
async def test_a_team_that_is_put_away_is_left_alone(story: Story, event: str) -> None:
    await an_open_forum(story, a_person("Aino Aalto"))
    data = {"team": {"id": TEAM, "name": "Product"}, "eventType": event}
    await tell(story, "team_deleted", channel_data=data)
    assert (await forum_of(story.transaction)).uninstalled is not None

    back = {**data, "eventType": "teamRestored"}
    await tell(story, "team_deleted", channel_data=back)
    assert (await forum_of(story.transaction)).uninstalled is None


async def test_an_upgrade_of_the_app_takes_nothing_back(story: Story) -> None:
    await an_open_forum(story, a_person("Aino Aalto"))
    await tell(story, "installation_update_removed_channel", by=BO, action="remove-upgrade")
    assert (await forum_of(story.transaction)).uninstalled is None


async def test_names_follow_the_team_until_the_forum_has_its_own(story: Story) -> None:
    await tell(story, "installation_update_channel", by=BO)
    new = {"team": {"id": TEAM, "name": "Museot 2027"}, "eventType": "teamRenamed"}
    await tell(story, "team_renamed", channel_data=new)
    assert (await forum_of(story.transaction)).name == "Museot 2027"

    async with story.transaction() as db:
        forum = await forum_of_team(db, TEAM)
        assert forum is not None
        forum.name = "Vertaiset"
    await tell(story, "team_renamed", channel_data={**new, "team": {"id": TEAM, "name": "X"}})
    after = await forum_of(story.transaction)
    assert (after.name, after.team_name) == ("Vertaiset", "X")


async def test_channels_follow(story: Story) -> None:
    await an_open_forum(story)
    data = {"channel": {"id": "19:new@thread.tacv2", "name": "Uusi"}, "eventType": "channelCreated"}
    await tell(story, "channel_created", channel_data=data)
    await tell(
        story,
        "channel_renamed",
        channel_data={"channel": {"id": CHANNEL, "name": "Vertaiset"}},
    )
    async with story.transaction() as db:
        assert (await db.get_one(Channel, CHANNEL)).name == "Vertaiset"
        assert (await db.get_one(Channel, "19:new@thread.tacv2")).name == "Uusi"


async def test_a_deleted_channel_falls_back_and_coordinators_hear_of_it_once(
    story: Story,
) -> None:
    await an_open_forum(story, a_person("Aino Aalto"))
    for _ in range(2):
        await tell(story, "channel_deleted")
    await story.wait(seconds=1)

    assert (await forum_of(story.transaction)).channel == TEAM
    [card] = story.received("a:bo")
    assert "Foorumi" in texts(card)
    assert [b["verb"] for b in buttons(card)] == ["setup.channel"]
    assert story.received("a:aino") == []


async def test_a_channel_that_disappears_unseen_is_noticed_with_the_roster(story: Story) -> None:
    await an_open_forum(story, roster_read=None)
    story.microsoft.channels = [{"id": TEAM}]
    await story.wait(seconds=1)
    await story.wait(seconds=1)
    assert (await forum_of(story.transaction)).channel == TEAM
    assert len(story.received("a:bo")) == 1


async def test_a_configured_coordinator_sets_up_what_an_admin_installed(
    database_url: str,
) -> None:
    async with Story.begins(database_url, coordinators=frozenset({AINO.aad_object_id})) as story:
        story.microsoft.roster = [in_roster(p) for p in (AINO, BO)]
        await tell(story, "installation_update_channel", by=BO)
        await story.wait(seconds=1)
        assert len(story.received("a:aino")) == len(story.received("a:bo")) == 1
        assert await names(story.transaction, Role.COORDINATOR) == ["Aino Aalto", "Bo Berg"]


async def test_a_forum_that_has_lost_its_coordinators_gets_a_configured_one(
    database_url: str,
) -> None:
    async with Story.begins(database_url, coordinators=frozenset({AINO.aad_object_id})) as story:
        story.microsoft.roster = [in_roster(p) for p in (AINO, BO)]
        await an_open_forum(story, a_person("Aino Aalto"))
        await story.wait(days=2)
        # The forum has somebody, so the people decide.
        assert await names(story.transaction, Role.COORDINATOR) == ["Bo Berg"]

        story.microsoft.roster = [in_roster(AINO)]
        await story.wait(days=2)
        await story.wait(seconds=1)
        assert await names(story.transaction, Role.COORDINATOR) == ["Aino Aalto"]
        assert "Olet nyt koordinaattori" in texts(story.received("a:aino")[-1])


async def test_a_stranger_who_opens_the_chat_is_greeted_once(story: Story) -> None:
    again = {"id": "f:once"}
    await tell(story, "installation_update_personal", by=AINO, **again)
    await tell(story, "installation_update_personal", by=AINO, **again)
    await tell(story, "members_added_personal", by=AINO)
    [card] = story.received("a:aino")
    assert "good to meet you" in texts(card)  # the recorded Teams speaks English
    async with story.transaction() as db:
        assert await by_account(db, AINO.tenant_id, AINO.aad_object_id) is None


async def test_a_member_who_takes_the_app_out_is_left_alone_until_it_is_back(
    story: Story,
) -> None:
    forum = await an_open_forum(story, aino := a_person("Aino Aalto"))
    await tell(story, "installation_update_personal", by=aino, action="remove")
    async with story.transaction() as db:
        await outbox.promise_anew(
            db, Kind("welcome.personal", initiative=False), forum.id, aino.id, NOW
        )
    await story.wait(seconds=1)
    assert story.received("a:aino") == []
    assert (await accounts(story))["failed"] == 1

    await tell(story, "installation_update_personal", by=aino)
    await story.wait(seconds=1)
    assert len(story.received("a:aino")) == 1


async def test_who_opens_the_chat_is_welcomed_at_any_hour_and_once(story: Story) -> None:
    forum = await an_open_forum(story, aino := a_person("Aino Aalto"))
    async with story.transaction() as db:
        await welcome.everybody(db, forum, NOW)
    await story.wait(seconds=1)
    await story.wait(days=3, hours=13)  # Friday night: the roster is read and brings Caj
    caj = a_person("Caj Cygnaeus")
    assert len(story.received("a:aino")) == 1
    assert story.received("a:caj") == []  # unasked, his waits for Tuesday

    for _ in range(2):
        await tell(story, "installation_update_personal", by=caj)
        await tell(story, "members_added_personal", by=caj)
        await tell(story, "installation_update_personal", by=aino)
        await story.wait(seconds=1)
    assert len(story.received("a:caj")) == 1
    assert len(story.received("a:aino")) == 1
    await story.wait(days=5)
    assert len(story.received("a:caj")) == 1


async def test_an_erased_person_is_not_brought_back_by_the_roster(story: Story) -> None:
    await an_open_forum(story, aino := a_person("Aino Aalto"), roster_read=None)
    async with story.transaction() as db:
        await erase(db, await db.get_one(Person, aino.id), NOW)
    await story.wait(seconds=1)
    assert await names(story.transaction) == ["Bo Berg", "Caj Cygnaeus"]


async def test_people_who_come_while_the_roster_is_read_are_not_lost(story: Story) -> None:
    """Teams is slow; meanwhile Caj is added, but the pages that are under way are without him."""
    await an_open_forum(story, a_person("Aino Aalto"), caj := a_person("Caj Cygnaeus"))
    await tell(story, "members_removed_person_channel", people=[caj])
    story.microsoft.roster = [in_roster(AINO), in_roster(BO)]
    async with story.transaction() as db:
        forum = await forum_of_team(db, TEAM)
        assert forum is not None
        began = story.clock.now
    story.clock.now += timedelta(seconds=5)
    await tell(story, "members_added_person_channel", people=[caj])
    async with story.transaction() as db:
        done = await arrival.read_roster(db, story.clock.now, forum.id, began, [], ())
    assert not done
    assert "Caj Cygnaeus" in await names(story.transaction)


HERE, ELSEWHERE = {"id": TEAM}, {"id": "19:other@thread.tacv2"}
SOMEBODY = {"membersRemoved": [{"id": "29:aino", "aadObjectId": "aad-aino"}]}


@pytest.mark.parametrize(
    ("data", "more"),
    [
        ({"team": "a text", "eventType": 7}, {}),
        ({"team": {"id": 5}, "eventType": "teamRenamed"}, {}),
        ({"team": HERE, "eventType": "teamExploded"}, {}),
        ({"team": HERE, "eventType": "teamRenamed"}, {}),  # to nothing
        ({"team": HERE, "eventType": "channelDeleted", "channel": []}, {}),
        ({"team": HERE, "eventType": "channelMemberRemoved"}, SOMEBODY),
        ({"team": HERE, "eventType": "somethingNew"}, SOMEBODY),
        ({"team": ELSEWHERE, "eventType": "teamDeleted"}, {}),
        ({"team": ELSEWHERE, "eventType": "teamRestored"}, {}),
        ({"team": ELSEWHERE, "eventType": "teamMemberRemoved"}, SOMEBODY),
        ({"team": HERE, "eventType": None}, {"membersRemoved": "everybody"}),
        ({"team": HERE}, {"type": "installationUpdate", "action": "subtract"}),
        ({"team": None}, {"from": None, "conversation": {"conversationType": "personal"}}),
    ],
)
async def test_news_of_an_unknown_kind_do_nothing(story: Story, data: Json, more: Json) -> None:
    await an_open_forum(story, a_person("Aino Aalto"))
    before = await forum_of(story.transaction)
    if "conversation" in more:
        more = {**more, "conversation": {**more["conversation"], "tenantId": before.tenant_id}}
    await tell(story, "team_renamed", channel_data=data, **more)
    await story.wait(seconds=1)

    assert await forum_of(story.transaction) == before
    assert await names(story.transaction) == ["Aino Aalto", "Bo Berg"]
    assert story.microsoft.messages == []
    async with story.transaction() as db:
        assert await forum_of_team(db, ELSEWHERE["id"]) is None


async def test_a_group_chat_is_no_forum(story: Story) -> None:
    await tell(story, "installation_update_group", by=BO)
    await tell(story, "members_added_bot_group", by=BO)
    async with story.transaction() as db:
        assert await db.get(Forum, 1) is None
