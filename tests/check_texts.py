"""Proves that texts are complete, used, alike in all languages, and worded as agreed.

`python -m tests.check_texts` prints what is wrong, a line each, and fails if anything is.
"""

import ast
import re
import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from dialogs.commands import commands
from dialogs.help.rules import normal
from tests.fluent_files import LANGUAGES, Message, read

PRODUCT = Path(__file__).parents[1]
KEY = re.compile(r"[a-z]+(?:-[a-z0-9_]+)+")
CODE = "[A-Za-z0-9_]+"  # what an f-string may put into a key, besides the words of its file
PART = re.compile(r"-?[a-z0-9_]+(?:-[a-z0-9_]+)*")
MARKDOWN = re.compile(r"[*_`#~<>]|\]\(|^\s*(?:[-+]|\d+\.) ", re.MULTILINE)
# A name cannot be inflected by what is stuck to it: "{ $museum }n", "{ $nimi }:lle".
SUFFIX = re.compile(r"\}:?[a-zåäö]")


@dataclass
class Uses:
    """What a folder's code asks for."""

    words: set[str] = field(default_factory=set)  # every string that looks like a key
    patterns: dict[str, str] = field(default_factory=dict)  # of f-strings, and how they look
    texts: list[tuple[str, str, set[str]]] = field(default_factory=list)  # place, key, values


def main() -> None:
    found = list(problems(PRODUCT)) + list(two_meanings(commands()))
    print("\n".join(found) or "texts: all there, alike and used")
    sys.exit(1 if found else 0)


def problems(product: Path) -> Iterator[str]:
    """Everything that is wrong below a product's folder."""
    for folder in _roots(product):
        texts, unreadable = read(folder)
        yield from unreadable
        yield from alike(texts)
        yield from wording(texts)
        users = [folder, product / "bot"] if folder == product / "dialogs" else [folder]
        yield from usage(texts, uses(users, product))


def alike(texts: Mapping[str, Mapping[str, Message]]) -> Iterator[str]:
    """Each key in all languages, with the same placeholders."""
    for key in sorted(set().union(*texts.values())):
        there = {language: texts[language][key] for language in texts if key in texts[language]}
        for language in sorted(LANGUAGES - there.keys()):
            yield f"{key}: missing in {language}"
        if len({message.placeholders for message in there.values()}) > 1:
            each = ", ".join(f"{k} {sorted(m.placeholders)}" for k, m in sorted(there.items()))
            yield f"{key}: placeholders differ: {each}"


def wording(texts: Mapping[str, Mapping[str, Message]]) -> Iterator[str]:
    """What a machine can tell about the tone and the typography."""
    for language, messages in texts.items():
        for key, message in messages.items():
            for wrong in _worded_wrong(key, language, message.variants):
                yield f"{key} ({language}): {wrong}"


def _worded_wrong(key: str, language: str, variants: Sequence[str]) -> Iterator[str]:
    for text in variants:
        if not text.strip():
            yield "empty"
        if text.count("!") > 1:
            yield "more than one exclamation mark"
        if MARKDOWN.search(text):
            yield "a sign of Markdown or HTML"
        if language == "fi" and SUFFIX.search(text):
            yield "a placeholder is inflected"
        if key.endswith("-words") and "|" in text:
            words = [word.strip() for word in text.split("|")]
            if text != text.lower():
                yield "typed words are in lower case"
            if len(set(words)) < len(words) or "" in words:
                yield "a word stands twice, or none"


def usage(texts: Mapping[str, Mapping[str, Message]], used: Uses) -> Iterator[str]:
    """No key that nobody uses, and none used that is not there."""
    keys = set().union(*texts.values())
    prefixes = {_prefix(key) for key in keys}
    patterns = {re.compile(pattern): looks for pattern, looks in used.patterns.items()}
    made = {key for key in keys if any(pattern.fullmatch(key) for pattern in patterns)}
    for key in sorted(keys - used.words - made):
        yield f"{key}: not used"
    for word in sorted(used.words - keys):
        if _prefix(word) not in prefixes or not KEY.fullmatch(word):
            continue
        if not any(key.endswith(f"-{word}") for key in made):  # put into a longer key
            yield f"{word}: used but not there"
    for pattern, looks in patterns.items():
        if _prefix(looks) in prefixes and not any(map(pattern.fullmatch, keys)):
            yield f"{looks}: used but no such key"
    for place, key, values in used.texts:
        for messages in texts.values():
            if key in messages and messages[key].placeholders != values:
                wanted = sorted(messages[key].placeholders)
                yield f"{place}: {key} wants {wanted}, not {sorted(values)}"
                break


def two_meanings(commands: Mapping[str, Sequence[str]]) -> Iterator[str]:
    """No word may call two commands, in whatever language."""
    called: dict[str, set[str]] = defaultdict(set)
    for step, words in commands.items():
        for word in words:
            called[normal(word)].add(step)
    for word, steps in sorted(called.items()):
        if len(steps) > 1:
            yield f"«{word}» means two commands: {', '.join(sorted(steps))}"


def uses(folders: Sequence[Path], product: Path) -> Uses:
    found = Uses()
    for file in sorted(file for folder in folders for file in folder.rglob("*.py")):
        nodes = list(ast.walk(ast.parse(file.read_text("utf-8"))))
        words = {n.value for n in nodes if isinstance(n, ast.Constant) and isinstance(n.value, str)}
        found.words |= words
        parts = "|".join(sorted(w for w in words if "-" in w and PART.fullmatch(w)))
        for node in nodes:
            match node:
                case ast.JoinedStr(values=pieces):
                    pattern = "".join(_pattern(piece, parts) for piece in pieces)
                    found.patterns[pattern] = "".join(map(_looks, pieces))
                case ast.Call(func=ast.Name(id="Text"), args=[ast.Constant(value=str(key))]):
                    given = {keyword.arg for keyword in node.keywords}
                    if None not in given:  # no `**values`
                        place = f"{file.relative_to(product)}:{node.lineno}"
                        found.texts.append((place, key, {str(name) for name in given}))
    return found


def _pattern(piece: ast.expr, parts: str) -> str:
    if isinstance(piece, ast.Constant):
        return re.escape(str(piece.value))
    return f"(?:{CODE}|{parts})"


def _looks(piece: ast.expr) -> str:
    return str(piece.value) if isinstance(piece, ast.Constant) else "…"


def _prefix(key: str) -> str:
    return key.partition("-")[0]


def _roots(product: Path) -> list[Path]:
    """Folders whose texts belong together: the dialogs, and each other folder by itself."""
    dialogs = product / "dialogs"
    files = [*product.glob("bot/**/*.ftl"), *dialogs.glob("**/*.ftl")]
    return sorted({dialogs if dialogs in file.parents else file.parent for file in files})


if __name__ == "__main__":
    main()
