"""What goes back to Teams: a message with a card, or the answer to a pressed button."""

from collections.abc import Callable
from typing import Any

from bot.cards import draw, plain
from bot.teams.activity import message
from dialogs.screen import Notice, Screen, Skip, Text
from dialogs.texts import Reader, say
from dialogs.turn import Outcome

Json = dict[str, Any]
# None for the outcome: this activity was acted on before.
Show = Callable[[Outcome | None, list[Reader], int | None], Json | None]
CARD = "application/vnd.microsoft.card.adaptive"
MESSAGE = "application/vnd.microsoft.activity.message"


def as_message(outcome: Outcome | None, readers: list[Reader], forum: int | None) -> Json | None:
    """A message with a card; nothing for what was acted on before."""
    if outcome is None or isinstance(outcome, Skip):
        return None
    screen = Screen(outcome.text) if isinstance(outcome, Notice) else outcome
    return message(draw(screen, readers, forum), plain(screen, readers[0]))


def as_answer(outcome: Outcome | None, readers: list[Reader], forum: int | None) -> Json:
    """The next card, or a sentence beside the one that was pressed."""
    match outcome:
        case Screen():
            return {"statusCode": 200, "type": CARD, "value": draw(outcome, readers, forum)}
        case Notice(text):
            return beside(text, readers[0])
        case _:
            return beside(Text("help-already-done"), readers[0])


def beside(text: Text, reader: Reader) -> Json:
    """The answer to a press that leaves the card as it is."""
    return {"statusCode": 200, "type": MESSAGE, "value": say(text, reader)}
