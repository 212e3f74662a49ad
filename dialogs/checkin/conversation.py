"""Ask how the project is doing, take the answer, show it to those who may see it."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from dialogs.arguments import Line, Lines
from dialogs.checkin import rules
from dialogs.checkin.card import card, fields
from dialogs.checkin.showing import what_was_told
from dialogs.quiet.rules import Quiet, next_allowed
from dialogs.screen import (
    Button,
    Heading,
    Notice,
    Part,
    Screen,
    Skip,
    Text,
)
from dialogs.texts import words_of
from dialogs.turn import Outcome, Refused, Turn, promised
from dialogs.who_knows.conversation import help_for
from storage import checkin as memory
from storage import outbox
from storage.checkin import CheckIn, Progress, Visibility
from storage.database import Database
from storage.forum import Forum, Phase, quiet_periods
from storage.outbox import Doubt, Kind
from storage.people import (
    Role,
    absences,
    colleagues,
    due_for_checkin,
    members,
)
from storage.project import project_of
from storage.promise import Outcome as PromiseOutcome
from storage.promise import Promise

ASK = Kind("checkin.ask", lives=timedelta(days=9))
ROUND_UP = Kind("checkin.round_up", doubt=Doubt.HOLD, lives=timedelta(days=5))
ROUND_UP_AFTER = timedelta(days=2)

ASKED_ROLES = (Role.PARTICIPANT, Role.CONTACT, Role.DEPUTY)


async def due(db: Database, forum: Forum, now: datetime) -> None:
    """On a wave's day (and, for a fortnightly rhythm, between waves) promise the question."""
    today = now.astimezone(ZoneInfo(forum.zone)).date()
    waves = await memory.waves_due(db, forum.id, today)
    for wave in waves:
        wave.opened = now
    if waves:
        everybody = [member for member, _ in await members(db, forum.id, *ASKED_ROLES)]
    else:
        since = today - timedelta(days=rules.FORTNIGHT)
        everybody = await due_for_checkin(db, forum.id, rules.FORTNIGHT, since)
    for member in everybody:
        if rules.wants_to_be_asked(member.checkin_days, member.checkin_asked, today, bool(waves)):
            member.checkin_asked = today
            await outbox.promise(db, ASK, forum.id, member.person_id, now, occasion=today)
    if waves:
        quiet = Quiet(forum.zone, await quiet_periods(db, forum.id))
        moment = next_allowed(now + ROUND_UP_AFTER, quiet)
        since = waves[0].day
        await outbox.promise(db, ROUND_UP, forum.id, None, moment, since=since.isoformat())


@promised
async def ask(turn: Turn) -> Outcome:
    """The scheduled question. Somebody who has just told is not asked again."""
    latest = await memory.latest_of(turn.db, turn.member.id)
    if latest is not None and turn.now - latest.answered < timedelta(days=6):
        return Skip("answered_already")
    if turn.forum.phase != Phase.OPEN:
        return Skip("forum_not_open")
    return await card(turn, asked=True)


async def start(turn: Turn, rest: Lines = "") -> Outcome:
    """Somebody tells of their own accord, by the card or in one line: "tilanne: jumissa …"."""
    if rest:
        return await said_in_words(turn, rest)
    return await card(turn, asked=False)


async def save(
    turn: Turn,
    progress: Progress | None = None,
    moved: Line = "",
    help_wanted: Line = "",
    visibility: Visibility | None = None,
    promise: Line = "",
    kept: PromiseOutcome | None = None,
    kept_promise: int | None = None,
    checkin: int | None = None,
) -> Outcome:
    if progress is None:
        return Notice(Text("checkin-choose-progress"))
    turn.stop_listening()
    project = await project_of(turn.db, turn.member.organisation_id)
    if project is None:
        return Notice(Text("checkin-no-project"))
    if kept_promise is not None:
        await _keep_promise(turn, kept_promise, kept)
    if promise:
        turn.db.add(Promise(membership_id=turn.member.id, words=promise, made=turn.now))
    if checkin is not None:
        answer = await _own(turn, checkin)
        answer.edited = turn.now
    else:
        answer = CheckIn(
            forum_id=turn.forum.id,
            project_id=project.id,
            membership_id=turn.member.id,
            answers_for_project=await _answers_for_project(turn),
            progress=progress,
            visibility=Visibility.COORDINATORS,
            answered=turn.now,
        )
        turn.db.add(answer)
    answer.progress = progress
    answer.moved, answer.help_wanted = moved or None, help_wanted or None
    answer.visibility = visibility or await _usual_visibility(turn)
    await turn.db.flush()
    return await _thanks(turn, answer)


async def said_in_words(turn: Turn, said: Lines) -> Outcome:
    """A typed line is an answer when it tells where things stand; if not, ask just that."""
    words = {p.value: words_of(f"checkin-progress-{p}-words") for p in Progress}
    progress = rules.progress_in(said, words)
    if progress is None:
        return await card(turn, asked=False, moved=said[:280])
    if progress == Progress.STUCK:  # what they are stuck with is where somebody could help
        return await save(turn, Progress.STUCK, help_wanted=said[:280])
    return await save(turn, Progress(progress), moved=said[:280])


async def same_as_last_time(turn: Turn) -> Outcome:
    latest = await memory.latest_of(turn.db, turn.member.id)
    if latest is None:
        return Notice(Text("checkin-no-last-time"))
    return await save(turn, latest.progress, visibility=latest.visibility)


async def ask_later(turn: Turn) -> Screen:
    moment = turn.now + timedelta(days=7)
    later = Kind(ASK.step, initiative=True, lives=ASK.lives)
    await outbox.promise(
        turn.db, later, turn.forum.id, turn.person.id, moment, occasion=f"later:{turn.today}"
    )
    return Screen(Text("checkin-asks-later"))


async def less_often(turn: Turn, rest: str = "") -> Screen:
    turn.member.checkin_days = rules.less_often(turn.member.checkin_days)
    return Screen(Text("checkin-rhythm-now", days=turn.member.checkin_days))


async def pause(turn: Turn) -> Outcome:
    """The project is on pause, and that is fine: stored, nothing more asked."""
    visibility = await _usual_visibility(turn)
    return await save(turn, Progress.PAUSED, visibility=visibility)


async def edit(turn: Turn, checkin: int) -> Screen:
    answer = await _own(turn, checkin)
    return Screen(
        Heading(Text("checkin-edit-title", day=turn.day(answer.answered))),
        *fields(answer.progress, answer.moved, answer.help_wanted, answer.visibility),
        Button(Text("checkin-save"), "checkin.save", style="positive", checkin=checkin),
    )


async def _thanks(turn: Turn, answer: CheckIn) -> Screen:
    """Something comes back each time: what was noted, who sees it, and who might help."""
    paused = answer.progress == Progress.PAUSED
    parts: list[Part] = [
        Text("checkin-thanks-paused" if paused else "checkin-thanks"),
        what_was_told(answer),
    ]
    if answer.help_wanted:
        parts += await help_for(turn, answer)
    parts.append(Button(Text("checkin-edit"), "checkin.edit", checkin=answer.id))
    return Screen(*parts)


async def _answers_for_project(turn: Turn) -> bool:
    """The contact person does; the deputy when there is none or they are away; others add."""
    if turn.member.role == Role.CONTACT:
        return True
    if turn.member.role != Role.DEPUTY or turn.member.organisation_id is None:
        return False
    for member, person in await colleagues(turn.db, turn.member.organisation_id):
        if member.role == Role.CONTACT:
            away = await absences(turn.db, person.id)
            return any(first <= turn.today <= last for first, last in away)
    return True


async def _own(turn: Turn, checkin: int) -> CheckIn:
    answer = await turn.db.get(CheckIn, checkin)
    if answer is None or answer.membership_id != turn.member.id:
        raise Refused(Text("checkin-not-yours"))
    return answer


async def _usual_visibility(turn: Turn) -> Visibility:
    latest = await memory.latest_of(turn.db, turn.member.id)
    return latest.visibility if latest else Visibility.COORDINATORS


async def _keep_promise(turn: Turn, promise: int, kept: PromiseOutcome | None) -> None:
    promised = await turn.db.get(Promise, promise)
    if promised is not None and promised.membership_id == turn.member.id:
        promised.asked, promised.outcome = turn.now, kept
