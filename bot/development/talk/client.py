"""The terminal client's conversation with the one who sits at it."""

import re
from collections.abc import Callable
from datetime import datetime
from itertools import count
from typing import Any

from bot.development.chats import Place
from bot.development.plain_card import Button, clean, read
from bot.development.talk.answering import Answering, OpenCard
from bot.development.talk.connection import Connection, Unreachable
from bot.development.talk.paper import Paper
from dialogs.texts import Reader

CARD = "application/vnd.microsoft.card.adaptive"
NUMBER = re.compile(r"(?:(\d{1,6})\.)?(\d{1,4})(?:\s*=\s*(.*))?", re.DOTALL)

Json = dict[str, Any]


class Client:
    def __init__(self, paper: Paper, connection: Connection, me: Json) -> None:
        self._paper, self._connection, self._me = paper, connection, me
        self._place: Place = "personal"
        self._cards: list[OpenCard] = []  # the newest first
        self._numbers = count(1)
        self._answering = Answering(paper)
        self._commands: dict[str, Callable[[str], None]] = {
            "/personal": lambda _: self._go("personal"),
            "/channel": lambda _: self._go("channel"),
            "/clock": self._clock,
            "/who": self._who,
            "/say": self._say,
            "/help": lambda _: self._paper.say("talk-help"),
        }

    def run(self) -> None:
        """Read lines until the last one."""
        self._who("")
        self._paper.say("talk-help-short")
        while True:
            try:
                typed = self._paper.ask(self._prompt())
                if typed == "/quit":
                    break
                self._do(typed)
            except (EOFError, KeyboardInterrupt):
                break
            except Unreachable:
                self._paper.say("talk-not-now")
        self._paper.say("talk-bye")

    def heard(self, frame: Json) -> None:
        """A frame of the connection; in its thread."""
        if frame["kind"] != "message":
            self._paper.say(f"talk-{frame['kind']}")
            return
        activity, place = frame["activity"], frame["place"]
        cards = [a["content"] for a in activity.get("attachments") or []]
        sender = str((activity.get("from") or {}).get("name") or "Vertti")
        if activity.get("text"):
            channel = "#" if place == "channel" else ""
            self._paper.show(f"{channel}{clean(sender)}: {clean(activity['text'])}")
        for card in cards:
            self._open(card, place, frame["conversation"], frame["id"])

    def _prompt(self) -> str:
        where = "" if self._place == "personal" else " @Vertti"
        return f"{self._me['name'].split()[0]}{where} > "

    def _do(self, typed: str) -> None:
        command, _, rest = typed.partition(" ")
        if not typed:
            return
        if typed.startswith("/"):
            self._commands.get(command, self._unknown)(rest.strip())
        elif (found := NUMBER.fullmatch(typed)) and self._cards:
            self._point(found[1], int(found[2]), found[3])
        else:
            self._say(typed)

    def _unknown(self, _: str) -> None:
        self._paper.say("talk-no-command")

    def _say(self, words: str) -> None:
        self._took(self._connection.do({"say": words, "place": self._place}))

    def _point(self, card: str | None, number: int, value: str | None) -> None:
        """Press the button or answer the input of that number; on the newest card, or on `card`."""
        here = [c for c in self._cards if c.place == self._place]
        chosen = next((c for c in here if card in (None, str(c.number))), None)
        field, button = chosen.plain.at(number) if chosen else (None, None)
        if field is not None:
            self._answering.fill(field, value)
        elif button is not None and chosen is not None:
            self._press(chosen, button)
        else:
            self._paper.say("talk-no-number", number=number)

    def _press(self, card: OpenCard, button: Button) -> None:
        kind = button.action["type"]
        if kind not in ("Action.Execute", "Action.Submit"):
            self._paper.say("talk-outside", address=clean(button.action.get("url")) or "–")
            return
        given = self._answering.collect(button.fields)
        if given is None:
            return
        action = {
            "type": kind,
            "title": button.title,
            "verb": button.action.get("verb"),
            "data": {**(button.action.get("data") or {}), **given},
        }
        frame = {"press": action, "conversation": card.conversation, "message": card.message}
        self._took(self._connection.do(frame), card)

    def _took(self, came: Json, card: OpenCard | None = None) -> None:
        """What came of something done: for a button, often another card."""
        self._paper.reader = Reader(came["language"])
        body = came.get("body") or {}
        if came["status"] != 200:
            self._paper.say("talk-refused", status=came["status"])
        elif card and body.get("type") == CARD:
            self._open(body["value"], card.place, card.conversation, card.message)
        elif isinstance(body.get("value"), str):
            self._paper.show(f"Vertti: {clean(body['value'])}")

    def _open(self, content: Json, place: Place, conversation: str, message: str) -> None:
        card = OpenCard(next(self._numbers), place, conversation, message, read(content))
        self._cards.insert(0, card)
        self._paper.card(
            self._paper.words(f"talk-card-{place}", number=card.number), card.plain.lines
        )

    def _go(self, place: Place) -> None:
        self._place = place
        self._paper.say(f"talk-in-{place}")

    def _clock(self, forward: str) -> None:
        came = self._connection.clock(forward or None)
        if "error" in came:
            self._paper.say("talk-clock-how")
            return
        now = datetime.fromisoformat(came["now"])
        self._paper.say("talk-clock-now", now=now)
        if "arrived" in came:
            self._paper.say("talk-clock-arrived", count=came["arrived"])

    def _who(self, _: str) -> None:
        everybody = self._connection.everybody()
        me = next(row for row in everybody if row["key"] == self._me["key"])
        self._paper.reader = Reader(me["language"])
        self._paper.say(
            "talk-you-are",
            name=me["name"],
            id=me["key"],
            role=self._paper.words(f"talk-role-{me['role']}"),
            museum=me["museum"] or "–",
        )
        others = [f"{r['name']} ({r['key']})" for r in everybody if r["present"] and r is not me]
        if others:
            self._paper.say("talk-others", names=others)
