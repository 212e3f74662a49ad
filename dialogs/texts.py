"""Key and language to sentence, dates and lists included. The only file that knows Fluent."""

from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

from babel.dates import format_skeleton, format_time
from babel.lists import format_list
from fluent.runtime import FluentBundle, FluentResource

from dialogs.screen import Text, Words

LANGUAGES = ("fi", "sv", "en")
DIALOGS = Path(__file__).parent
LONGEST = 2000  # letters of one value in a sentence; Fluent gives up beyond 2500


@dataclass(frozen=True)
class Reader:
    """Who reads a text: in which language and time zone."""

    language: str = "fi"
    zone: str = "Europe/Helsinki"


def say(text: Words, reader: Reader, folder: Path = DIALOGS) -> str:
    """The sentence in the reader's language, from the .ftl files of a folder.

    Raises:
        KeyError: the key stands in no .ftl file, or a placeholder got no value.
    """
    if isinstance(text, str):
        return text
    if not text.values:
        return _always(text.key, reader.language, folder)
    values = {name: _spoken(value, reader, folder) for name, value in text.values.items()}
    return _sentence(text.key, reader.language, folder, values)


def words_of(key: str) -> list[str]:
    """Every variant of a command in every language: `tilanne | kuulumiset | …`."""
    everything = [say(Text(key), Reader(language)) for language in LANGUAGES]
    return [word.strip() for line in everything for word in line.split("|")]


def _spoken(value: object, reader: Reader, folder: Path) -> str | int:
    match value:
        case Text():
            return say(value, reader, folder)
        case datetime():
            local = value.astimezone(ZoneInfo(reader.zone))
            clock = format_time(local, "short", tzinfo=local.tzinfo, locale=reader.language)
            return f"{_spoken(local.date(), reader, folder)} {clock}"
        case date():
            return str(format_skeleton("yMMMEd", value, locale=reader.language))
        case int():
            return value
        case list() | tuple():
            spoken = [str(_spoken(v, reader, folder)) for v in value]
            return _not_too_long(str(format_list(spoken, locale=reader.language)))
        case _:
            return _not_too_long(str(value))


def _not_too_long(words: str) -> str:
    return words if len(words) <= LONGEST else f"{words[: LONGEST - 1].rstrip()}…"


@cache
def _always(key: str, language: str, folder: Path) -> str:
    """A sentence without placeholders, which most are."""
    return _sentence(key, language, folder, {})


def _sentence(key: str, language: str, folder: Path, values: dict[str, str | int]) -> str:
    bundle = _bundle(folder, language)
    pattern = bundle.get_message(key).value
    if pattern is None:
        raise KeyError(key)
    sentence, errors = bundle.format_pattern(pattern, values)
    if errors:
        raise KeyError(f"{key} ({language}): {errors[0]}")
    return str(sentence)


@cache
def _bundle(folder: Path, language: str) -> FluentBundle:
    bundle = FluentBundle([language], use_isolating=False)
    for path in sorted(folder.glob(f"**/{language}.ftl")):
        bundle.add_resource(FluentResource(path.read_text("utf-8")))
    return bundle
