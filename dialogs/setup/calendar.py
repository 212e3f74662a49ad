"""Setting up: the days on which Vertti is quiet, and those on which it asks."""

from datetime import date

from dialogs.arguments import Codes, Day, Line
from dialogs.quiet.rules import Span, proposed_periods
from dialogs.screen import Ask, AskDate, Button, Choose, Heading, Note, Notice, Screen, Text, Words
from dialogs.setup import rules
from dialogs.setup.basics import basics
from dialogs.setup.cards import card, go_on, ways_on
from dialogs.turn import Outcome, Turn, coordinators_only
from storage.checkin import Wave
from storage.checkin import waves as all_waves
from storage.forum import Phase, QuietPeriod, periods, quiet_periods

OWN = 60  # characters for the reason of a quiet period


@card("quiet")
@coordinators_only
async def quiet(turn: Turn) -> Outcome:
    """What stands and what the calendar proposes; at the first visit all of it is chosen."""
    forum = turn.forum
    if not (forum.begins and forum.ends):
        return await basics(turn)
    offered = await _offered_periods(turn)
    kept = [rules.span_code(span) for span in await quiet_periods(turn.db, forum.id)]
    first_time = forum.phase == Phase.SETUP and forum.setup_card == "quiet" and not kept
    return Screen(
        Heading(Text("setup-quiet-title")),
        Text("setup-quiet-intro"),
        Choose(
            "keep",
            Text("setup-quiet"),
            [(code, _period(span, why)) for code, (span, why) in offered.items()],
            list(offered) if first_time else kept,
            many=True,
        ),
        AskDate("first", Text("setup-quiet-first")),
        AskDate("last", Text("setup-quiet-last")),
        Ask("why", Text("setup-quiet-why"), limit=OWN),
        Note(Text("setup-quiet-note")),
        Button(Text("setup-save"), "setup.save_quiet", style="positive", shown=list(offered)),
        Button(Text("setup-quiet-more"), "setup.save_quiet", shown=list(offered), more=True),
        *ways_on("quiet"),
    )


@coordinators_only
async def save_quiet(
    turn: Turn,
    keep: Codes | None = None,
    shown: Codes | None = None,
    first: Day = None,
    last: Day = None,
    why: Line = "",
    more: bool = False,
) -> Outcome:
    """Only what stood on the card is changed: it may be an old one."""
    if (first is None) != (last is None) or (first and last and last < first):
        return Notice(Text("setup-quiet-both-days"))
    offered = await _offered_periods(turn)
    rows = {rules.span_code((p.first, p.last)): p for p in await periods(turn.db, turn.forum.id)}
    wanted = set(keep or [])
    for code in shown or []:
        if code in rows and code not in wanted:
            await turn.db.delete(rows.pop(code))
        elif code in wanted and code in offered and code not in rows:
            rows[code] = _add_period(turn, *offered[code])
    if first and last and rules.span_code((first, last)) not in rows:
        _add_period(turn, (first, last), why[:OWN] or "own")
    await turn.db.flush()
    return await quiet(turn) if more else await go_on(turn, after="quiet")


@card("waves")
@coordinators_only
async def waves(turn: Turn) -> Outcome:
    forum = turn.forum
    if not (forum.begins and forum.ends):
        return await basics(turn)
    offered, kept = await _offered_waves(turn)
    first_time = forum.phase == Phase.SETUP and forum.setup_card == "waves" and not kept
    codes = [day.isoformat() for day in offered]
    return Screen(
        Heading(Text("setup-waves-title")),
        Text("setup-waves-intro"),
        Choose(
            "keep",
            Text("setup-waves"),
            [(day.isoformat(), Text("setup-wave", day=day)) for day in offered],
            codes if first_time else kept,
            many=True,
        ),
        AskDate("extra", Text("setup-wave-extra")),
        Note(Text("setup-waves-note")),
        Button(Text("setup-save"), "setup.save_waves", style="positive", shown=codes),
        *ways_on("waves"),
    )


@coordinators_only
async def save_waves(
    turn: Turn, keep: Codes | None = None, shown: Codes | None = None, extra: Day = None
) -> Outcome:
    """Days that have been opened, and those that did not stand on the card, stay as they are."""
    offered, _ = await _offered_waves(turn)
    rows = {w.day: w for w in await all_waves(turn.db, turn.forum.id)}
    if extra is not None and extra < turn.today:
        return Notice(Text("setup-wave-past"))
    for day in offered:
        code = day.isoformat()
        if code not in (shown or []):
            continue
        if day in rows and code not in (keep or []):
            await turn.db.delete(rows.pop(day))
        elif day not in rows and code in (keep or []):
            rows[day] = _add_wave(turn, day)
    if extra is not None and extra not in rows:
        _add_wave(turn, extra)
    await turn.db.flush()
    return await go_on(turn, after="waves")


async def _offered_periods(turn: Turn) -> dict[str, tuple[Span, str]]:
    """The forum's own quiet periods and those of the Finnish calendar, in the order of days."""
    forum = turn.forum
    found = {(p.first, p.last): p.why for p in await periods(turn.db, forum.id)}
    if forum.begins and forum.ends:
        for span, why in proposed_periods(forum.begins, forum.ends):
            found.setdefault(span, why)
    return {rules.span_code(span): (span, found[span]) for span in sorted(found)}


async def _offered_waves(turn: Turn) -> tuple[list[date], list[str]]:
    """Days that can be chosen: proposed or kept, from today on; and the codes of the kept."""
    forum, rows = turn.forum, await all_waves(turn.db, turn.forum.id)
    kept = {wave.day for wave in rows if wave.opened is None and wave.day >= turn.today}
    proposed: list[date] = []
    if forum.begins and forum.ends:
        calm = await quiet_periods(turn.db, forum.id)
        proposed = rules.proposed_waves(forum.begins, forum.ends, forum.zone, calm)
    taken = {wave.day for wave in rows} - kept
    days = sorted(kept | {day for day in proposed if day >= turn.today} - taken)
    return days, [day.isoformat() for day in sorted(kept)]


def _add_period(turn: Turn, span: Span, why: str) -> QuietPeriod:
    row = QuietPeriod(forum_id=turn.forum.id, first=span[0], last=span[1], why=why)
    turn.db.add(row)
    return row


def _add_wave(turn: Turn, day: date) -> Wave:
    row = Wave(forum_id=turn.forum.id, day=day)
    turn.db.add(row)
    return row


def _period(span: Span, why: str) -> Text:
    known = why in ("july", "christmas", "own")
    reason: Words = Text(f"setup-quiet-{why}") if known else why
    return Text("setup-quiet-period", why=reason, first=span[0], last=span[1])
