"""Draw a Screen as an Adaptive Card. With card_controls the only file that knows the schema.

Version 1.5, as Teams takes it from bots. People's own words never stand in a TextBlock, which
renders Markdown; they stand in a RichTextBlock, which does not.
"""

from collections.abc import Sequence
from typing import Any, Final

from microsoft_teams import cards as ac

from bot.card_controls import action, field, joined, rows_of
from bot.card_limits import (
    BLANK,
    LONGEST,
    LONGEST_LABEL,
    LONGEST_TITLE,
    is_surely_small,
    shortened,
    shown,
    without_markdown,
)
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
_ON_A_PHONE = 24  # characters of a button's title; a phone cuts longer ones in a channel
_ACTIONS = (Button, Link)
_FIELDS = (Ask, AskDate, Choose)


def draw(screen: Screen, readers: Sequence[Reader], forum: int | None = None) -> Json:
    """The card as JSON; with several readers (a channel) each language below the other."""
    body: list[ac.CardElement] = []
    buttons = [part for part in screen.parts if isinstance(part, _ACTIONS)]
    apart = _read_apart(screen, buttons, readers)
    for number, reader in enumerate(readers):
        # A field is there once, whatever the number of languages around it.
        apart_from = _ACTIONS if number == 0 else _ACTIONS + _FIELDS
        elements = [
            _element(part, reader, readers)
            for part in screen.parts
            if not isinstance(part, apart_from) and not _is_empty(part)
        ]
        if number and elements:
            elements[0].separator, elements[0].spacing = True, "Large"
        body += elements
        if apart:
            body += rows_of([action(part, [reader], forum) for part in buttons])
    if not apart:
        body += rows_of([action(part, readers, forum) for part in buttons])
    card = ac.AdaptiveCard(
        version=VERSION,
        body=body,
        lang=readers[0].language,
        fallback_text=without_markdown(plain(screen, readers[0])),
    )
    drawn = card.model_dump(by_alias=True, exclude_none=True, mode="json")
    if is_surely_small(drawn["body"]):
        return drawn
    note = _runs(say(Text("help-did-not-fit"), readers[0]), subtle=True)
    return shortened(drawn, note.model_dump(by_alias=True, exclude_none=True, mode="json"))


def _is_empty(part: Part) -> bool:
    """Nothing to read or to choose from; clients draw an odd gap for it, or nothing at all."""
    match part:
        case Facts(rows):
            return not rows
        case Choose(options=options):
            return not options
    return False


def plain(screen: Screen, reader: Reader) -> str:
    """The first sentence, for notifications and for clients that cannot draw cards."""
    for part in screen.parts:
        match part:
            case Text() | str():
                words: Words = part
            case Heading(text) | Note(text):
                words = text
            case Quote(text):
                words = text
            case Facts(rows) if rows:
                words = rows[0][1]
            case Ask() | AskDate() | Choose() | Button() | Link():
                words = part.label
            case _:
                continue
        if said := shown(say(words, reader), LONGEST_LABEL):
            return said
    return ""


def _element(part: Part, reader: Reader, readers: Sequence[Reader]) -> Any:
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
            control = field(part, readers)
            if part.hint is None:
                return control
            # Not a placeholder: a phone cuts it, and it is gone when one begins to write.
            hint = _text(part.hint, reader, size="Small", subtle=True)
            hint.spacing = "Small"
            return ac.Container(items=[control, hint])
        case AskDate() | Choose():
            return field(part, readers)
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
    run = ac.TextRun(
        text=shown(words, LONGEST) or BLANK, weight=weight, size=size, is_subtle=subtle
    )
    return ac.RichTextBlock(inlines=list[Any]([run]))


def _fact(label: Words, value: Words, reader: Reader) -> Any:
    # A FactSet would render Markdown in people's words, and cuts long values on a phone.
    words, told = shown(say(label, reader), LONGEST_LABEL), shown(say(value, reader), LONGEST)
    words = words or BLANK
    if told:
        words += " " if words.endswith(("?", ":")) else ": "
    runs = [ac.TextRun(text=words, weight="Bolder"), *([ac.TextRun(text=told)] if told else [])]
    return ac.RichTextBlock(inlines=list[Any](runs), spacing="Small")


def _read_apart(
    screen: Screen, buttons: Sequence[Button | Link], readers: Sequence[Reader]
) -> bool:
    """Whether each language gets buttons of its own: two languages would not fit on one."""
    if len(readers) == 1 or any(isinstance(part, _FIELDS) for part in screen.parts):
        return False
    titles = (joined(part.label, readers, LONGEST_TITLE) for part in buttons)
    return any(len(title) > _ON_A_PHONE for title in titles)
