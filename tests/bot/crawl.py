"""Walks through Vertti as curious people would: every button, with fields filled and empty.

A walker starts from what people type and from what comes due, presses whatever is offered, and
keeps every Screen with the step that said it. What is stored in passing makes new things come
due, so that the clock brings up the rest.
"""

from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import col, select

from dialogs.screen import Ask, AskDate, Button, Choose, Notice, Screen, Text
from dialogs.steps import CONVERSATIONS, hear, listening, take
from dialogs.turn import Outcome, Turn
from storage.database import Database, Transaction
from storage.forum import Forum
from storage.outbox import Prompt, Status
from storage.people import Membership, Person, who_is

Args = dict[str, Any]
# Whatever people may write: Markdown, HTML, mentions, links, lists, turned letters, emoji.
WORDS = (
    "*lihava* _vino_ `koodi` [linkki](https://evil.example) <b>html</b> <at>Bo</at> &lt; #1\n"
    "- lista\n1. toinen \u202eylösalaisin\u202c \x07 ääkkösiä 😀👩‍👩‍👧 "
)


@dataclass(frozen=True)
class Press:
    person: int
    step: str
    args: Args
    key: tuple[Any, ...]


@dataclass
class Walker:
    transaction: Transaction
    now: datetime
    thorough: set[int]  # people who press every button; others press what they are told to
    last: frozenset[str] = frozenset()  # steps that nobody takes before the walk is over
    drawn: dict[str, list[Screen]] = field(default_factory=dict)  # by step
    noticed: list[Text] = field(default_factory=list)
    newest: dict[tuple[int, str], tuple[Screen, Button]] = field(default_factory=dict)
    _known: set[tuple[Any, ...]] = field(default_factory=set)
    _todo: deque[Press] = field(default_factory=deque)

    async def choose(self, person: int, step: str, **inputs: Any) -> Outcome:
        """Press the button to this step on the newest card that has one."""
        screen, button = self.newest[person, step]
        filled = next(fillings(screen, self.now)) if button.with_inputs else {}
        outcome = await self.take(person, step, {**filled, **inputs, **button.args})
        self._offered(person, outcome)
        return outcome

    async def offer(self, person: int, step: str, args: Args) -> Outcome:
        """Take a step and remember the buttons that it offers."""
        outcome = await self.take(person, step, args)
        self._offered(person, outcome)
        return outcome

    async def promised(self, person: int, step: str, args: Args, forum: int) -> Outcome:
        """The same of Vertti's own accord."""
        outcome = await self.take(person, step, args, forum)
        self._offered(person, outcome)
        return outcome

    async def as_stranger(self, who: Person, step: str, args: Args | None = None) -> Outcome:
        """Somebody who belongs to no forum; they are not stored."""
        async with self.transaction() as db:
            outcome = await take(Turn(db, self.now, who, None), step, args or {})
        self._keep(step, outcome)
        return outcome

    async def say(self, person: int, words: str) -> Outcome:
        """Type a line, which a step may be waiting for."""
        async with self.transaction() as db:
            turn = await self._turn(db, person, None)
            waiting = listening(turn)
            outcome = await hear(turn, words)
        self._keep(waiting[0] if waiting else "help.not_understood", outcome)
        self._offered(person, outcome)
        return outcome

    async def type(self, people: Sequence[int], steps: Sequence[str]) -> None:
        """Everybody says every command, bare and with words behind it."""
        for person in people:
            for step in steps:
                self._plan(person, step, {})
                self._plan(person, step, {"rest": WORDS})
                self._plan(person, step, {"said": WORDS})
        await self.press()

    async def press(self) -> None:
        """Whatever has been offered and not been pressed, until nothing new comes."""
        while self._todo:
            one = self._todo.popleft()
            self._offered(one.person, await self.take(one.person, one.step, one.args))

    async def go_on(self, days: float) -> None:
        """Let time pass, promise what is due, say it, and press what it offers."""
        self.now += timedelta(days=days)
        async with self.transaction() as db:
            forums = (await db.exec(select(Forum))).all()
        for forum in forums:
            for conversation in CONVERSATIONS:
                if (due := getattr(conversation, "due", None)) is not None:
                    async with self.transaction() as db:
                        await due(db, await db.get_one(Forum, forum.id), self.now)
        while prompts := await self._due():
            for prompt in prompts:
                await self._say(prompt)
            await self.press()

    async def _due(self) -> list[Prompt]:
        wanted = select(Prompt).where(Prompt.status == Status.WAITING, Prompt.due <= self.now)
        async with self.transaction() as db:
            return list((await db.exec(wanted.order_by(col(Prompt.id)).limit(50))).all())

    async def _say(self, prompt: Prompt) -> None:
        async with self.transaction() as db:
            kept = await db.get_one(Prompt, prompt.id)
            kept.status, kept.finished = Status.DELIVERED, self.now
        outcome = await self.take(prompt.person_id, prompt.step, prompt.args, prompt.forum_id)
        if prompt.person_id is not None:
            self._offered(prompt.person_id, outcome)

    async def take(
        self, person: int | None, step: str, args: Args, promised_in: int | None = None
    ) -> Outcome:
        async with self.transaction() as db:
            turn = await self._turn(db, person, promised_in)
            outcome = await take(turn, step, args)
            if isinstance(outcome, Notice) and outcome.refused:
                await db.rollback()
        self._keep(step, outcome)
        return outcome

    def _keep(self, step: str, outcome: Outcome) -> None:
        if isinstance(outcome, Screen):
            self.drawn.setdefault(step, []).append(outcome)
        if isinstance(outcome, Notice):
            self.noticed.append(outcome.text)

    async def _turn(self, db: Database, person: int | None, promised_in: int | None) -> Turn:
        if person is None:
            home = await db.get_one(Forum, promised_in)
            return Turn(db, self.now, None, None, "channel", home, promised=True)
        who = await db.get_one(Person, person)
        _, belongs = await who_is(db, who.tenant_id, who.aad_object_id)
        here: tuple[Membership, Forum] | None = belongs[0] if belongs else None
        return Turn(db, self.now, who, here, promised=promised_in is not None)

    def _offered(self, person: int, outcome: Outcome) -> None:
        if not isinstance(outcome, Screen):
            return
        buttons = [part for part in outcome.parts if isinstance(part, Button)]
        self.newest |= {(person, button.step): (outcome, button) for button in buttons}
        for button in buttons if person in self.thorough else ():
            for filled in fillings(outcome, self.now) if button.with_inputs else [{}]:
                self._plan(person, button.step, {**filled, **button.args})

    def _plan(self, person: int, step: str, args: Args) -> None:
        if step in self.last:
            return
        key = (person, step, *sorted((name, _kind(value)) for name, value in args.items()))
        if key not in self._known:
            self._known.add(key)
            self._todo.append(Press(person, step, args, key))


def fillings(screen: Screen, now: datetime) -> Iterator[Args]:
    """What may stand in the fields of a screen: as offered, nothing, everything, each choice."""
    fields = [part for part in screen.parts if isinstance(part, Ask | AskDate | Choose)]
    yield {part.name: _offered_value(part) for part in fields}
    if not fields:
        return
    full = {part.name: _full_value(part, n, now) for n, part in enumerate(fields)}
    yield full
    yield {part.name: "" for part in fields}
    for part in fields:
        if isinstance(part, Choose) and len(part.options) <= 8:
            for code, _ in part.options:
                yield {**full, part.name: code}


def _offered_value(part: Ask | AskDate | Choose) -> str:
    return ",".join(part.chosen) if isinstance(part, Choose) else part.value


def _full_value(part: Ask | AskDate | Choose, number: int, now: datetime) -> str:
    match part:
        case Ask(limit=limit):
            return (WORDS * 20)[:limit]
        case AskDate():
            return (now.date() + timedelta(days=14 * (number + 1))).isoformat()
        case Choose(options=options, many=many):
            codes = [code for code, _ in options]
            return ",".join(codes[:3] if many else codes[number % len(codes) :][:1])


def _kind(value: object) -> str:
    """What makes a press different: codes do, ids and long words do not."""
    if isinstance(value, bool) or (isinstance(value, str) and len(value) < 24):
        return str(value)
    return f"some {type(value).__name__}"
