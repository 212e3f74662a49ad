"""Being talked to: help, a greeting, nonsense, and the way to a human."""

from dialogs.help.conversation import (
    coordinator,
    from_participant,
    hello,
    not_understood,
    show,
    tell_coordinator,
    thanks,
)
from dialogs.turn import Step

STEPS: dict[str, Step] = {
    "help.show": show,
    "help.hello": hello,
    "help.thanks": thanks,
    "help.not_understood": not_understood,
    "help.coordinator": coordinator,
    "help.tell_coordinator": tell_coordinator,
    "help.from_participant": from_participant,
}
