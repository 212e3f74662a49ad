"""Three times to meet, inside everybody's quiet times and working hours; one is booked."""

from dataclasses import replace
from datetime import datetime
from urllib.parse import quote

from dialogs.critical_friend import rules
from dialogs.critical_friend.pair import EXPECTED, others_in, place
from dialogs.quiet.rules import Quiet
from dialogs.screen import (
    Button,
    Choose,
    Heading,
    Link,
    Notice,
    Screen,
    Skip,
    Text,
)
from dialogs.texts import Reader, say
from dialogs.turn import Outcome, Turn, promised
from storage import critical_friend as memory
from storage import outbox
from storage.critical_friend import GroupState
from storage.forum import quiet_periods
from storage.people import Person, absences

TIMES = replace(EXPECTED, step="critical_friend.times")
BOOKED = replace(EXPECTED, step="critical_friend.booked")


async def suggest(turn: Turn, group: int) -> Outcome:
    """Three times inside everybody's quiet times and working hours."""
    await place(turn, group)
    periods = await quiet_periods(turn.db, turn.forum.id)
    quiets = [
        Quiet(turn.forum.zone, periods, await absences(turn.db, person.id))
        for _, _, person in await memory.friends_in(turn.db, group)
    ]
    times = rules.times_to_propose(turn.now, quiets)
    if not times:
        return Notice(Text("critical-friend-no-times"))
    return Screen(
        Heading(Text("critical-friend-suggest-times")),
        Choose(
            "times",
            Text("critical-friend-these-suit"),
            [(moment.isoformat(), Text("critical-friend-time", at=moment)) for moment in times],
            [moment.isoformat() for moment in times],
            many=True,
            required=True,
        ),
        Button(
            Text("critical-friend-send-times"),
            "critical_friend.send_times",
            style="positive",
            group=group,
        ),
    )


async def send_times(turn: Turn, group: int, times: str = "") -> Outcome:
    await place(turn, group)
    moments = [m for m in (_moment(part) for part in times.split(",")) if m and m > turn.now]
    if not 1 <= len(moments) <= 3:
        return Notice(Text("critical-friend-choose-times"))
    for _, person in await others_in(turn, group):
        await outbox.promise(
            turn.db,
            TIMES,
            turn.forum.id,
            person.id,
            turn.now,
            occasion=f"{group}:{turn.now.isoformat()}",
            group=group,
            proposer=turn.member.id,
            times=[m.isoformat() for m in moments],
        )
    return Screen(Text("critical-friend-times-sent"))


@promised
async def times(turn: Turn, group: int, proposer: int, times: list[str]) -> Outcome:
    """The other side picks one of the times."""
    this, _ = await place(turn, group)
    moments = [m for m in map(_moment, times) if m and m > turn.now]
    if this.state != GroupState.ACTIVE or not moments:
        return Skip("no_longer_needed")
    return Screen(
        Heading(Text("critical-friend-which-time")),
        Choose(
            "at",
            Text("critical-friend-pick-one"),
            [(moment.isoformat(), Text("critical-friend-time", at=moment)) for moment in moments],
            required=True,
        ),
        Button(Text("critical-friend-book"), "critical_friend.book", style="positive", group=group),
        Button(
            Text("critical-friend-none-fits"),
            "critical_friend.suggest",
            with_inputs=False,
            group=group,
        ),
    )


async def book(turn: Turn, group: int, at: str = "") -> Outcome:
    """One time is chosen; everybody gets it with a meeting link."""
    await place(turn, group)
    moment = _moment(at)
    if moment is None or moment <= turn.now:
        return Notice(Text("critical-friend-choose-times"))
    for _, person in await others_in(turn, group):
        await outbox.promise(
            turn.db,
            BOOKED,
            turn.forum.id,
            person.id,
            turn.now,
            occasion=f"{group}:{moment.isoformat()}",
            group=group,
            at=moment.isoformat(),
        )
    return await booked(turn, group, moment.isoformat())


@promised
async def booked(turn: Turn, group: int, at: str) -> Screen:
    await place(turn, group)
    moment = _moment(at) or turn.now
    others = [person for _, person in await others_in(turn, group)]
    return Screen(
        Heading(Text("critical-friend-booked")),
        Text("critical-friend-time", at=moment),
        Link(Text("critical-friend-to-calendar"), _meeting(turn.reader, moment, others)),
        Button(Text("critical-friend-first-talk"), "critical_friend.talk_step", group=group, at=1),
    )


def _meeting(reader: Reader, at: datetime, others: list[Person]) -> str:
    """Teams' own form for a new meeting, filled in."""
    attendees = ",".join(quote(person.email, safe="@") for person in others if person.email)
    subject = quote(say(Text("critical-friend-title"), reader))
    start, end = at.isoformat(), (at + rules.TALK_LENGTH).isoformat()
    return (
        "https://teams.microsoft.com/l/meeting/new"
        f"?subject={subject}&startTime={quote(start)}&endTime={quote(end)}&attendees={attendees}"
    )


def _moment(written: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(written)
    except ValueError:
        return None
    return moment if moment.tzinfo and moment.year < 2200 else None
