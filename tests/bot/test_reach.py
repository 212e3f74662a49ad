"""Where a message goes: conversations that are missing, refused, gone or not Teams' at all."""

from dataclasses import replace
from typing import Any

import pytest

from bot.delivery import Delivery
from storage.outbox import Doubt, Kind, Status
from tests.bot.post_office import HELP, PostOffice
from tests.builders import NOW
from tests.microsoft.server import Rule

RESEND = replace(HELP, doubt=Doubt.RESEND)
UNASKED = replace(HELP, initiative=True)


@pytest.mark.parametrize("status", [403, 404])
async def test_who_cannot_be_reached_is_left_alone_until_they_write(
    office: PostOffice, status: int
) -> None:
    aino = await office.meet()
    first = await office.promise(aino)
    office.microsoft.rules = [Rule(match="a:aino", status=status, code="Gone")]
    await office.send()
    second = await office.promise(aino, occasion="another day")
    await office.send(minutes=1)

    assert await office.fate(first) == (Status.FAILED, f"{status} Gone")
    assert await office.fate(second) == (Status.FAILED, f"unreachable: {status} Gone")
    assert office.microsoft.requests["POST"] == 1
    known = await office.person(aino)
    assert (known.unreachable, known.unreachable_since) == (f"{status} Gone", NOW)
    assert known.conversation == (None if status == 404 else "a:aino")


@pytest.mark.parametrize(
    ("rule", "status"),
    [
        (Rule(status=403), "failed"),
        (Rule(status=404), "failed"),
        (Rule(status=502), "unknown"),
        (None, "delivered"),
    ],
)
async def test_a_post_in_the_channel(office: PostOffice, rule: Rule | None, status: str) -> None:
    number = await office.promise(None, Kind("help.coordinator", initiative=False))
    office.microsoft.rules = [rule] if rule else []

    await office.send()

    assert (await office.prompt(number)).status == status
    assert office.microsoft.delivered["19:channel@thread.tacv2"] == (rule is None)


async def test_a_missing_conversation_is_made_first_and_remembered(office: PostOffice) -> None:
    aino = await office.meet(conversation=None)
    number = await office.promise(aino)

    await office.send()

    assert (await office.prompt(number)).status == Status.DELIVERED
    assert (await office.person(aino)).conversation == "a:aino"
    assert office.pace.turns == 2  # two calls, two turns
    await office.promise(aino, occasion="again")
    await office.send()
    assert office.pace.turns == 3


@pytest.mark.parametrize("rule", [Rule(status=502), Rule(drop=True, status=500)])
async def test_doubt_about_a_conversation_is_no_doubt_about_the_message(
    office: PostOffice, rule: Rule
) -> None:
    number = await office.promise(await office.meet(conversation=None))  # to be held when in doubt
    office.microsoft.rules = [replace(rule, match="", times=1)]

    await office.send()
    assert (await office.prompt(number)).status == Status.WAITING
    await office.send(minutes=1)

    assert (await office.prompt(number)).status == Status.DELIVERED
    assert dict(office.microsoft.delivered) == {"a:aino": 1}


class Odd:
    """Goes wrong as nobody has foreseen."""

    async def create_personal(self, service_url: str, tenant: str, teams_id: str) -> str:
        raise ZeroDivisionError("not for everybody's eyes")

    async def post(self, service_url: str, conversation: str, message: Any) -> str:
        raise ZeroDivisionError("not for everybody's eyes")


async def test_what_nobody_has_foreseen_is_a_doubt_only_about_the_message(
    office: PostOffice,
) -> None:
    before = await office.promise(await office.meet(conversation=None))
    while_posting = await office.promise(await office.meet("Bo Berg"))
    delivery = Delivery(office.transaction, Odd(), office.clock, office.pace)

    await delivery.deliver(before)
    await delivery.deliver(while_posting)

    assert await office.fate(before) == (Status.WAITING, "ZeroDivisionError")
    assert await office.fate(while_posting) == (Status.UNKNOWN, "ZeroDivisionError")


async def test_an_address_that_is_not_teams_is_not_written_to(office: PostOffice) -> None:
    """A wrong setting is not the message's fault: it waits until somebody has put it right."""
    number = await office.promise(await office.meet(service_url="http://elsewhere.example/"))
    for _ in range(20):
        await office.send(hours=1)
    assert await office.fate(number) == (Status.WAITING, "0 foreign serviceUrl")


async def test_who_refuses_a_conversation_cannot_be_reached(office: PostOffice) -> None:
    aino = await office.meet(conversation=None)
    number = await office.promise(aino)
    office.microsoft.rules = [Rule(match="", status=403, code="BotNotInstalled")]

    await office.send()

    assert await office.fate(number) == (Status.FAILED, "403 BotNotInstalled")
    assert (await office.person(aino)).unreachable == "403 BotNotInstalled"


async def test_without_an_address_nothing_can_be_sent(office: PostOffice) -> None:
    nowhere = await office.promise(await office.meet(conversation=None, teams_id=None))
    async with office.transaction() as db:
        forum = await db.get_one(type(office.forum), office.forum.id)
        forum.channel = None
    channel = await office.promise(None)

    await office.send()

    assert await office.fate(nowhere) == (Status.FAILED, "no_address")
    assert await office.fate(channel) == (Status.FAILED, "no_channel")
