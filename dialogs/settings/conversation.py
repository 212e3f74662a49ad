"""Change a setting by card or in one line; each change says what holds now and can be undone."""

from typing import Any, Literal

from dialogs.arguments import Codes, Line, YesNo
from dialogs.checkin.rules import less_often
from dialogs.onboarding.answers import held
from dialogs.onboarding.cards import field, spoken
from dialogs.onboarding.questions import PROJECT_PEOPLE, QUESTIONS, Question
from dialogs.onboarding.rules import NotTaken, preferred_days, taken
from dialogs.screen import Button, Facts, Heading, Note, Notice, Screen, Text, Words
from dialogs.settings import rules
from dialogs.settings.quiet_times import quiet_rows
from dialogs.texts import LANGUAGES, words_of
from dialogs.turn import Outcome, Turn

Language = Literal["fi", "sv", "en"]
A_POLITE_WORD = 2  # words behind the name of a language: "kiitos", "tack då"


async def show(turn: Turn, rest: Line = "") -> Screen:
    """Everything that can be set, with what holds now."""
    holds = await held(turn.db, turn.person, turn.member)
    return Screen(
        Heading(Text("settings-title")),
        Note(Text("onboarding-seen-by-self")),
        *(field(question, holds[question.id], {}) for question in _questions(turn)),
        *await _quiet(turn),
        Button(Text("onboarding-save-change"), "settings.save", style="positive"),
        Button(Text("settings-pause"), "settings.pause", with_inputs=False),
        Button(Text("my-data-title"), "my_data.show", with_inputs=False),
    )


async def save(
    turn: Turn, se1: Line = "", se2: Line = "", se3: Codes | None = None, se4: YesNo = None
) -> Outcome:
    """From the card; what is left empty stays, but no days means any day."""
    values = _taken(turn, se1=se1, se2=se2, se3=se3 or [], se4=se4)
    if values is None:
        return Notice(Text("help-check-the-fields"))
    given = {key: value for key, value in values.items() if value is not None or key == "se3"}
    return await _set(turn, **given)


async def put_back(
    turn: Turn, se1: Line, se2: Line, se3: Codes | None = None, se4: YesNo = None
) -> Outcome:
    """Exactly what held before a change."""
    values = _taken(turn, se1=se1, se2=se2, se3=se3 or [], se4=se4)
    return Notice(Text("help-check-the-fields")) if values is None else await _set(turn, **values)


async def language(turn: Turn, rest: Line = "", language: Language | None = None) -> Outcome:
    """ "Kieli ruotsi", in whatever language it is typed."""
    words = {code: words_of(f"settings-{code}-words") for code in LANGUAGES}
    code = language or (rules.language_in(rest, words) if rest else None)
    if code is None:
        return Screen(
            Text("settings-which-language"),
            *(Button(Text(f"settings-{c}"), "settings.language", language=c) for c in LANGUAGES),
        )
    return await _set(turn, se1=code)


async def finnish(turn: Turn, rest: Line = "") -> Outcome:
    return await _spoken_from_now_on(turn, "fi", rest)


async def swedish(turn: Turn, rest: Line = "") -> Outcome:
    return await _spoken_from_now_on(turn, "sv", rest)


async def english(turn: Turn, rest: Line = "") -> Outcome:
    return await _spoken_from_now_on(turn, "en", rest)


async def rarer(turn: Turn, rest: Line = "") -> Outcome:
    return await _set(turn, se2=str(less_often(turn.member.checkin_days)))


async def oftener(turn: Turn, rest: Line = "") -> Outcome:
    return await _set(turn, se2=str(rules.more_often(turn.member.checkin_days)))


async def _spoken_from_now_on(turn: Turn, code: Language, rest: str) -> Outcome:
    """A sentence that only begins with the name of a language is asked about first."""
    if len(rest.split()) > A_POLITE_WORD:
        return await language(turn)
    return await _set(turn, se1=code)


async def _set(turn: Turn, **values: Any) -> Screen:
    """Let the settings that are named take effect."""
    before = await held(turn.db, turn.person, turn.member)
    person, member = turn.person, turn.member
    person.language = values.get("se1") or person.language
    member.checkin_days = int(values.get("se2") or member.checkin_days)
    person.preferred_days = preferred_days(values.get("se3", person.preferred_days))
    member.critical_friend = values.get("se4", member.critical_friend)
    now = await held(turn.db, person, member)
    asked = _questions(turn)
    changed = any(now[question.id] != before[question.id] for question in asked)
    rows: list[tuple[Words, Words]] = [
        (Text(f"onboarding-{q.id}-short"), _spoken(q, now[q.id])) for q in asked
    ]
    before_it = {key: before[key] for key in ("se1", "se2", "se3", "se4")}
    undo = Button(Text("settings-undo"), "settings.put_back", **before_it)
    return Screen(
        Text("settings-changed" if changed else "settings-unchanged"),
        Facts(rows),
        *([undo] if changed else []),
        Button(Text("settings-title"), "settings.show"),
    )


def _taken(turn: Turn, **given: Any) -> dict[str, Any] | None:
    """The values of the settings this person has; None: one was never offered."""
    try:
        return {q.id: taken(q, given[q.id], ()) for q in _questions(turn)}
    except NotTaken:
        return None


def _spoken(question: Question, value: Any) -> Words:
    if question.id == "se3" and not value:
        return Text("onboarding-se3-any")
    return spoken(question, value, {})


async def _quiet(turn: Turn) -> list[Facts]:
    rows = await quiet_rows(turn)
    return [Facts(rows)] if rows else []


def _questions(turn: Turn) -> list[Question]:
    """Coordinators and experts are not asked how things are going."""
    mine = ("se1", "se2", "se3", "se4") if turn.member.role in PROJECT_PEOPLE else ("se1", "se3")
    return [QUESTIONS[key] for key in mine]
