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
    Command("critical_friend.start", "critical-friend-title", "critical-friend-words"),
    Command(
        "critical_friend.see",
        "critical-friend-rounds-title",
        "critical-friend-rounds-words",
        coordinators=True,
    ),
    Command(
        "critical_friend.question",
        "critical-friend-question",
        "critical-friend-question-words",
        offered=False,
    ),
    Command("overview.show", "overview-title", "overview-words", coordinators=True),
    Command("onboarding.start", "onboarding-title", "onboarding-words"),
    Command("my_data.show", "my-data-title", "my-data-words"),
    Command("onboarding.roles", "onboarding-roles-title", "onboarding-roles-words", True, True),
    Command("settings.show", "settings-title", "settings-words"),
    Command("settings.pause", "settings-pause", "settings-pause-words"),
    Command("my_data.erase", "my-data-erase", "my-data-erase-words", offered=False),
    Command("my_data.come_back", "my-data-come-back", "my-data-come-back-words", offered=False),
    Command("settings.end_pause", "settings-end-pause", "settings-end-pause-words", offered=False),
    Command("settings.resume", "settings-resume", "settings-resume-words", offered=False),
    Command("settings.rarer", "settings-rarer-title", "settings-rarer-words"),
    Command("settings.oftener", "settings-oftener-title", "settings-oftener-words", offered=False),
    Command("settings.language", "settings-language-title", "settings-language-words"),
    Command("settings.finnish", "settings-fi", "settings-fi-words", offered=False),
    Command("settings.swedish", "settings-sv", "settings-sv-words", offered=False),
    Command("settings.english", "settings-en", "settings-en-words", offered=False),
    Command("setup.start", "setup-title", "setup-words", coordinators=True),
    Command("help.coordinator", "help-coordinator-title", "help-coordinator-words"),
    Command("welcome.rules", "welcome-rules-title", "welcome-rules-words", offered=False),
    Command("welcome.privacy", "welcome-privacy-title", "welcome-privacy-words", offered=False),
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
