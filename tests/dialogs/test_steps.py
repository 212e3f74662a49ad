"""Names of steps are promises, and what Vertti says of its own accord is not for pressing."""

import ast
from collections.abc import Iterator
from inspect import Parameter, signature
from pathlib import Path

import pytest

from dialogs.arguments import arguments_of
from dialogs.commands import COMMANDS
from dialogs.steps import CONVERSATIONS, STEPS
from dialogs.turn import is_promised

DIALOGS = Path(__file__).parents[2] / "dialogs"


def calls(*names: str) -> Iterator[ast.Call]:
    """Every call of these in the dialogs."""
    for file in sorted(DIALOGS.rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            match node:
                case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name)) if name in names:
                    yield node


def steps_named_in(*names: str) -> set[str]:
    return {
        argument.value
        for call in calls(*names)
        for argument in [*call.args, *(k.value for k in call.keywords if k.arg == "step")]
        if isinstance(argument, ast.Constant) and argument.value in STEPS
    }


PROMISED = steps_named_in("Kind", "replace")
PRESSED = steps_named_in("Button", "listen") | {command.step for command in COMMANDS}


def test_every_conversation_names_its_steps_by_its_own_name() -> None:
    for conversation in CONVERSATIONS:
        name = conversation.__name__.rpartition(".")[2]
        assert all(step.startswith(f"{name}.") for step in conversation.STEPS)
    assert len(STEPS) == sum(len(conversation.STEPS) for conversation in CONVERSATIONS)


@pytest.mark.parametrize("name", sorted(PRESSED | PROMISED))
def test_every_step_that_a_button_or_a_promise_names_is_there(name: str) -> None:
    assert name in STEPS


@pytest.mark.parametrize("name", sorted(PROMISED - PRESSED))
def test_what_is_only_promised_cannot_be_pressed(name: str) -> None:
    """Its arguments may name other people, so outside input must not reach it."""
    if not arguments_of(STEPS[name]).model_fields:
        return  # says what is for the person who presses anyhow
    assert is_promised(STEPS[name]), f"{name}: mark it with @promised (dialogs/turn.py)"


@pytest.mark.parametrize("name", sorted(PRESSED))
def test_what_can_be_pressed_is_not_kept_for_promises(name: str) -> None:
    assert not is_promised(STEPS[name])


@pytest.mark.parametrize("name", sorted(STEPS))
def test_a_step_takes_its_turn_and_arguments_with_types(name: str) -> None:
    first, *others = signature(STEPS[name]).parameters.values()
    assert first.name == "turn"
    assert {p.name for p in others} == set(arguments_of(STEPS[name]).model_fields)
    for parameter in others:
        assert parameter.kind in (Parameter.POSITIONAL_OR_KEYWORD, Parameter.KEYWORD_ONLY)
        assert not parameter.name.startswith("_")  # reserved for what every card carries
