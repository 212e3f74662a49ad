"""Ask how the project is doing, take the answer, show it to those who may see it."""

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from dialogs.arguments import Line, Lines
from dialogs.checkin import rules
from dialogs.quiet.rules import Quiet, next_allowed
from dialogs.screen import (
    Ask,
    Button,
    Choose,
    Facts,
    Heading,
    Note,
    Notice,
    Part,
    Quote,
    Screen,
    Skip,
    Text,
)
from dialogs.texts import words_of
from dialogs.turn import Outcome, Refused, Turn, public
from storage import checkin as memory
from storage import outbox
from storage.checkin import CheckIn, Progress, Visibility
from storage.database import Database
from storage.forum import Forum, Organisation, Phase, quiet_periods
from storage.outbox import Doubt, Kind
from storage.people import Role, members
from storage.project import Project, project_of
from storage.promise import Outcome as PromiseOutcome
from storage.promise import Promise, unasked

ASK = Kind("checkin.ask", lives=timedelta(days=9))
ROUND_UP = Kind("checkin.round_up", doubt=Doubt.HOLD, lives=timedelta(days=5))
ROUND_UP_AFTER = timedelta(days=2)

PROGRESS = [(p.value, Text(f"checkin-progress-{p}")) for p in Progress]
VISIBILITY = [(v.value, Text(f"checkin-visibility-{v}")) for v in Visibility]
KEPT = [(o.value, Text(f"checkin-kept-{o}")) for o in PromiseOutcome]


async def due(db: Database, forum: Forum, now: datetime) -> None:
    """On a wave's day (and, for a fortnightly rhythm, between waves) promise the question."""
    today = now.astimezone(ZoneInfo(forum.zone)).date()
    waves = await memory.waves_due(db, forum.id, today)
    for wave in waves:
        wave.opened = now
    if not waves and today.weekday() != 1:  # between the waves, on Tuesdays
        return
    for member, person in await members(db, forum.id):
        if member.role in (Role.COORDINATOR, Role.EXPERT):
            continue
        if rules.wants_to_be_asked(member.checkin_days, member.checkin_asked, today, bool(waves)):
            member.checkin_asked = today
            await outbox.promise(db, ASK, forum.id, person.id, now, occasion=today)
    if waves:
        quiet = Quiet(forum.zone, await quiet_periods(db, forum.id))
        moment = next_allowed(now + ROUND_UP_AFTER, quiet)
        since = waves[0].day
        await outbox.promise(db, ROUND_UP, forum.id, None, moment, since=since.isoformat())


async def ask(turn: Turn) -> Outcome:
    """The scheduled question. Somebody who has just told is not asked again."""
    latest = await memory.latest_of(turn.db, turn.member.id)
    if latest is not None and turn.now - latest.answered < timedelta(days=6):
        return Skip("answered_already")
    if turn.forum.phase != Phase.OPEN:
        return Skip("forum_not_open")
    return await _card(turn, asked=True)


async def start(turn: Turn, rest: Lines = "") -> Outcome:
    """Somebody tells of their own accord, by the card or in one line: "tilanne: jumissa …"."""
    if rest:
        return await said_in_words(turn, rest)
    return await _card(turn, asked=False)


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
            project_id=project.id if project else None,
            membership_id=turn.member.id,
            answers_for_project=turn.member.role in (Role.CONTACT, Role.DEPUTY),
            progress=progress,
            visibility=Visibility.COORDINATORS,
            answered=turn.now,
        )
        turn.db.add(answer)
    answer.progress = progress
    answer.moved, answer.help_wanted = moved or None, help_wanted or None
    answer.visibility = visibility or await _usual_visibility(turn)
    await turn.db.flush()
    return _thanks(answer)


async def said_in_words(turn: Turn, said: Lines) -> Outcome:
    """A typed line is an answer when it tells where things stand; if not, ask just that."""
    words = {p.value: words_of(f"checkin-progress-{p}-words") for p in Progress}
    progress = rules.progress_in(said, words)
    if progress is None:
        return await _card(turn, asked=False, moved=said[:280])
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
        *_fields(answer.progress, answer.moved, answer.help_wanted, answer.visibility),
        Button(Text("checkin-save"), "checkin.save", style="positive", checkin=checkin),
    )


@public
async def round_up(turn: Turn, since: date) -> Outcome:
    """To the channel, two days after a wave: what people said everybody may see."""
    start_of_day = datetime.combine(since, datetime.min.time(), ZoneInfo(turn.forum.zone))
    answers = await memory.of_forum(turn.db, turn.forum.id, start_of_day)
    told: dict[int, tuple[Text, str]] = {}
    for answer in answers:
        if answer.project_id is None or not rules.may_see(answer.visibility, "forum_member"):
            continue
        project = await turn.db.get_one(Project, answer.project_id)
        organisation = await turn.db.get_one(Organisation, project.organisation_id)
        said = answer.moved or ""
        if answer.answers_for_project or answer.project_id not in told:
            told[answer.project_id] = (
                Text(
                    "checkin-round-up-row",
                    organisation=organisation.name,
                    progress=Text(f"checkin-progress-{answer.progress}"),
                ),
                said,
            )
    if not told:
        return Skip("nothing_to_tell")
    rows: list[Part] = []
    for row, said in sorted(told.values(), key=lambda entry: str(entry[0].values["organisation"])):
        rows += [row, *([Quote(said)] if said else [])]
    return Screen(
        Heading(Text("checkin-round-up-title")),
        *rows,
        Note(Text("checkin-round-up-note")),
        Button(Text("checkin-title"), "checkin.start"),
    )


async def _card(turn: Turn, *, asked: bool, moved: str = "") -> Outcome:
    project = await project_of(turn.db, turn.member.organisation_id)
    if project is None:
        return Screen(Text("checkin-no-project"))
    turn.listen("checkin.said")
    promised = await unasked(turn.db, turn.member.id)
    parts: list[Part] = [
        Heading(Text("checkin-title")),
        Text("checkin-intro", name=turn.person.name.split()[0]),
        Facts([(Text("checkin-project"), project.title)]),
    ]
    args: dict[str, Any] = {}
    if promised is not None:
        parts += [
            Text("checkin-you-promised"),
            Quote(promised.words),
            Choose("kept", Text("checkin-kept"), KEPT, compact=True),
        ]
        args["kept_promise"] = promised.id
    latest = await memory.latest_of(turn.db, turn.member.id)
    visibility = latest.visibility if latest else Visibility.COORDINATORS
    parts += _fields(None, moved, None, visibility)
    parts += [
        Ask("promise", Text("checkin-promise"), hint=Text("checkin-promise-hint")),
        Button(Text("checkin-save"), "checkin.save", style="positive", **args),
    ]
    if latest is not None:
        parts.append(Button(Text("checkin-same"), "checkin.same", with_inputs=False))
    if asked:
        parts += [
            Button(Text("checkin-later"), "checkin.later", with_inputs=False),
            Button(Text("checkin-rarer"), "checkin.rarer", with_inputs=False),
        ]
    parts.append(Button(Text("checkin-pause"), "checkin.pause", with_inputs=False))
    return Screen(*parts)


def _fields(
    progress: str | None, moved: str | None, help_wanted: str | None, visibility: str
) -> list[Part]:
    return [
        Choose(
            "progress",
            Text("checkin-where"),
            PROGRESS,
            [progress] if progress else [],
            required=True,
        ),
        Ask("moved", Text("checkin-moved"), moved or "", long=True),
        Ask("help_wanted", Text("checkin-help"), help_wanted or "", long=True),
        Choose("visibility", Text("checkin-visibility"), VISIBILITY, [visibility], compact=True),
    ]


def _thanks(answer: CheckIn) -> Screen:
    """Something comes back each time: what was noted, who sees it, and the next step."""
    parts: list[Part] = [
        Text("checkin-thanks-paused" if answer.progress == Progress.PAUSED else "checkin-thanks"),
        Facts(
            [
                (Text("checkin-where"), Text(f"checkin-progress-{answer.progress}")),
                *([(Text("checkin-moved-short"), answer.moved)] if answer.moved else []),
                *([(Text("checkin-help-short"), answer.help_wanted)] if answer.help_wanted else []),
                (Text("checkin-visibility"), Text(f"checkin-visibility-{answer.visibility}")),
            ]
        ),
    ]
    if answer.help_wanted:
        parts.append(
            Button(
                Text("checkin-find-help"),
                "who_knows.for_checkin",
                style="positive",
                checkin=answer.id,
            )
        )
    parts.append(Button(Text("checkin-edit"), "checkin.edit", checkin=answer.id))
    return Screen(*parts)


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
