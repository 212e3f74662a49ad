"""Keep one promise of the outbox: look afresh, send, and account for what became of it."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

from aiolimiter import AsyncLimiter

from bot.cards import draw, plain
from bot.metrics import UNREACHABLE
from bot.teams.activity import message
from bot.teams.connector import Doubtful, Later, Refused
from dialogs.quiet.rules import Quiet, after_budget, next_allowed
from dialogs.screen import Notice, Screen, Skip
from dialogs.steps import take
from dialogs.texts import Reader
from dialogs.turn import Turn
from storage import outbox
from storage.database import Database, Transaction
from storage.forum import Forum, Phase, quiet_periods
from storage.outbox import Doubt, Prompt, Status
from storage.people import Person, absences, membership

log = logging.getLogger(__name__)

LEASE = timedelta(seconds=60)
ATTEMPTS = 8  # then it has failed
GONE = (403, 404)  # blocked or uninstalled; no such conversation

Json = dict[str, Any]


class Post(Protocol):
    """Whatever can put a message into a Teams conversation."""

    async def post(self, service_url: str, conversation: str, message: Json) -> str | None: ...

    async def create_personal(self, service_url: str, tenant: str, teams_id: str) -> str: ...


@dataclass(frozen=True)
class Letter:
    """A prompt that has been looked at afresh and is ready to go."""

    prompt: Prompt
    person: Person | None
    service_url: str
    conversation: str | None
    tenant: str
    message: Json


class Delivery:
    def __init__(
        self,
        transaction: Transaction,
        post: Post,
        clock: Callable[[], datetime],
        per_second: float,
    ) -> None:
        self._transaction, self._post, self._clock = transaction, post, clock
        # Spaced evenly: a bucket that lets a burst through would break the limit at its edges.
        self._pace = AsyncLimiter(1, 1 / per_second)

    async def deliver(self, prompt: Prompt) -> Status | None:
        """Send a claimed prompt. Returns its new state; None when somebody else has it now."""
        try:
            async with self._transaction() as db:
                letter = await self._prepare(db, prompt)
            if letter is None:
                return None
            return await self._send(letter)
        except Exception:
            # One bad prompt never holds up the others.
            log.exception("could not deliver prompt %s (%s)", prompt.id, prompt.step)
            return await self._come_back(prompt, "error", self._pause(prompt))

    async def _prepare(self, db: Database, prompt: Prompt) -> Letter | None:
        """Look at everything afresh. None when it is not sent now; that is accounted for."""
        now = self._clock()
        forum = await db.get_one(Forum, prompt.forum_id)
        person = await db.get_one(Person, prompt.person_id) if prompt.person_id else None
        if prompt.expires < now:
            await self._skip(db, prompt, prompt.reason or "out_of_date")
            return None
        if forum.phase == Phase.CLOSED or forum.uninstalled is not None:
            await self._skip(db, prompt, "forum_closed")
            return None
        if person is not None and person.unreachable:
            await outbox.finish(
                db, prompt, Status.FAILED, now, f"unreachable: {person.unreachable}"
            )
            return None
        if prompt.initiative:
            moment = await self._allowed(db, prompt, forum, person, now)
            if moment > now:
                if moment > prompt.expires:
                    await self._skip(db, prompt, "quiet")
                else:
                    await outbox.put_off(db, prompt, moment, "quiet")
                return None
        outcome, readers = await self._take(db, prompt, forum, person, now)
        if isinstance(outcome, Skip):
            await self._skip(db, prompt, outcome.reason)
            return None
        screen = Screen(outcome.text) if isinstance(outcome, Notice) else outcome
        conversation = person.conversation if person else forum.channel
        return Letter(
            prompt,
            person,
            (person.service_url if person else None) or forum.service_url,
            conversation,
            forum.tenant_id,
            message(draw(screen, readers, forum.id), plain(screen, readers[0])),
        )

    async def _allowed(
        self, db: Database, prompt: Prompt, forum: Forum, person: Person | None, now: datetime
    ) -> datetime:
        """The first moment at which this unasked message may go out."""
        quiet = Quiet(
            forum.zone,
            await quiet_periods(db, forum.id),
            await absences(db, person.id) if person else (),
            person.preferred_days if person else (),
        )
        moment = now
        if person is not None:
            last = await outbox.last_initiative(db, person.id, now)
            moment = after_budget(last, moment)
        return next_allowed(moment, quiet)

    async def _take(
        self, db: Database, prompt: Prompt, forum: Forum, person: Person | None, now: datetime
    ) -> tuple[Any, list[Reader]]:
        if person is None:
            turn = Turn(db, now, None, None, "channel", forum)
            readers = [Reader(language, forum.zone) for language in forum.languages]
            return await take(turn, prompt.step, prompt.args), readers
        member = await membership(db, forum.id, person.id)
        if member is None or member.left is not None:
            return Skip("left_the_forum"), []
        turn = Turn(db, now, person, (member, forum))
        outcome = await take(turn, prompt.step, prompt.args)
        return outcome, [Reader(person.language, forum.zone)]

    async def _send(self, letter: Letter) -> Status | None:
        prompt = letter.prompt
        if prompt.lease is not None and self._clock() > prompt.lease - LEASE * 2 / 3:
            # We overslept (a stopped process, a stalled loop): somebody may have taken over.
            return await self._come_back(prompt, "overslept", timedelta(0))
        try:
            async with self._pace:
                conversation = letter.conversation or await self._open(letter)
                activity = await self._post.post(letter.service_url, conversation, letter.message)
        except Later as later:
            return await self._come_back(prompt, later.reason, timedelta(seconds=later.seconds))
        except Refused as refused:
            return await self._refused(letter, refused)
        except Doubtful as doubtful:
            return await self._doubtful(prompt, str(doubtful))
        return await self._finish(prompt, Status.DELIVERED, activity_id=activity)

    async def _open(self, letter: Letter) -> str:
        """The personal conversation, made and remembered when there is none yet."""
        person = letter.person
        if person is None or person.teams_id is None:
            raise Refused(404, "NoAddress")
        conversation = await self._post.create_personal(
            letter.service_url, letter.tenant, person.teams_id
        )
        async with self._transaction() as db:
            known = await db.get_one(Person, person.id)
            known.conversation = conversation
            known.service_url = known.service_url or letter.service_url
        return conversation

    async def _refused(self, letter: Letter, refused: Refused) -> Status | None:
        reason = f"{refused.status} {refused.code}".strip()
        if refused.status in GONE and letter.person is not None:
            UNREACHABLE.labels(str(refused.status)).inc()
            async with self._transaction() as db:
                person = await db.get_one(Person, letter.person.id)
                person.unreachable, person.unreachable_since = reason, self._clock()
                if refused.status == 404:
                    person.conversation = None
        return await self._finish(letter.prompt, Status.FAILED, reason)

    async def _doubtful(self, prompt: Prompt, why: str) -> Status | None:
        """The written policy of this kind of message decides."""
        if prompt.doubt == Doubt.HOLD:
            return await self._finish(prompt, Status.UNKNOWN, why)
        return await self._come_back(prompt, why, self._pause(prompt))

    async def _come_back(self, prompt: Prompt, why: str, pause: timedelta) -> Status | None:
        if prompt.attempts >= ATTEMPTS:
            return await self._finish(prompt, Status.FAILED, f"gave up: {why}")
        async with self._transaction() as db:
            done = await outbox.put_off(db, prompt, self._clock() + pause, why)
        return Status.WAITING if done else None

    async def _finish(
        self,
        prompt: Prompt,
        status: Status,
        reason: str | None = None,
        activity_id: str | None = None,
    ) -> Status | None:
        async with self._transaction() as db:
            done = await outbox.finish(db, prompt, status, self._clock(), reason, activity_id)
        return status if done else None

    async def _skip(self, db: Database, prompt: Prompt, why: str) -> None:
        await outbox.finish(db, prompt, Status.SKIPPED, self._clock(), why)

    def _pause(self, prompt: Prompt) -> timedelta:
        """1, 2, 4 … minutes, an hour at most."""
        return timedelta(minutes=min(2 ** (prompt.attempts - 1), 60))
