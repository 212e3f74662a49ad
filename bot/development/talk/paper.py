"""What stands in the terminal: printed above the line that somebody may be typing right now."""

import sys
import threading
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import Any

from rich.box import ROUNDED
from rich.console import Console, Group, RenderableType
from rich.panel import Panel
from rich.text import Text as Styled

from bot.development.plain_card import Line
from dialogs.screen import Text
from dialogs.texts import Reader, say

with suppress(ImportError):  # not on every system; typing works without it, only less well
    import readline

TEXTS = Path(__file__).parent
WIDEST = 90
STYLES = {
    "plain": "",
    "heading": "bold",
    "quiet": "dim",
    "quote": "italic",
    "field": "cyan",
    "option": "",
    "button": "bold green",
}


class Paper:
    def __init__(self, reader: Reader) -> None:
        self.reader = reader
        self._console = Console(highlight=False, markup=False, emoji=False)
        self._console.width = min(self._console.width, WIDEST)
        self._writing = threading.RLock()
        self._prompt = ""  # while somebody types

    def words(self, key: str, **values: Any) -> str:
        return say(Text(key, **values), self.reader, TEXTS)

    def say(self, key: str, **values: Any) -> None:
        """A sentence of the terminal's own."""
        self.show(Styled(self.words(key, **values), style="dim"))

    def card(self, title: str, lines: Iterable[Line]) -> None:
        drawn: list[Styled] = []
        before = ""
        for line in lines:
            if line.look == "field" or (line.look == "button" and before != "button"):
                drawn.append(Styled())  # room to breathe
            drawn.append(Styled(line.text, style=STYLES[line.look]))
            before = line.look
        self.show(Panel(Group(*drawn), title=Styled(title), title_align="left", box=ROUNDED))

    def lines(self, lines: Iterable[Line]) -> None:
        self.show(*(Styled(line.text, style=STYLES[line.look]) for line in lines))

    def show(self, *things: RenderableType) -> None:
        with self._writing:
            if self._prompt:
                sys.stdout.write("\r\x1b[K")
                sys.stdout.flush()
            self._console.print(*things, sep="\n")
            if self._prompt:
                typed = readline.get_line_buffer() if "readline" in globals() else ""
                sys.stdout.write(self._prompt + typed)
                sys.stdout.flush()

    def ask(self, prompt: str) -> str:
        """The next line that is typed.

        Raises:
            EOFError, KeyboardInterrupt: no more is coming, or not now.
        """
        with self._writing:
            self._prompt = prompt if sys.stdin.isatty() else ""
        try:
            return input(prompt).strip()
        finally:
            with self._writing:
                self._prompt = ""
