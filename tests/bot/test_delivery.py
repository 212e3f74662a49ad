"""What becomes of a message when Teams takes it, refuses it, is silent, or is not there."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.delivery import ATTEMPTS, LEASE
from storage.outbox import Doubt, Kind, Status
from tests.bot.post_office import HELP, NOBODY, PostOffice
from tests.builders import NOW
from tests.microsoft.server import Rule

RESEND = replace(HELP, doubt=Doubt.RESEND)
UNASKED = replace(HELP, initiative=True)


async def test_a_message_that_arrives_is_delivered(office: PostOffice) -> None:
    number = await office.promise(await office.meet())

    await office.send()

    prompt = await office.prompt(number)
    assert (prompt.status, prompt.reason, prompt.finished) == (Status.DELIVERED, None, NOW)
    assert (prompt.activity_id, prompt.lease, prompt.attempts) == ("1:1", None, 1)
    assert dict(office.microsoft.delivered) == {"a:aino": 1}
    await office.send(days=30)
    assert dict(office.microsoft.delivered) == {"a:aino": 1}


@pytest.mark.parametrize(
    ("rule", "kind", "status", "reason", "reached"),
    [
        (Rule(status=403, code="ConversationBlockedByUser"), HELP, "failed",
         "403 ConversationBlockedByUser", 0),
        (Rule(status=404, code="ConversationNotFound"), HELP, "failed",
         "404 ConversationNotFound", 0),
        (Rule(status=400, code="BadSyntax"), HELP, "failed", "400 BadSyntax", 0),
        (Rule(status=413, code="MessageSizeTooBig"), RESEND, "failed",
         "413 MessageSizeTooBig", 0),
        (Rule(status=502), HELP, "unknown", "http 502", 0),
        (Rule(status=502, delivered=True), HELP, "unknown", "http 502", 1),
        (Rule(status=504, delivered=True), HELP, "unknown", "http 504", 1),
        (Rule(status=408), HELP, "unknown", "http 408", 0),
        (Rule(drop=True, status=500), HELP, "unknown", "ServerDisconnectedError", 0),
        (Rule(drop=True, delivered=True), HELP, "unknown", "ServerDisconnectedError", 1),
        (Rule(status=502), RESEND, "waiting", "http 502", 0),
        (Rule(status=502, delivered=True), RESEND, "waiting", "http 502", 1),
        (Rule(drop=True, status=500), RESEND, "waiting", "ServerDisconnectedError", 0),
        (Rule(status=429, retry_after=7), HELP, "waiting", "throttled", 0),
        (Rule(status=412), HELP, "waiting", "http 412", 0),
        (Rule(status=401, code="Unauthorized"), HELP, "waiting", "http 401", 0),
    ],
)  # fmt: skip
async def test_what_teams_answers_decides(
    office: PostOffice, rule: Rule, kind: Kind, status: str, reason: str, reached: int
) -> None:
    number = await office.promise(await office.meet(), kind)
    other = await office.promise(await office.meet("Bo Berg"))
    office.microsoft.rules = [replace(rule, match="a:aino", times=1)]

    await office.send()

    assert await office.fate(number) == (status, reason)
    assert office.microsoft.delivered["a:aino"] == reached
    assert (await office.prompt(other)).status == Status.DELIVERED
    await office.send(days=1)
    again = status == "waiting"
    assert office.microsoft.delivered["a:aino"] == reached + again
    assert (await office.prompt(number)).status == ("delivered" if again else status)


@pytest.mark.parametrize(("kind", "arrives"), [(HELP, 1), (RESEND, 2)])
async def test_an_answer_that_does_not_come_is_a_doubt(
    office: PostOffice, kind: Kind, arrives: int
) -> None:
    number = await office.promise(await office.meet(), kind)
    office.microsoft.rules = [Rule(delay=1, times=1)]
    async with office.replica(office.transaction, patience=0.3) as impatient:
        await impatient.send()
    assert (await office.prompt(number)).reason == "TimeoutError"
    assert office.microsoft.delivered["a:aino"] == 1

    await office.send(minutes=1)

    assert (await office.prompt(number)).status == ("unknown" if arrives == 1 else "delivered")
    assert office.microsoft.delivered["a:aino"] == arrives


async def test_retry_after_is_honoured_by_the_message_and_by_everybody(office: PostOffice) -> None:
    number = await office.promise(await office.meet())
    office.microsoft.rules = [Rule(status=429, retry_after=30, times=1)]

    await office.send()

    assert (await office.prompt(number)).due == NOW + timedelta(seconds=30)
    assert office.pace.silences == [30]
    await office.send(seconds=29)
    assert not office.microsoft.delivered
    await office.send(seconds=1)
    assert office.microsoft.delivered["a:aino"] == 1


async def test_a_short_retry_after_that_does_not_help_becomes_longer(office: PostOffice) -> None:
    number = await office.promise(await office.meet())
    office.microsoft.rules = [Rule(status=429, retry_after=1)]
    waits = []
    for _ in range(13):
        await office.send()
        waits.append(((await office.prompt(number)).due - office.clock()).total_seconds())
        office.clock.now = (await office.prompt(number)).due
    assert waits == [5, 10, 20, 40, 80, 160, 320, 640, 1280, 2560, 3600, 3600, 3600]


async def test_a_long_outage_loses_nothing(office: PostOffice) -> None:
    """Nobody listens at all: that is not the message's fault, and it does not give up."""
    address = office.microsoft.service_url
    person = await office.meet(service_url=f"http://{NOBODY}/")
    number = await office.promise(person)
    for _ in range(40):
        await office.send(hours=1)
    status, reason = await office.fate(number)
    assert (status, (reason or "").split(":")[0]) == (Status.WAITING, "no connection")

    async with office.transaction() as db:
        (await db.get_one(type(person), person.id)).service_url = address
    await office.send(hours=1)
    assert (await office.prompt(number)).status == Status.DELIVERED
    assert office.microsoft.delivered["a:aino"] == 1


async def test_what_could_not_be_sent_in_time_has_failed(office: PostOffice) -> None:
    number = await office.promise(await office.meet(), replace(HELP, lives=timedelta(hours=1)))
    office.microsoft.rules = [Rule(status=429, retry_after=600)]
    for _ in range(8):
        await office.send(minutes=10)
    assert await office.fate(number) == (Status.FAILED, "out_of_date: throttled")


async def test_no_token_is_no_message_and_no_loss(office: PostOffice) -> None:
    number = await office.promise(await office.meet())
    office.microsoft._apps.clear()  # every token has become invalid

    await office.send()

    assert await office.fate(number) == (Status.WAITING, "http 401")


async def test_resending_ends_some_day_and_says_so(office: PostOffice) -> None:
    number = await office.promise(await office.meet(), RESEND)
    office.microsoft.rules = [Rule(status=502, delivered=True)]
    for _ in range(ATTEMPTS + 3):
        await office.send(hours=1)
    assert await office.fate(number) == (Status.UNKNOWN, "gave up: http 502")
    assert office.microsoft.delivered["a:aino"] == ATTEMPTS


async def test_a_step_that_fails_holds_up_nobody_and_ends_some_day(office: PostOffice) -> None:
    aino = await office.meet()
    broken = Kind("who_knows.nobody", initiative=False)  # there is no such request
    numbers = [await office.promise(aino, broken, request=n) for n in range(100, 120)]
    good = await office.promise(await office.meet("Bo Berg"))

    await office.send()

    assert (await office.prompt(good)).status == Status.DELIVERED
    assert await office.fate(numbers[0]) == (Status.WAITING, "NoResultFound")
    for _ in range(ATTEMPTS):
        await office.send(hours=1)
    assert await office.accounts() == {"failed": 20, "delivered": 1}
    assert await office.fate(numbers[0]) == (Status.FAILED, "gave up: NoResultFound")
    assert list(office.microsoft.delivered) == ["a:bo"]


async def test_a_step_of_a_newer_release_waits_for_a_replica_that_knows_it(
    office: PostOffice,
) -> None:
    number = await office.promise(await office.meet(), Kind("tomorrow.say", initiative=False))
    await office.send()
    assert await office.fate(number) == (Status.WAITING, "unknown_step")
    for _ in range(8):
        await office.send(days=1)
    assert await office.fate(number) == (Status.SKIPPED, "unknown_step")


async def test_a_sender_that_overslept_does_not_send(office: PostOffice) -> None:
    """A process that was stopped between its two transactions may have lost its lease."""
    number = await office.promise(await office.meet())
    office.pace.while_waiting = lambda: office.let_pass(LEASE / 2)
    await office.send()
    assert await office.fate(number) == (Status.WAITING, "overslept")
    assert not office.microsoft.delivered

    office.pace.while_waiting = lambda: None
    await office.send(minutes=1)
    assert office.microsoft.delivered["a:aino"] == 1
