"""Keep a promise of the outbox: look afresh, send, and account for what became of it."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Any, Protocol

from bot.letter import Ended, Letter, Waits, write
from bot.metrics import UNREACHABLE
from bot.pace import Pace
from bot.teams.connector import Doubtful, Later, Refused
from storage import sending
from storage.database import Database, Transaction
from storage.outbox import Doubt, Prompt, Status
from storage.people import Person
from storage.sending import ATTEMPTS

log = logging.getLogger(__name__)

LEASE = timedelta(seconds=45)  # three times as long as one call to Teams may take
FRESH = LEASE / 3  # what is posted within this time is answered long before the lease ends
AT_THE_DOOR = 3  # begun and waiting for their turn: these are in doubt if the process is killed
GONE = (403, 404)  # blocked or uninstalled; no such conversation
OURS = 0  # our own settings are wrong, not the message
RECORD_AGAIN = (0.2, 1.0, 5.0)  # seconds

Json = dict[str, Any]


class Post(Protocol):
    """Whatever can put a message into a Teams conversation. Raises Later, Refused, Doubtful."""

    async def post(self, service_url: str, conversation: str, message: Json) -> str | None: ...

    async def create_personal(self, service_url: str, tenant: str, teams_id: str) -> str: ...


class Delivery:
    def __init__(
        self,
        transaction: Transaction,
        post: Post,
        clock: Callable[[], datetime],
        pace: Pace,
    ) -> None:
        self._transaction, self._post, self._clock = transaction, post, clock
        self._pace = pace
        self._door = asyncio.Semaphore(AT_THE_DOOR)

    async def deliver(self, prompt: int) -> Status | None:
        """Send a prompt if it is due and still wanted. Its new state; None when it is not ours.

        Raises what the database raises when it does not answer; nothing has been sent then.
        """
        async with self._door:
            try:
                letter = await self._begin(prompt)
            except Exception as error:
                # One bad prompt never holds up the others.
                log.exception("could not prepare prompt %s", prompt)
                return await self._stumble(prompt, type(error).__name__)
            if not isinstance(letter, Letter):
                return letter
            await self._pace.turn()
        return await self._send(letter)

    async def _begin(self, prompt: int) -> Letter | Status | None:
        now = self._clock()
        async with self._transaction() as db:
            held = await sending.hold(db, prompt, now)
            if held is None:
                return None
            match await write(db, held, now):
                case Ended(status, why):
                    await sending.finish(db, held.prompt, status, now, why)
                    return status
                case Waits(until, why):
                    await sending.put_off(db, held.prompt, until, why)
                    return Status.WAITING
                case letter:
                    sending.begin(held.prompt, now + LEASE)
                    return letter

    async def _stumble(self, prompt: int, why: str) -> Status | None:
        now = self._clock()
        async with self._transaction() as db:
            held = await sending.hold(db, prompt, now)
            if held is None:
                return None
            return await sending.stumble(db, held.prompt, now, pause(held.prompt), why)

    async def _send(self, letter: Letter) -> Status | None:
        prompt = letter.prompt
        try:
            conversation = letter.conversation or await self._open(letter)
        except (Later, Refused) as answer:
            return await self._not_taken(letter, answer)
        except Exception as error:  # about the conversation: the message has not been sent
            return await self._come_back(prompt, reason(error), Status.FAILED)
        if prompt.lease is None or self._clock() > prompt.lease - LEASE + FRESH:
            # We overslept (a stopped process, a stalled loop): somebody may have taken over.
            return await self._come_back(prompt, "overslept", Status.FAILED)
        try:
            activity = await self._post.post(letter.service_url, conversation, letter.message)
        except (Later, Refused) as answer:
            return await self._not_taken(letter, answer)
        except Exception as error:  # Doubtful, or unforeseen: Teams may have taken it
            if prompt.doubt == Doubt.HOLD:
                return await self._finish(prompt, Status.UNKNOWN, reason(error))
            return await self._come_back(prompt, reason(error), Status.UNKNOWN)
        return await self._finish(prompt, Status.DELIVERED, activity_id=activity)

    async def _open(self, letter: Letter) -> str:
        """The personal conversation, made and remembered when there is none yet."""
        person = letter.person
        if person is None or person.teams_id is None:
            raise Refused(404, "NoAddress")  # pragma: no cover  # no letter is written then
        conversation = await self._post.create_personal(
            letter.service_url, letter.tenant, person.teams_id
        )
        async with self._transaction() as db:
            known = await db.get_one(Person, person.id)
            known.conversation = conversation
            known.service_url = known.service_url or letter.service_url
        await self._pace.turn()  # that was a call, too
        return conversation

    async def _not_taken(self, letter: Letter, answer: Later | Refused) -> Status | None:
        prompt = letter.prompt
        if isinstance(answer, Later):
            self._pace.be_silent(answer.seconds)
            wait = max(pause(prompt), timedelta(seconds=answer.seconds))
            return await self._put_off(prompt, answer.reason, wait)
        why = f"{answer.status} {answer.code}".strip()
        if answer.status == OURS:
            log.error("not sent: %s", why)
            return await self._put_off(prompt, why, pause(prompt))
        if answer.status in GONE and letter.person is not None:
            return await self._lose(prompt, letter.person.id, answer.status, why)
        return await self._finish(prompt, Status.FAILED, why)

    async def _lose(self, prompt: Prompt, person: int, status: int, why: str) -> Status | None:
        """Who cannot be reached is not written to until they write themselves."""
        now = self._clock()

        async def settle(db: Database) -> bool:
            lost = await db.get_one(Person, person)
            lost.unreachable, lost.unreachable_since = why, now
            if status == 404:
                lost.conversation = None
            return await sending.finish(db, prompt, Status.FAILED, now, why)

        UNREACHABLE.labels(str(status)).inc()
        return Status.FAILED if await self._record(settle) else None

    async def _come_back(self, prompt: Prompt, why: str, otherwise: Status) -> Status | None:
        """Once more later; after too many times it ends."""
        if prompt.attempts >= ATTEMPTS:
            return await self._finish(prompt, otherwise, f"gave up: {why}")
        return await self._put_off(prompt, why, pause(prompt))

    async def _put_off(self, prompt: Prompt, why: str, wait: timedelta) -> Status | None:
        until = self._clock() + wait
        done = await self._record(lambda db: sending.put_off(db, prompt, until, why))
        return Status.WAITING if done else None

    async def _finish(
        self,
        prompt: Prompt,
        status: Status,
        why: str | None = None,
        activity_id: str | None = None,
    ) -> Status | None:
        now = self._clock()
        done = await self._record(
            lambda db: sending.finish(db, prompt, status, now, why, activity_id)
        )
        return status if done else None

    async def _record(self, settle: Callable[[Database], Awaitable[bool]]) -> bool:
        """Store what Teams answered, also when the database is away for a moment.

        If it stays away, the lease runs out and the policy of the kind decides.
        """
        for rest in (*RECORD_AGAIN, None):
            try:
                async with self._transaction() as db:
                    return await settle(db)
            except Exception:
                log.exception("could not store what became of a prompt")
            if rest is not None:
                await asyncio.sleep(rest)
        return False


def reason(error: Exception) -> str:
    """What may be stored and shown about an error: never its text, unless we wrote it."""
    if isinstance(error, Doubtful):
        return str(error)
    log.error("unforeseen while sending", exc_info=error)
    return type(error).__name__


def pause(prompt: Prompt) -> timedelta:
    """5, 10, 20 … seconds, an hour at most."""
    return timedelta(seconds=min(5 * 2 ** (max(prompt.attempts, 1) - 1), 3600))
