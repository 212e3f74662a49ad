"""Reads .ftl files as data: placeholders and every wording of each message."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from pathlib import Path

from fluent.syntax import FluentParser, ast

LANGUAGES = frozenset({"fi", "sv", "en"})


@dataclass(frozen=True)
class Message:
    placeholders: frozenset[str]
    variants: tuple[str, ...]  # one for each choice; a placeholder stands as {name}


def read(folder: Path) -> tuple[dict[str, dict[str, Message]], list[str]]:
    """Language to key to message of all files below a folder, and what cannot be read."""
    texts: dict[str, dict[str, Message]] = {language: {} for language in sorted(LANGUAGES)}
    wrong = []
    for file in sorted(folder.rglob("*.ftl")):
        place = file.relative_to(folder.parent)
        if file.stem not in LANGUAGES:
            wrong.append(f"{place}: not a language that we speak")
            continue
        messages = texts[file.stem]
        for entry in FluentParser().parse(file.read_text("utf-8")).body:
            match entry:
                case ast.Message(id=ast.Identifier(name=key), value=ast.Pattern() as pattern):
                    if key in messages:
                        wrong.append(f"{key} ({file.stem}): stands twice")
                    messages[key] = Message(frozenset(_names(pattern)), tuple(_variants(pattern)))
                case ast.Comment() | ast.GroupComment() | ast.ResourceComment():
                    pass
                case _:
                    text = (getattr(entry, "content", None) or str(entry)).strip().splitlines()[0]
                    wrong.append(f"{place}: cannot be read: {text}")
    return texts, wrong


def _names(pattern: ast.Pattern) -> Iterator[str]:
    for node in _nodes(pattern):
        if isinstance(node, ast.VariableReference):
            yield node.id.name


def _nodes(node: ast.BaseNode) -> Iterator[ast.BaseNode]:
    yield node
    for value in vars(node).values():
        for child in value if isinstance(value, list) else [value]:
            if isinstance(child, ast.BaseNode):
                yield from _nodes(child)


def _variants(pattern: ast.Pattern) -> list[str]:
    pieces = [_pieces(element) for element in pattern.elements]
    return ["".join(one) for one in product(*pieces)]


def _pieces(element: ast.TextElement | ast.Placeable) -> list[str]:
    if isinstance(element, ast.TextElement):
        return [element.value]
    match element.expression:
        case ast.SelectExpression(variants=variants):
            return [text for variant in variants for text in _variants(variant.value)]
        case ast.StringLiteral() as literal:
            return [str(literal.parse()["value"])]
        case expression:
            names = [n.id.name for n in _nodes(expression) if isinstance(n, ast.VariableReference)]
            return ["{" + "".join(names) + "}"]
