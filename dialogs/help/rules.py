"""What did a typed line mean? Exact words first, then typos, then the three nearest guesses."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz, process
from rapidfuzz.utils import default_process

SURE = 82  # similarity from which a typo is taken for the command itself (0..100)
GUESSES = 3
_LONG = 40  # a longer line is a sentence, not a mistyped command

Commands = Mapping[str, Sequence[str]]  # step -> its words in all languages


@dataclass(frozen=True)
class Command:
    step: str
    rest: str = ""  # what stood behind the command word


def exactly(said: str, commands: Commands) -> Command | None:
    """The command whose words are exactly this line, whatever the case and punctuation."""
    line, bare = normal(said), said.strip()  # a lone "?" is a word, too
    for step, words in commands.items():
        if any(word == bare or (line and line == normal(word)) for word in words):
            return Command(step)
    return None


def beginning(said: str, commands: Commands) -> Command | None:
    """The command whose words begin this line; the longest words win."""
    line = normal(said)
    found = [
        (len(normal(word)), step)
        for step, words in commands.items()
        for word in words
        if line.startswith(normal(word) + " ")
    ]
    if not found:
        return None
    length, step = max(found)
    words = len(line[:length].split())
    rest = re.split(r"\s+", said.strip(), maxsplit=words)
    return Command(step, rest[words].strip(" :,–-") if len(rest) > words else "")


def mistyped(said: str, commands: Commands) -> Command | None:
    """The command that this short line is a typo of."""
    if len(said) > _LONG or not normal(said):
        return None
    best = _ranked(said, commands, fuzz.ratio)
    return Command(best[0][0]) if best and best[0][1] >= SURE else None


def nearest(said: str, commands: Commands, among: Sequence[str]) -> list[str]:
    """Three steps (of `among`) that the line could have meant, likeliest first."""
    ranked = [step for step, _ in _ranked(said[:200], commands, fuzz.WRatio) if step in among]
    return [*ranked, *(step for step in among if step not in ranked)][:GUESSES]


def normal(said: str) -> str:
    return " ".join(str(default_process(said)).split())


def _ranked(said: str, commands: Commands, scorer: Callable[..., float]) -> list[tuple[str, float]]:
    best: dict[str, float] = {}
    for step, words in commands.items():
        found = process.extractOne(said, words, scorer=scorer, processor=default_process)
        if found and found[1] > 0:
            best[step] = found[1]
    return sorted(best.items(), key=lambda item: -item[1])
