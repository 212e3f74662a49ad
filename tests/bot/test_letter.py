"""A prompt is looked at afresh when it is due: is it still wanted, and what does it say?"""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from storage.forum import Forum, Phase
from storage.outbox import Kind, Status
from storage.people import Person, membership
from tests.bot.post_office import HELP, PostOffice
from tests.builders import NOW
from tests.story import texts

UNASKED = replace(HELP, initiative=True, lives=timedelta(days=30))


@pytest.mark.parametrize(
    ("change", "status", "reason"),
    [
        ({"phase": Phase.CLOSED}, "skipped", "forum_closed"),
        ({"uninstalled": NOW}, "skipped", "forum_closed"),
        ({"phase": Phase.SETUP}, "delivered", None),
    ],
)
async def test_a_forum_that_is_over_says_nothing(
    office: PostOffice, change: dict[str, object], status: str, reason: str | None
) -> None:
    numbers = [await office.promise(await office.meet()), await office.promise(None)]
    async with office.transaction() as db:
        forum = await db.get_one(Forum, office.forum.id)
        for name, value in change.items():
            setattr(forum, name, value)

    await office.send()

    assert [await office.fate(number) for number in numbers] == [(status, reason)] * 2


async def test_who_has_left_gets_nothing_more(office: PostOffice) -> None:
    aino = await office.meet()
    number = await office.promise(aino, UNASKED)
    async with office.transaction() as db:
        member = await membership(db, office.forum.id, aino.id)
        assert member is not None
        member.left = date(2027, 5, 10)

    await office.send(days=3)  # also on a quiet day: there is nothing to wait for

    assert await office.fate(number) == (Status.SKIPPED, "left_the_forum")


async def test_who_never_belonged_gets_nothing(office: PostOffice) -> None:
    aino = await office.meet()
    number = await office.promise(aino)
    async with office.transaction() as db:
        await db.delete(await membership(db, office.forum.id, aino.id))
    await office.send()
    assert await office.fate(number) == (Status.SKIPPED, "left_the_forum")


async def test_a_step_that_is_not_wanted_any_more_is_skipped(office: PostOffice) -> None:
    async with office.transaction() as db:
        (await db.get_one(Forum, office.forum.id)).phase = Phase.SETUP
    number = await office.promise(await office.meet(), Kind("checkin.ask"))
    await office.send()
    assert await office.fate(number) == (Status.SKIPPED, "forum_not_open")


async def test_a_refusal_is_told_to_who_asked_and_to_nobody_else(office: PostOffice) -> None:
    """A role that was lost before the message went out."""
    aino = await office.meet()
    asked = await office.promise(aino, Kind("overview.show", initiative=False), occasion=1)
    unasked = await office.promise(aino, Kind("overview.show"), occasion=2)

    await office.send()

    assert await office.fate(unasked) == (Status.SKIPPED, "help-not-for-you")
    assert await office.fate(asked) == (Status.DELIVERED, None)
    [(_, said)] = office.microsoft.messages
    assert "koordinaattor" in texts(said["attachments"][0]["content"]).lower()


async def test_it_is_said_in_the_language_of_the_moment(office: PostOffice) -> None:
    aino = await office.meet()
    await office.promise(aino)
    async with office.transaction() as db:
        (await db.get_one(Person, aino.id)).language = "sv"
    await office.send()
    [(_, said)] = office.microsoft.messages
    assert said["attachments"][0]["content"]["lang"] == "sv"


async def test_what_is_too_old_is_not_sent(office: PostOffice) -> None:
    number = await office.promise(await office.meet(), replace(HELP, lives=timedelta(days=2)))
    await office.send(days=2, seconds=1)
    assert await office.fate(number) == (Status.SKIPPED, "out_of_date")


async def test_what_somebody_waits_for_goes_first(office: PostOffice) -> None:
    people = [await office.meet(f"{chr(65 + n)}{n} Aalto") for n in range(5)]
    for person in people:
        await office.promise(person, UNASKED, due=NOW - timedelta(minutes=5))
    last = await office.meet("Zeta Zetterberg")
    await office.promise(last)

    await office.send()

    assert office.microsoft.messages[0][0] == "a:zeta"
    assert len(office.microsoft.messages) == 6
