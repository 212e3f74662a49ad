"""Setting up is a row of cards, one at a time; this is the way from one to the next."""

from collections.abc import Awaitable, Callable

from dialogs.screen import Button, Screen, Text
from dialogs.setup import rules
from dialogs.turn import Outcome, Turn
from storage.forum import Phase

Card = Callable[[Turn], Awaitable[Outcome]]
CARDS: dict[str, Card] = {}


def card(name: str) -> Callable[[Card], Card]:
    """Give a card its place (`rules.CARDS`)."""

    def remember(show: Card) -> Card:
        CARDS[name] = show
        return show

    return remember


async def go_on(turn: Turn, after: str) -> Outcome:
    """The next card nobody has been at; in a forum that is open already, what can be changed."""
    turn.stop_listening()
    if turn.forum.phase != Phase.SETUP:
        return menu("setup-saved")
    reached = max(turn.forum.setup_card, rules.next_card(after), key=rules.CARDS.index)
    turn.forum.setup_card = reached
    return await CARDS[reached](turn)


def menu(why: str) -> Screen:
    """Everything that can be changed, under a sentence of ours."""
    changes = (c for c in rules.CARDS if c != "summary")
    return Screen(Text(why), *(Button(Text(f"setup-{c}-title"), f"setup.{c}") for c in changes))


def ways_on(name: str) -> list[Button]:
    """The buttons below each card, besides its own."""
    return [
        Button(Text("setup-skip"), "setup.skip", with_inputs=False, card=name),
        Button(Text("setup-later"), "setup.later", with_inputs=False),
    ]
