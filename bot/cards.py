"""Draw a Screen as an Adaptive Card. The only file that knows the card schema.

Version 1.5, as Teams takes it from bots. People's own words never stand in a TextBlock, which
renders Markdown; they stand in a RichTextBlock, which does not.
"""

from collections.abc import Sequence
from typing import Any, Final, Literal

from microsoft_teams import cards as ac

from dialogs.screen import (
    Ask,
    AskDate,
    Button,
    Choose,
    Facts,
    Heading,
    Link,
    Note,
    Part,
    Quote,
    Screen,
    Text,
    Words,
)
from dialogs.texts import Reader, say

Json = dict[str, Any]
VERSION: Final = "1.5"
FORUM = "_forum"  # reserved in a button's data: which forum the card belongs to
STEP = "_step"  # reserved: the step, for clients that send Action.Submit


def draw(screen: Screen, readers: Sequence[Reader], forum: int | None = None) -> Json:
    """The card as JSON; with several readers (a channel) each language below the other."""
    body: list[ac.CardElement] = []
    actions: list[ac.Action] = []
    for number, reader in enumerate(readers):
        elements = [_element(p, reader) for p in screen.parts if not isinstance(p, Button | Link)]
        if number and elements:
            elements[0].separator, elements[0].spacing = True, "Large"
        body += elements
    labels = [part for part in screen.parts if isinstance(part, Button | Link)]
    for part in labels:
        title = " / ".join(dict.fromkeys(say(part.label, reader) for reader in readers))
        actions.append(_action(part, title, forum))
    card = ac.AdaptiveCard(
        version=VERSION,
        body=[*body, *_rows_of(actions)],
        lang=readers[0].language,
        fallback_text=plain(screen, readers[0]),
    )
    return card.model_dump(by_alias=True, exclude_none=True, mode="json")


def plain(screen: Screen, reader: Reader) -> str:
    """The first sentence, for notifications and for clients that cannot draw cards."""
    for part in screen.parts:
        if isinstance(part, Text | str):
            return say(part, reader)
        if isinstance(part, Heading):
            return say(part.text, reader)
    return ""


def _element(part: Part, reader: Reader) -> Any:
    match part:
        case Text() | str():
            return _text(part, reader)
        case Heading(text):
            return _text(text, reader, weight="Bolder", size="Medium", heading=True)
        case Note(text):
            return _text(text, reader, subtle=True)
        case Quote(words):
            return ac.Container(style="emphasis", items=[_runs(words)])
        case Facts(rows):
            return ac.Container(items=[_fact(label, value, reader) for label, value in rows])
        case Ask():
            field = ac.TextInput(
                id=part.name,
                label=say(part.label, reader),
                value=part.value or None,
                is_multiline=part.long,
                max_length=part.limit,
                is_required=part.required,
                error_message=_missing(reader) if part.required else None,
            )
            if part.hint is None:
                return field
            # Not a placeholder: a phone cuts it, and it is gone when one begins to write.
            hint = _text(part.hint, reader, size="Small", subtle=True)
            hint.spacing = "Small"
            return ac.Container(items=[field, hint])
        case AskDate():
            return ac.DateInput(
                id=part.name,
                label=say(part.label, reader),
                value=part.value or None,
                is_required=part.required,
                error_message=_missing(reader) if part.required else None,
            )
        case Choose():
            return ac.ChoiceSetInput(
                id=part.name,
                label=say(part.label, reader),
                choices=[
                    ac.Choice(title=_defused(say(title, reader)), value=code)
                    for code, title in part.options
                ],
                value=",".join(part.chosen) or None,
                is_multi_select=part.many,
                style="compact" if part.compact else "expanded",
                wrap=True,
                is_required=part.required,
                error_message=_missing(reader) if part.required else None,
            )
        case Button() | Link():
            raise TypeError("buttons are drawn last")


def _text(
    text: Words,
    reader: Reader,
    *,
    weight: Any = None,
    size: Any = None,
    subtle: bool | None = None,
    heading: bool = False,
) -> Any:
    sentence = say(text, reader)
    if _is_ours(text):
        return ac.TextBlock(
            text=sentence,
            wrap=True,
            weight=weight,
            size=size,
            is_subtle=subtle,
            style="heading" if heading else None,
        )
    return _runs(sentence, weight=weight, size=size, subtle=subtle)


def _is_ours(text: Words) -> bool:
    """Whether no word of it comes from people: then it may be a TextBlock."""
    if isinstance(text, str):
        return False
    return not any(
        isinstance(value, str | list | tuple) or (isinstance(value, Text) and not _is_ours(value))
        for value in text.values.values()
    )


def _runs(words: str, *, weight: Any = None, size: Any = None, subtle: bool | None = None) -> Any:
    run = ac.TextRun(text=words, weight=weight, size=size, is_subtle=subtle)
    return ac.RichTextBlock(inlines=list[Any]([run]))


def _fact(label: Words, value: Words, reader: Reader) -> Any:
    # A FactSet would render Markdown in people's words, and cuts long values on a phone.
    words = say(label, reader)
    runs = [
        ac.TextRun(
            text=f"{words} " if words.endswith(("?", ":")) else f"{words}: ", weight="Bolder"
        ),
        ac.TextRun(text=say(value, reader)),
    ]
    return ac.RichTextBlock(inlines=list[Any](runs), spacing="Small")


def _action(part: Button | Link, title: str, forum: int | None) -> Any:
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


def _rows_of(actions: list[Any]) -> list[Any]:
    """Teams shows six actions a card at most and hides longer rows on a phone."""
    return [ac.ActionSet(actions=actions[at : at + 6]) for at in range(0, len(actions), 6)]


def _missing(reader: Reader) -> str:
    return say(Text("help-field-missing"), reader)


def _defused(title: str) -> str:
    """A choice's title without Markdown: clients render it there and nothing turns it off."""
    for sign, harmless in (
        ("*", "∗"),
        ("_", "ˍ"),
        ("`", "ˋ"),
        ("[", "［"),
        ("]", "］"),
        ("<", "‹"),
    ):
        title = title.replace(sign, harmless)
    return title
