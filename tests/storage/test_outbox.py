"""Promises are made once, taken up by one sender, and settled by whoever has the newest token."""

from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from storage import outbox, sending
from storage.database import Database, Transaction, connect, transactions
from storage.forum import Forum
from storage.outbox import Doubt, Kind, Prompt, Status, promise
from storage.people import Person
from tests.builders import NOW, a_forum, a_person, join
from tests.postgres import Postgres

ASK = Kind("checkin.ask")
LEASE = timedelta(seconds=45)
LATER = NOW + timedelta(days=1)


async def somebody(db: Database) -> tuple[Forum, Person]:
    await join(db, forum := a_forum(), person := a_person())
    return forum, person


async def waiting(db: Database, **more: object) -> Prompt:
    forum, person = await somebody(db)
    await promise(db, Kind(ASK.step, **more), forum.id, person.id, NOW)  # type: ignore[arg-type]
    return await only(db)


async def only(db: Database) -> Prompt:
    return await db.get_one(Prompt, 1)


async def begin(db: Database) -> Prompt:
    held = await sending.hold(db, 1, NOW)
    assert held is not None
    sending.begin(held.prompt, NOW + LEASE)
    await db.flush()
    db.expunge(held.prompt)
    return held.prompt


async def test_the_same_is_promised_once(transaction: Transaction) -> None:
    async with transaction() as db:
        forum, person = await somebody(db)
        assert await promise(db, ASK, forum.id, person.id, NOW, occasion="may")
        assert not await promise(db, ASK, forum.id, person.id, LATER, occasion="may")
        assert await promise(db, ASK, forum.id, person.id, NOW, occasion="june")
        assert await promise(db, ASK, forum.id, None, NOW, occasion="may")
        assert await promise(db, ASK, forum.id, person.id, NOW, poll=1, option=2)
        assert not await promise(db, ASK, forum.id, person.id, NOW, option=2, poll=1)
        assert await outbox.accounts(db) == {"waiting": 4}
        assert await outbox.accounts(db, forum.id + 1) == {}


async def test_what_is_due_comes_in_order(transaction: Transaction) -> None:
    asked = Kind("help.show", initiative=False)
    async with transaction() as db:
        forum, person = await somebody(db)
        for n, (kind, due) in enumerate(
            [(ASK, NOW), (ASK, NOW - LEASE), (asked, NOW), (asked, LATER), (asked, NOW - LEASE)]
        ):
            await promise(db, kind, forum.id, person.id, due, occasion=n)
        assert await sending.due(db, NOW, 10) == [5, 3, 2, 1]
        assert await sending.due(db, NOW, 2) == [5, 3]
        assert await sending.due(db, LATER, 10) == [5, 3, 4, 2, 1]
        assert await outbox.oldest_due(db, NOW) == NOW - LEASE
        assert await outbox.next_due(db) == NOW - LEASE
        assert await outbox.oldest_due(db, NOW - timedelta(days=1)) is None


async def test_only_what_waits_and_is_due_can_be_held(transaction: Transaction) -> None:
    async with transaction() as db:
        await waiting(db)
        assert await sending.hold(db, 2, NOW) is None
        assert await sending.hold(db, 1, NOW - timedelta(seconds=1)) is None
        held = await sending.hold(db, 1, NOW)
        assert held is not None
        assert (held.person and held.person.name, held.forum.name) == ("Aino Aalto", "Foorumi")
        assert held.member is not None
        await begin(db)
        assert await sending.hold(db, 1, LATER) is None


async def test_what_goes_to_the_channel_concerns_nobody(transaction: Transaction) -> None:
    async with transaction() as db:
        forum, _ = await somebody(db)
        await promise(db, ASK, forum.id, None, NOW)
        held = await sending.hold(db, 1, NOW)
    assert held is not None
    assert (held.person, held.member) == (None, None)


async def test_what_one_replica_holds_no_other_gets(postgres: Postgres) -> None:
    """On SQLite no second transaction begins before the first has ended."""
    with postgres.database() as url:
        engine = connect(url)
        async with transactions(engine)() as db:
            await waiting(db)
        async with transactions(engine)() as one, transactions(engine)() as other:
            assert await sending.hold(one, 1, NOW) is not None
            assert await sending.hold(other, 1, NOW) is None
        await engine.dispose()


async def test_one_replica_after_the_other_uses_a_person_s_budget(postgres: Postgres) -> None:
    with postgres.database() as url:
        engine = connect(url)
        async with transactions(engine)() as db:
            forum, person = await somebody(db)
            for to, occasion in ((person.id, 1), (person.id, 2), (None, 3), (None, 4)):
                await promise(db, ASK, forum.id, to, NOW, occasion)
        for first, second in ((1, 2), (3, 4)):
            async with transactions(engine)() as one, transactions(engine)() as other:
                assert await sending.hold(one, first, NOW) is not None
                await other.exec(text("SET LOCAL lock_timeout = 50"))  # type: ignore[call-overload]
                with pytest.raises(OperationalError, match="lock timeout"):
                    await sending.hold(other, second, NOW)
                await other.rollback()
        await engine.dispose()


async def test_who_overslept_cannot_say_what_became_of_it(transaction: Transaction) -> None:
    async with transaction() as db:
        await waiting(db, doubt=Doubt.RESEND)
        first = await begin(db)
        await sending.give_back(db, NOW + LEASE + timedelta(seconds=1))
        second = await begin(db)
        assert second.token == first.token + 1
        assert not await sending.finish(db, first, Status.FAILED, NOW, "too late")
        assert not await sending.put_off(db, first, LATER, "too late")
        assert await sending.finish(db, second, Status.DELIVERED, NOW, activity_id="1:7")
    async with transaction() as db:
        prompt = await only(db)
        assert (prompt.status, prompt.activity_id, prompt.lease) == ("delivered", "1:7", None)


async def test_who_was_slow_may_still_know_better(transaction: Transaction) -> None:
    async with transaction() as db:
        await waiting(db)
        slow = await begin(db)
        await sending.give_back(db, NOW + LEASE + timedelta(seconds=1))
    async with transaction() as db:
        assert (await only(db)).status == Status.UNKNOWN
        assert await sending.put_off(db, slow, LATER, "throttled")
    async with transaction() as db:
        prompt = await only(db)
        assert (prompt.status, prompt.due, prompt.finished) == ("waiting", LATER, None)


@pytest.mark.parametrize("status", Status)
async def test_what_is_settled_stays_settled(transaction: Transaction, status: Status) -> None:
    open_still = status in (Status.WAITING, Status.SENDING, Status.UNKNOWN)
    async with transaction() as db:
        prompt = await waiting(db)
        prompt.status = status
        await db.flush()
        assert await sending.put_off(db, prompt, LATER, "throttled") == open_still
        assert await sending.finish(db, prompt, Status.FAILED, NOW, "404") == open_still
        assert not await sending.put_off(db, prompt, LATER, "throttled")
        assert await outbox.accounts(db) == {"failed" if open_still else status.value: 1}


@pytest.mark.parametrize(
    ("doubt", "attempts", "status"),
    [
        (Doubt.HOLD, 1, "unknown"),
        (Doubt.RESEND, 1, "waiting"),
        (Doubt.RESEND, sending.ATTEMPTS - 1, "waiting"),
        (Doubt.RESEND, sending.ATTEMPTS, "unknown"),
    ],
)
async def test_what_a_dead_sender_left_is_settled_by_policy(
    transaction: Transaction, doubt: Doubt, attempts: int, status: str
) -> None:
    async with transaction() as db:
        await waiting(db, doubt=doubt)
        begun = await begin(db)
        (await only(db)).attempts = attempts
        await db.flush()
        await sending.give_back(db, NOW + LEASE)
        await db.refresh(await only(db))
        assert (await only(db)).status == Status.SENDING  # not yet

    async with transaction() as db:
        await sending.give_back(db, NOW + LEASE + timedelta(seconds=1))
    async with transaction() as db:
        prompt = await only(db)
        assert (prompt.status, prompt.reason, prompt.lease) == (status, "sender died", None)
        assert (prompt.finished is None) == (status == "waiting")
        assert prompt.token == begun.token


async def test_what_waits_can_be_taken_back(transaction: Transaction) -> None:
    async with transaction() as db:
        forum, person = await somebody(db)
        for n in range(3):
            await promise(db, ASK, forum.id, person.id, NOW, occasion=n)
        await begin(db)
        assert await outbox.cancel(db, NOW, "poll closed", person_id=person.id) == 2
        assert await outbox.cancel(db, NOW, "poll closed", person_id=person.id) == 0
        assert await outbox.accounts(db) == {"sending": 1, "cancelled": 2}


@pytest.mark.parametrize(
    ("status", "initiative", "counts"),
    [
        ("delivered", True, True),
        ("unknown", True, True),
        ("failed", True, False),
        ("skipped", True, False),
        ("cancelled", True, False),
        ("delivered", False, False),
    ],
)
async def test_the_budget_remembers_what_may_have_arrived(
    transaction: Transaction, status: str, initiative: bool, counts: bool
) -> None:
    async with transaction() as db:
        forum, person = await somebody(db)
        for to in (person.id, None):
            kind = Kind(ASK.step, initiative=initiative)
            await promise(db, kind, forum.id, to, NOW)
        for number in (1, 2):
            prompt = await db.get_one(Prompt, number)
            prompt.status, prompt.finished = Status(status), NOW
        await db.flush()
        before = NOW - timedelta(days=1)
        assert await outbox.last_initiative(db, person.id, LATER) == (NOW if counts else None)
        assert await outbox.last_initiative(db, person.id, before) is None
        assert await outbox.channel_initiatives(db, forum.id, before) == [NOW] * counts
        assert await outbox.channel_initiatives(db, forum.id, NOW) == []
        assert await outbox.channel_initiatives(db, forum.id + 1, before) == []
