"""Look at a due prompt afresh: is it still wanted, may it go now, and what does it say today?"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from bot.cards import draw, plain
from bot.teams.activity import message
from dialogs.quiet.rules import (
    ANY_WEEKDAY,
    BUDGET,
    Quiet,
    after_budget,
    after_channel_budget,
    next_allowed,
)
from dialogs.screen import Notice, Screen, Skip
from dialogs.steps import STEPS, take
from dialogs.texts import Reader
from dialogs.turn import Turn
from storage import outbox, sending
from storage.database import Database
from storage.forum import Forum, Phase, quiet_periods
from storage.outbox import Prompt, Status
from storage.people import Person, absences
from storage.sending import Held

ANOTHER_RELEASE = timedelta(minutes=1)  # a replica that knows the step may be about to start
A_MOMENT = timedelta(seconds=5)


@dataclass(frozen=True)
class Letter:
    """Wanted, allowed, and ready to go."""

    prompt: Prompt
    person: Person | None
    service_url: str
    conversation: str | None  # None: there is none yet
    tenant: str
    message: dict[str, Any]


@dataclass(frozen=True)
class Ended:
    """Not sent, now or later."""

    status: Status
    why: str


@dataclass(frozen=True)
class Waits:
    """Not sent now."""

    until: datetime
    why: str


async def write(db: Database, held: Held, now: datetime) -> Letter | Ended | Waits:
    """The letter for a held prompt, or why there is none. Its step may store things."""
    prompt, person = held.prompt, held.person
    if prompt.step not in STEPS and prompt.expires >= now:
        return Waits(now + ANOTHER_RELEASE, "unknown_step")
    if (ended := _ended(held, now)) is not None:
        return ended
    disturbs = _disturbs if prompt.initiative else _comes_at_a_bad_time
    if (waits := await disturbs(db, held, now)) is not None:
        return Ended(Status.SKIPPED, waits.why) if waits.until > prompt.expires else waits
    turn, readers = _turn(db, held, now)
    outcome = await take(turn, prompt.step, prompt.args)
    match outcome:
        case Skip(why):
            return Ended(Status.SKIPPED, why)
        case Notice(text) if prompt.initiative:
            # Nobody asked, so nobody needs to hear that they may not, or that it is too late.
            return Ended(Status.SKIPPED, text.key)
        case Notice(text):
            screen = Screen(text)
        case Screen():
            screen = outcome
    return Letter(
        prompt,
        person,
        (person.service_url if person else None) or held.forum.service_url,
        person.conversation if person else held.forum.channel,
        held.forum.tenant_id,
        message(draw(screen, readers, held.forum.id), plain(screen, readers[0])),
    )


def _ended(held: Held, now: datetime) -> Ended | None:
    """Why it can never be sent, if so."""
    prompt, forum, person = held.prompt, held.forum, held.person
    if prompt.expires < now:
        if prompt.attempts:
            return Ended(Status.FAILED, f"out_of_date: {prompt.reason}")
        return Ended(Status.SKIPPED, prompt.reason or "out_of_date")
    if forum.phase == Phase.CLOSED or forum.uninstalled is not None:
        return Ended(Status.SKIPPED, "forum_closed")
    if person is None:
        return None if forum.channel else Ended(Status.FAILED, "no_channel")
    if held.member is None or held.member.left is not None:
        return Ended(Status.SKIPPED, "left_the_forum")
    if person.unreachable:
        return Ended(Status.FAILED, f"unreachable: {person.unreachable}")
    if person.conversation is None and person.teams_id is None:
        return Ended(Status.FAILED, "no_address")
    return None


async def _disturbs(db: Database, held: Held, now: datetime) -> Waits | None:
    """Until when something unasked has to wait, if it has to."""
    if (lease := await sending.under_way(db, held)) is not None:
        return Waits(max(lease, now + A_MOMENT), "one_at_a_time")
    if held.person is not None:
        fits = after_budget(await outbox.last_initiative(db, held.person.id, now), now)
    else:
        posts = await outbox.channel_initiatives(db, held.forum.id, now - BUDGET)
        fits = after_channel_budget(posts, now)
    moment = next_allowed(fits, await _quiet(db, held))
    if moment <= now:
        return None
    return Waits(moment, "budget" if fits > now else "quiet")


async def _comes_at_a_bad_time(db: Database, held: Held, now: datetime) -> Waits | None:
    """The same for something expected that can wait for the day."""
    if not held.prompt.daytime:
        return None
    moment = next_allowed(now, replace(await _quiet(db, held), days=ANY_WEEKDAY))
    return Waits(moment, "quiet") if moment > now else None


async def _quiet(db: Database, held: Held) -> Quiet:
    person = held.person
    return Quiet(
        held.forum.zone,
        await quiet_periods(db, held.forum.id),
        await absences(db, person.id) if person else (),
        person.preferred_days if person else (),
    )


def _turn(db: Database, held: Held, now: datetime) -> tuple[Turn, list[Reader]]:
    forum: Forum = held.forum
    if held.person is None or held.member is None:
        readers = [Reader(language, forum.zone) for language in forum.languages]
        return Turn(db, now, None, None, "channel", forum, promised=True), readers
    turn = Turn(db, now, held.person, (held.member, forum), promised=True)
    return turn, [turn.reader]
