"""Answering a card: one input by its number and value, or all that a button takes, in turn."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from bot.development.chats import Place
from bot.development.plain_card import PlainCard, asking
from bot.development.plain_field import Field, Unfit, answer
from bot.development.talk.paper import Paper

CANCEL = "/cancel"

Json = dict[str, Any]


@dataclass
class OpenCard:
    """A card on the paper. It stays answerable, however old."""

    number: int
    place: Place
    conversation: str
    message: str
    plain: PlainCard


class Answering:
    def __init__(self, paper: Paper) -> None:
        self._paper = paper

    def fill(self, field: Field, value: str | None) -> None:
        """Keep an answer until a button takes it; asks for it when there is none yet."""
        try:
            if value is None:
                self._ask(field)
            else:
                field.value = answer(field, value)
        except Unfit as unfit:
            self._complain(field, unfit)
        except KeyboardInterrupt:
            self._paper.say("talk-cancelled")
        else:
            self._paper.say("talk-filled", label=field.label, value=_seen(field) or "–")

    def collect(self, fields: Iterable[Field]) -> Json | None:
        """Ask for each input in turn: what to send, or None when somebody would rather not."""
        fields = list(fields)
        try:
            if fields:
                self._paper.say("talk-guide")
            for field in fields:
                self._ask(field)
        except KeyboardInterrupt:
            self._paper.say("talk-cancelled")
            return None
        # As other clients do: empty texts and days are sent, choices that were not made are not.
        return {f.name: f.value for f in fields if f.value or f.kind in ("text", "date")}

    def _ask(self, field: Field) -> None:
        """Ask until the answer fits.

        Raises:
            KeyboardInterrupt: Ctrl-C, or /cancel.
        """
        while True:
            self._paper.lines(asking(field))
            typed = self._paper.ask(f"   {field.number} > ")
            if typed == CANCEL:
                raise KeyboardInterrupt
            try:
                field.value = answer(field, typed)
            except Unfit as unfit:
                self._complain(field, unfit)
            else:
                return

    def _complain(self, field: Field, unfit: Unfit) -> None:
        if unfit.why == "required" and field.error:
            self._paper.show(field.error)
        else:
            self._paper.say(f"talk-unfit-{unfit.why}")


def _seen(field: Field) -> str:
    titles = {value: title for title, value in field.options}
    return ", ".join(titles.get(part, part) for part in field.chosen)
