"""Follow gently: did you meet, how does it go, and a graceful end."""

from datetime import datetime, timedelta
from typing import Literal

from dialogs.arguments import Line
from dialogs.critical_friend.pair import place
from dialogs.critical_friend.proposal import repair
from dialogs.help.conversation import coordinator
from dialogs.screen import Ask, Button, Choose, Heading, Note, Notice, Screen, Skip, Text
from dialogs.turn import Outcome, Turn, promised
from storage import critical_friend as memory
from storage import outbox
from storage.critical_friend import FriendGroup, GroupState, Insight, Talk
from storage.database import Database
from storage.outbox import Doubt, Kind
from storage.promise import Promise

DID_YOU_MEET = Kind("critical_friend.did_you_meet", lives=timedelta(days=10))
CHECK = Kind("critical_friend.check", lives=timedelta(days=14))
ENDED = Kind("critical_friend.ended", initiative=False, daytime=True, doubt=Doubt.RESEND)
GO_ON = Kind("critical_friend.go_on", lives=timedelta(days=14))

STEPS_OF_TALK = 6
QUESTIONS = 15


async def talk_step(turn: Turn, group: int, at: int) -> Outcome:
    """The one-hour talk in six steps, one card at a time."""
    await place(turn, group)
    if not 1 <= at <= STEPS_OF_TALK:
        return Notice(Text("help-old-card"))
    forward = (
        Button(
            Text("critical-friend-next-step"), "critical_friend.talk_step", group=group, at=at + 1
        )
        if at < STEPS_OF_TALK
        else Button(Text("critical-friend-we-met"), "critical_friend.met", group=group)
    )
    return Screen(
        Note(Text("critical-friend-step-of", at=at, of=STEPS_OF_TALK)),
        Heading(Text(f"critical-friend-step-{at}")),
        Text(f"critical-friend-step-{at}-questions"),
        forward,
        *(
            [
                Button(
                    Text("critical-friend-step-back"),
                    "critical_friend.talk_step",
                    group=group,
                    at=at - 1,
                )
            ]
            if at > 1
            else []
        ),
    )


async def question(turn: Turn, at: int | None = None, rest: str = "") -> Screen:
    """ "Anna kysymys": one card from the pack, the next one each time."""
    number = (at if at is not None else turn.now.timetuple().tm_yday) % QUESTIONS + 1
    return Screen(
        Heading(Text("critical-friend-question-title")),
        Text(f"critical-friend-question-{number}"),
        Button(Text("critical-friend-another"), "critical_friend.question", at=number),
    )


@promised
async def did_you_meet(turn: Turn, group: int) -> Outcome:
    this, _ = await place(turn, group)
    if this.state != GroupState.ACTIVE or this.help_offered:
        return Skip("no_longer_needed")
    this.help_offered = True  # one offer; after that it is quiet until they tell of a talk
    return Screen(
        Heading(Text("critical-friend-title")),
        Text("critical-friend-did-you-meet"),
        Button(Text("critical-friend-we-met"), "critical_friend.met", group=group),
        Button(Text("critical-friend-suggest-times"), "critical_friend.suggest", group=group),
        Button(Text("critical-friend-wrong-rhythm"), "critical_friend.agreement", group=group),
        Button(Text("critical-friend-end"), "critical_friend.end", group=group),
    )


async def met(turn: Turn, group: int) -> Outcome:
    """They met. That and the day is all that is kept."""
    this, _ = await place(turn, group)
    if this.state != GroupState.ACTIVE:
        return Notice(Text("critical-friend-pair-over"))
    if turn.today not in await memory.talks(turn.db, group):
        turn.db.add(Talk(group_id=group, day=turn.today))
    this.help_offered = False
    return Screen(
        Text("critical-friend-good-talk"),
        Choose(
            "kind",
            Text("critical-friend-something-came"),
            [(kind, Text(f"critical-friend-came-{kind}")) for kind in ("promise", "try", "story")],
        ),
        Ask("words", Text("critical-friend-in-own-words"), long=True),
        Note(Text("critical-friend-only-what-you-say")),
        Button(
            Text("critical-friend-save"), "critical_friend.learned", style="positive", group=group
        ),
        Button(
            Text("critical-friend-nothing-this-time"),
            "critical_friend.pair",
            with_inputs=False,
            group=group,
        ),
    )


async def learned(
    turn: Turn, group: int, kind: Literal["promise", "try", "story"] | None = None, words: Line = ""
) -> Outcome:
    """A promise, an experiment or the seed of a story: in the person's own words only."""
    await place(turn, group)
    if kind is None or not words:
        return Notice(Text("critical-friend-choose-and-write"))
    if kind == "promise":
        turn.db.add(Promise(membership_id=turn.member.id, words=words, made=turn.now))
    else:
        turn.db.add(
            Insight(
                forum_id=turn.forum.id,
                membership_id=turn.member.id,
                kind=kind,
                words=words,
                told=turn.now,
            )
        )
    return Screen(Text(f"critical-friend-kept-{kind}"))


@promised
async def check(turn: Turn, group: int) -> Outcome:
    """Asked of each separately; the other does not see the answer."""
    this, _ = await place(turn, group)
    if this.state != GroupState.ACTIVE:
        return Skip("pair_ended")
    return Screen(
        Heading(Text("critical-friend-how-feels")),
        Note(Text("critical-friend-separately")),
        Button(Text("critical-friend-feels-good"), "critical_friend.fine", group=group),
        Button(Text("critical-friend-not-started"), "critical_friend.suggest", group=group),
        Button(Text("critical-friend-wrong-rhythm"), "critical_friend.agreement", group=group),
        Button(Text("critical-friend-other-pair"), "critical_friend.end", group=group),
        Button(Text("critical-friend-pause"), "critical_friend.pause"),
    )


async def fine(turn: Turn, group: int) -> Screen:
    await place(turn, group)
    return Screen(Text("critical-friend-glad"))


async def end(turn: Turn, group: int) -> Outcome:
    """Rhythm first; then it ends by one press, without a reason."""
    this, _ = await place(turn, group)
    if this.state != GroupState.ACTIVE:
        return Notice(Text("critical-friend-pair-over"))
    return Screen(
        Heading(Text("critical-friend-end")),
        Text("critical-friend-end-how"),
        Button(
            Text("critical-friend-end-now"),
            "critical_friend.end_now",
            style="destructive",
            group=group,
        ),
        Button(Text("critical-friend-wrong-rhythm"), "critical_friend.agreement", group=group),
        Button(Text("critical-friend-human"), "critical_friend.human", group=group),
        Button(Text("help-never-mind"), "critical_friend.pair", group=group),
    )


async def end_now(turn: Turn, group: int) -> Outcome:
    """Everybody in the group gets the same message, so that nothing shows who asked."""
    this, _ = await place(turn, group)
    if this.state != GroupState.ACTIVE:
        return Notice(Text("critical-friend-pair-over"))
    await end_group(turn.db, this, turn.now)
    return Screen(Text("critical-friend-told-both"))


async def end_group(db: Database, group: FriendGroup, now: datetime) -> None:
    group.state, group.ended = GroupState.ENDED, now
    for _, _, person in await memory.friends_in(db, group.id):
        await outbox.promise(db, ENDED, group.forum_id, person.id, now, group=group.id)


@promised
async def ended(turn: Turn, group: int) -> Outcome:
    """The same words to each, and the same choice."""
    await place(turn, group)
    return Screen(
        Text("critical-friend-has-ended"),
        Button(
            Text("critical-friend-new-now"), "critical_friend.after_end", group=group, wish="now"
        ),
        Button(
            Text("critical-friend-new-next"), "critical_friend.after_end", group=group, wish="next"
        ),
        Button(Text("critical-friend-pause"), "critical_friend.pause"),
    )


async def after_end(turn: Turn, group: int, wish: Literal["now", "next"]) -> Outcome:
    """A new friend (or a place in a trio) in this round, or the next round."""
    this, _ = await place(turn, group)
    volunteer = await memory.answer_of(turn.db, this.round_id, turn.member.id)
    if volunteer is not None:
        volunteer.joins = wish == "now"
    turn.member.critical_friend = True
    await turn.db.flush()
    if wish == "next":
        return Screen(Text("critical-friend-next-time"))
    await repair(turn.db, this.round_id, turn.now)
    return Screen(Text("critical-friend-looking-again"))


async def human(turn: Turn, group: int) -> Screen:
    """A word about conduct goes to a human, and matching stops meanwhile."""
    this, _ = await place(turn, group)
    turn.member.critical_friend = False
    volunteer = await memory.answer_of(turn.db, this.round_id, turn.member.id)
    if volunteer is not None:
        volunteer.joins = False
    return await coordinator(turn)


@promised
async def go_on(turn: Turn, group: int) -> Outcome:
    """Before a round ends: a pair may go on without it."""
    this, _ = await place(turn, group)
    if this.state != GroupState.ACTIVE:
        return Skip("pair_ended")
    return Screen(
        Text("critical-friend-round-ends"),
        Button(
            Text("critical-friend-we-go-on"),
            "critical_friend.keep",
            style="positive",
            group=group,
        ),
        Button(Text("critical-friend-thats-it"), "critical_friend.fine", group=group),
    )


async def keep(turn: Turn, group: int) -> Screen:
    this, _ = await place(turn, group)
    this.goes_on = True
    return Screen(Text("critical-friend-goes-on"))
