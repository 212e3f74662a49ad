"""Every step of every conversation, by name. A new conversation is one more line here.

Step names are promises: cards stay clickable for ever, so a name is never reused.
"""

import logging
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from pydantic import ValidationError

from dialogs import (
    arrival,
    checkin,
    critical_friend,
    help,
    my_data,
    onboarding,
    overview,
    settings,
    setup,
    welcome,
    who_knows,
)
from dialogs.arguments import arguments_of, clean
from dialogs.commands import commands
from dialogs.days.rules import span_in
from dialogs.help import rules
from dialogs.screen import Notice, Text
from dialogs.turn import Outcome, Refused, Step, Turn, check_permission, is_promised, is_public
from storage.outbox import Doubt, Kind, promise

log = logging.getLogger(__name__)

CONVERSATIONS = (
    help,
    checkin,
    onboarding,
    my_data,
    settings,
    who_knows,
    critical_friend,
    overview,
    arrival,
    setup,
    welcome,
)
STEPS: dict[str, Step] = {
    name: step for conversation in CONVERSATIONS for name, step in conversation.STEPS.items()
}


async def take(turn: Turn, name: str, args: Mapping[str, Any]) -> Outcome:
    """Run a step with arguments from outside: permission and types are checked first."""
    step = STEPS.get(name)
    if step is None or (is_promised(step) and not turn.promised):
        return Notice(Text("help-old-card"))
    try:
        check_permission(turn, step)
        checked = arguments_of(step).model_validate(dict(args))
        if turn.place == "channel" and turn.who is not None and not is_public(step):
            given = {key: args[key] for key in checked.model_fields_set}
            return await _answer_privately(turn, name, given)
        outcome = await step(turn, **checked.__dict__)
    except Refused as refused:
        return Notice(refused.why, refused=True)
    except ValidationError as error:
        log.info("refused arguments of %s: %s", name, [e["type"] for e in error.errors()])
        return Notice(Text("help-check-the-fields"), refused=True)
    return outcome


def may_take(turn: Turn, name: str) -> bool:
    """Whether this person may take the step: asked before something costly is done for it."""
    try:
        check_permission(turn, STEPS[name])
    except Refused:
        return False
    return True


async def hear(turn: Turn, said: str) -> Outcome:
    """Take the step that a typed line means."""
    said = clean(said)[:4000]
    if not said:  # only the bot's name, or a picture
        return await take(turn, "help.show", {})
    command = rules.exactly(said, commands()) or _pause(turn, said)
    if command is None and (heard := listening(turn)) is not None:
        step, args = heard
        turn.stop_listening()
        return await take(turn, step, {**args, "said": said})
    command = command or rules.beginning(said, commands()) or rules.mistyped(said, commands())
    if command is None:
        return await take(turn, "help.not_understood", {"said": said})
    return await take(turn, command.step, {"rest": command.rest})


def _pause(turn: Turn, said: str) -> rules.Command | None:
    """ "Tauko 15.1. asti" is a pause, also while another question waits for an answer."""
    command = rules.beginning(said, {"settings.pause": commands()["settings.pause"]})
    return command if command and span_in(command.rest, turn.today) else None


def listening(turn: Turn) -> tuple[str, dict[str, Any]] | None:
    """The step that waits for this person's next line; only in the personal chat."""
    waits = turn.who.listening if turn.who and turn.place == "personal" else None
    if waits is None or waits["until"] < turn.now.isoformat():
        return None
    return waits["step"], waits["args"]


async def _answer_privately(turn: Turn, name: str, args: Mapping[str, Any]) -> Outcome:
    """What is personal is said in the personal chat, wherever it was asked for."""
    _ = turn.member  # a message to nobody in particular would go to the channel
    kind = Kind(name, initiative=False, doubt=Doubt.RESEND, lives=timedelta(hours=1))
    at = turn.now.isoformat()
    await promise(turn.db, kind, turn.forum.id, turn.person.id, turn.now, at, **args)
    return Notice(Text("help-answered-privately"))
