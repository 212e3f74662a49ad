"""What one can say to Vertti: each command with its title and its words in every language."""

from dataclasses import dataclass
from functools import cache

from dialogs.texts import words_of


@dataclass(frozen=True)
class Command:
    step: str
    title: str  # key of what stands on its button
    words: str  # key of `one | two | three`: what people type
    offered: bool = True  # shown in help and among the guesses
    coordinators: bool = False


COMMANDS = (
    Command("checkin.start", "checkin-title", "checkin-words"),
    Command("checkin.project", "checkin-our-project", "checkin-our-project-words"),
    Command("who_knows.start", "who-knows-title", "who-knows-words"),
    Command("overview.show", "overview-title", "overview-words", coordinators=True),
    Command("help.coordinator", "help-coordinator-title", "help-coordinator-words"),
    Command("help.show", "help-title", "help-words", offered=False),
    Command("help.hello", "help-title", "help-hello-words", offered=False),
    Command("help.thanks", "help-title", "help-thanks-words", offered=False),
)


@cache
def commands() -> dict[str, list[str]]:
    """Step to the words that call it, in all languages."""
    return {command.step: words_of(command.words) for command in COMMANDS}


def offered(coordinator: bool) -> list[Command]:
    """What to offer to somebody who asks, or who was not understood."""
    return [c for c in COMMANDS if c.offered and (coordinator or not c.coordinators)]
