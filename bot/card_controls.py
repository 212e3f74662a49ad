"""The fields and buttons of a card, which stand there once for all who read it.

With several readers (a channel) what stands on them is said in each language, side by side.
"""

from collections.abc import Sequence
from typing import Any, Literal

from microsoft_teams import cards as ac

from bot.card_limits import BLANK, LONGEST_LABEL, LONGEST_TITLE, shown, without_markdown
from dialogs.screen import Ask, AskDate, Button, Choose, Link, Text, Words
from dialogs.texts import Reader, say

Json = dict[str, Any]
FORUM = "_forum"  # reserved in a button's data: which forum the card belongs to
STEP = "_step"  # reserved: the step, for clients that send Action.Submit


def field(part: Ask | AskDate | Choose, readers: Sequence[Reader]) -> Any:
    """A field to fill in."""
    common: dict[str, Any] = {
        "id": part.name,
        "label": joined(part.label, readers, LONGEST_LABEL),
        "is_required": part.required,
        "error_message": _missing(readers) if part.required else None,
    }
    match part:
        case Ask():
            return ac.TextInput(
                value=shown(part.value, part.limit) or None,
                is_multiline=part.long,
                max_length=part.limit,
                **common,
            )
        case AskDate():
            return ac.DateInput(value=part.value or None, **common)
        case Choose():
            return ac.ChoiceSetInput(
                choices=[_choice(code, title, readers) for code, title in part.options],
                value=",".join(part.chosen) or None,
                is_multi_select=part.many,
                style="compact" if part.compact else "expanded",
                wrap=True,
                **common,
            )


def _choice(code: str, title: Words, readers: Sequence[Reader]) -> ac.Choice:
    # Clients render Markdown here, and nothing turns it off.
    shown_title = without_markdown(joined(title, readers, LONGEST_TITLE))
    return ac.Choice(title=shown_title, value=code)


def action(part: Button | Link, readers: Sequence[Reader], forum: int | None) -> Any:
    """A button, with the step that it takes."""
    title = joined(part.label, readers, LONGEST_TITLE)
    if isinstance(part, Link):
        return ac.OpenUrlAction(title=title, url=part.address)
    data: Json = {**part.args, **({FORUM: forum} if forum is not None else {})}
    inputs: Literal["none"] | None = None if part.with_inputs else "none"
    style = None if part.style == "default" else part.style
    return ac.ExecuteAction(
        title=title,
        verb=part.step,
        data=data,
        style=style,
        associated_inputs=inputs,
        # Clients without Universal Actions send the same step as an ordinary message.
        fallback=ac.SubmitAction(
            title=title, data={**data, STEP: part.step}, style=style, associated_inputs=inputs
        ),
    )


def rows_of(actions: list[Any]) -> list[Any]:
    """Teams shows six actions a card at most and hides longer rows on a phone."""
    return [ac.ActionSet(actions=actions[at : at + 6]) for at in range(0, len(actions), 6)]


def joined(words: Words, readers: Sequence[Reader], most: int) -> str:
    """The same in every language, once when it is the same word."""
    said = [shown(say(words, reader), most) or BLANK for reader in readers]
    return said[0] if len(said) == 1 else " / ".join(dict.fromkeys(said))


def _missing(readers: Sequence[Reader]) -> str:
    return joined(Text("help-field-missing"), readers, LONGEST_LABEL)
