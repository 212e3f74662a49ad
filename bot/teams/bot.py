"""An activity comes in, a step is taken, a card goes out."""

import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from typing import Any

from botbuilder.core import TurnContext
from botbuilder.schema import Activity, ActivityTypes

from bot.card_controls import FORUM, STEP
from bot.cards import draw, plain
from bot.metrics import TURNS
from bot.teams.activity import language_of, message, said_to_bot, sent_file, tenant_of
from bot.teams.adapter import answer_invoke
from bot.teams.answer import Show, as_answer, as_message, beside
from bot.teams.arrival import Arrival
from bot.teams.connector import Connector, Doubtful, Later, Refused
from bot.teams.files import Files
from dialogs.screen import Notice, Screen, Text
from dialogs.steps import hear, may_take, take
from dialogs.texts import Reader
from dialogs.turn import Outcome, Turn, listening_in
from storage.database import Transaction, Unavailable, reason
from storage.forum import Forum, forum_of_team
from storage.inbox import is_new
from storage.people import Membership, Person, who_is

log = logging.getLogger(__name__)

Clock = Callable[[], datetime]
PEOPLE_FILE = "setup.file"
ARRIVAL = ("installationUpdate", ActivityTypes.conversation_update)


class Vertti:
    """What happens with each activity that got past the door."""

    def __init__(
        self, transaction: Transaction, clock: Clock, connector: Connector, files: Files
    ) -> None:
        self._transaction, self._clock, self._connector = transaction, clock, connector
        self._files = files
        self._arrival = Arrival(transaction, clock)

    async def on_turn(self, context: TurnContext) -> None:
        activity = context.activity
        try:
            outcome = await self._act(context)
        except (Later, Refused, Doubtful) as error:
            # The state is kept; only the answer did not get through.
            outcome = "unanswered"
            log.warning("answer did not get through: %s", error)
        except Exception:
            outcome = "failed"
            log.exception("a turn failed")
            if activity.type in ARRIVAL:
                raise  # not answered with 200, so that Teams tells it again
            if activity.type == ActivityTypes.invoke:
                reader = Reader(language_of(activity))
                await answer_invoke(context, beside(Text("help-try-again"), reader))
        TURNS.labels(_known_type(activity.type), outcome).inc()

    async def _act(self, context: TurnContext) -> str:
        activity = context.activity
        match activity.type:
            case ActivityTypes.message | ActivityTypes.invoke if not _is_from_somebody(activity):
                return "ignored"
            case ActivityTypes.message if _is_pressed(activity):
                data = dict(activity.value)
                await self._reply(activity, lambda t: take(t, str(data.pop(STEP, "")), data), data)
            case ActivityTypes.message if (address := sent_file(activity)) is not None:
                await self._read_people(activity, address)
            case ActivityTypes.message:
                said = said_to_bot(activity)
                await self._reply(activity, lambda turn: hear(turn, said), {})
            case ActivityTypes.invoke if activity.name == "adaptiveCard/action":
                await self._press(context)
            case kind if kind in ARRIVAL:
                if (greeting := await self._arrival.happened(activity)) is not None:
                    await self._greet(activity, greeting)
            case _:
                return "ignored"
        return "done"

    async def _reply(
        self, activity: Activity, act: Callable[[Turn], Awaitable[Outcome]], data: dict[str, Any]
    ) -> None:
        """Answer a message with a message."""
        if (answer := await self._take(activity, act, data, as_message)) is not None:
            await self._connector.reply(
                activity.service_url, activity.conversation.id, activity.id, answer
            )

    async def _greet(self, activity: Activity, greeting: Screen) -> None:
        """Say something to somebody who is in no forum: there is no outbox for them."""
        reader = Reader(language_of(activity))
        await self._connector.post(
            activity.service_url,
            activity.conversation.id,
            message(draw(greeting, [reader]), plain(greeting, reader)),
        )

    async def _read_people(self, activity: Activity, address: str) -> None:
        """A list of people from a coordinator. Fetched for those only who may give one."""
        args: dict[str, Any] = {}
        with suppress(*Unavailable):  # the reply below will say so
            async with self._transaction() as db:
                turn = await self._turn(db, activity, {}, self._clock())
                allowed = may_take(turn, PEOPLE_FILE)
            if allowed:
                args["rows"], args["problems"] = await self._files.people(address)
        # The rows are what Vertti itself has read; no card may bring them.
        await self._reply(
            activity, lambda turn: take(replace(turn, promised=True), PEOPLE_FILE, args), {}
        )

    async def _press(self, context: TurnContext) -> None:
        """Answer a pressed button with the next card, or with a sentence beside this one."""
        activity = context.activity
        action = _object(activity.value, "action")
        data = _object(action, "data")
        step = str(action.get("verb") or "")
        answer = await self._take(activity, lambda t: take(t, step, data), data, as_answer)
        await answer_invoke(context, answer or {})

    async def _take(
        self,
        activity: Activity,
        act: Callable[[Turn], Awaitable[Outcome]],
        data: dict[str, Any],
        show: Show,
    ) -> dict[str, Any] | None:
        """Run a step in one transaction; what to show. What cannot be shown is not kept."""
        readers = [Reader(language_of(activity))]
        now = self._clock()
        try:
            async with self._transaction() as db:
                turn = await self._turn(db, activity, data, now)
                readers, forum = _readers(turn), turn.belongs and turn.belongs[1].id
                if not await is_new(db, activity.conversation.id, activity.id or "", now):
                    return show(None, readers, forum)
                outcome = await act(turn)
                answer = show(outcome, _readers(turn), forum)  # the language may have just changed
                if isinstance(outcome, Notice) and outcome.refused:
                    await db.rollback()
                return answer
        except Unavailable as error:
            log.error("the database does not answer: %s", reason(error))
        except Exception:
            log.exception("a step failed")
        return show(Notice(Text("help-try-again")), readers, None)

    async def _turn(self, db: Any, activity: Activity, data: dict[str, Any], now: datetime) -> Turn:
        account, tenant = activity.from_property.aad_object_id or "", tenant_of(activity)
        person, belongs = await who_is(db, tenant, account)
        team = _object(activity.channel_data, "team").get("id")
        personal = activity.conversation.conversation_type in (None, "personal")
        if person is None:
            stranger = Person(
                tenant_id=tenant,
                aad_object_id=account,
                name=activity.from_property.name or "",
                language=language_of(activity),
            )
            return Turn(db, now, stranger, None, "personal" if personal else "channel")
        if personal:
            _remember_address(person, activity)
            card, typed = data.get(FORUM), listening_in(person, now)
            return Turn(db, now, person, _chosen(belongs, card, typed))
        home = await forum_of_team(db, team) if isinstance(team, str) else None
        here = next((b for b in belongs if home and b[1].id == home.id), None)
        return Turn(db, now, person, here, "channel", home)


def _is_from_somebody(activity: Activity) -> bool:
    """Whether it says who speaks and where, and can be told from others."""
    who = activity.from_property.id and activity.from_property.aad_object_id
    return bool(who and activity.conversation.id and activity.id)


def _is_pressed(activity: Activity) -> bool:
    """Whether the message is a button of a client without Universal Actions."""
    value = activity.value
    return isinstance(value, dict) and (STEP in value or not activity.text)


def _object(body: Any, key: str) -> dict[str, Any]:
    found = body.get(key) if isinstance(body, dict) else None
    return found if isinstance(found, dict) else {}


def _chosen(
    belongs: list[tuple[Membership, Forum]], card: object, typed: int | None
) -> tuple[Membership, Forum] | None:
    """The forum a card belongs to, if the person does, too.

    Without a card the one in which an answer is awaited, or the newest.
    """
    if card is not None:
        return next((b for b in belongs if b[1].id == card), None)
    newest = belongs[0] if belongs else None
    return next((b for b in belongs if b[1].id == typed), newest)


def _remember_address(person: Person, activity: Activity) -> None:
    """Where this person can be reached; somebody who writes is reachable."""
    known = (person.teams_id, person.conversation, person.service_url, person.unreachable)
    now = (activity.from_property.id, activity.conversation.id, activity.service_url, None)
    if known != now:
        person.teams_id, person.conversation, person.service_url, person.unreachable = now
        person.unreachable_since = None


def _readers(turn: Turn) -> list[Reader]:
    """The person; in a channel the forum's languages."""
    if turn.place == "channel" and turn.home is not None:
        return [Reader(language, turn.home.zone) for language in turn.home.languages]
    return [turn.reader]


def _known_type(kind: str) -> str:
    known = ("message", "invoke", "installationUpdate", "conversationUpdate")
    return kind if kind in known else "other"
