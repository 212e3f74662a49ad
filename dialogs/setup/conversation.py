"""Lead a coordinator through setting up a forum, and open it when they say so."""

from typing import Literal

from dialogs import welcome
from dialogs.quiet.rules import Quiet, next_allowed
from dialogs.screen import Button, Facts, Heading, Note, Notice, Screen, Skip, Text, Words
from dialogs.setup import rules
from dialogs.setup.basics import channel_name
from dialogs.setup.cards import CARDS, card, go_on
from dialogs.setup.cards import menu as the_menu
from dialogs.turn import Outcome, Turn, coordinators_only
from storage.arrival import expected
from storage.checkin import waves
from storage.forum import Channel, Phase, organisations, quiet_periods
from storage.people import Role, members

CardName = Literal["basics", "channel", "coordinators", "quiet", "people", "waves", "summary"]


async def invite(turn: Turn) -> Outcome:
    """To a new coordinator: the way in."""
    if turn.member.role != Role.COORDINATOR:
        return Skip("no_longer_coordinator")
    if turn.forum.phase != Phase.SETUP:
        return Screen(
            Text("setup-invite-open", name=_first_name(turn), forum=turn.forum.name),
            Button(Text("setup-change"), "setup.menu"),
        )
    return Screen(
        Heading(Text("setup-title")),
        Text("setup-invite", name=_first_name(turn), team=turn.forum.team_name or turn.forum.name),
        Note(Text("setup-invite-note")),
        Button(Text("setup-begin"), "setup.start", style="positive"),
        Button(Text("setup-later"), "setup.later"),
    )


@coordinators_only
async def start(turn: Turn, rest: str = "") -> Outcome:
    """Where setting up was left; in an open forum, what can be changed."""
    if turn.forum.phase != Phase.SETUP:
        return the_menu("setup-menu")
    return await CARDS[turn.forum.setup_card](turn)


@coordinators_only
async def menu(turn: Turn) -> Outcome:
    return the_menu("setup-menu")


@coordinators_only
async def skip(turn: Turn, card: CardName) -> Outcome:
    return await go_on(turn, after=card)


@coordinators_only
async def later(turn: Turn) -> Screen:
    turn.stop_listening()
    return Screen(Text("setup-goes-on-later"))


@card("summary")
@coordinators_only
async def summary(turn: Turn) -> Outcome:
    """Everything at a glance, and what will happen when the forum opens."""
    forum, db = turn.forum, turn.db
    present = await members(db, forum.id)
    coordinators = [p.name for m, p in present if m.role == Role.COORDINATOR]
    awaited = len(await expected(db, forum.id))
    channel = await db.get(Channel, forum.channel or "")
    periods = await quiet_periods(db, forum.id)
    nothing = Text("setup-nothing")
    rows: list[tuple[Words, Words]] = [
        (Text("setup-name"), forum.name),
        (Text("setup-languages"), Text("setup-list", names=_languages(forum.languages))),
        (Text("setup-zone"), forum.zone),
        (
            Text("setup-time"),
            Text("setup-span", first=forum.begins, last=forum.ends)
            if forum.begins and forum.ends
            else nothing,
        ),
        (Text("setup-channel"), channel_name(channel)),
        (Text("setup-coordinators"), Text("setup-list", names=coordinators)),
        (Text("setup-quiet"), _count(len(periods))),
        (Text("setup-organisations"), _count(len(await organisations(db, forum.id)))),
        (Text("setup-people"), Text("setup-people-count", count=len(present), awaited=awaited)),
        (Text("setup-waves"), _count(len(await waves(db, forum.id)))),
    ]
    if forum.phase != Phase.SETUP:
        return Screen(Heading(Text("setup-summary-title")), Facts(rows), _change())
    if rules.missing(forum.begins, forum.ends, forum.channel):
        return Screen(
            Heading(Text("setup-summary-title")),
            Facts(rows),
            Text("setup-still-missing"),
            _change(),
        )
    moment = next_allowed(turn.now, Quiet(forum.zone, periods))
    return Screen(
        Heading(Text("setup-summary-title")),
        Facts(rows),
        Text("setup-what-happens", day=moment, count=len(present) - len(coordinators)),
        Note(Text("setup-what-happens-note")),
        Button(Text("setup-open"), "setup.open", style="positive"),
        _change(),
        Button(Text("setup-later"), "setup.later"),
    )


@coordinators_only
async def open_forum(turn: Turn) -> Outcome:
    forum = turn.forum
    if forum.phase != Phase.SETUP:
        return Notice(Text("setup-already-open"))
    if rules.missing(forum.begins, forum.ends, forum.channel):
        return Notice(Text("setup-still-missing"))
    forum.phase = Phase.OPEN
    await welcome.everybody(turn.db, forum, turn.now)
    return Screen(
        Heading(Text("setup-opened", name=forum.name)),
        Text("setup-opened-next"),
        _change(),
    )


def _languages(codes: list[str]) -> list[Text]:
    return [Text(f"setup-language-{code}") for code in codes]


def _count(count: int) -> Text:
    return Text("setup-count", count=count)


def _change() -> Button:
    return Button(Text("setup-change"), "setup.menu", with_inputs=False)


def _first_name(turn: Turn) -> str:
    return (turn.person.name.split() or ["?"])[0]
