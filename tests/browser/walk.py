"""A person's way through Vertti in one language; each screen is checked and pictured."""

import re
from functools import cache
from pathlib import Path
from typing import Any

from dialogs.screen import Text
from dialogs.texts import DIALOGS, Reader, say
from tests.browser.bot import RunningBot
from tests.browser.driver import DESKTOP, HEIGHTS, PHONE, PlaygroundPage

AROUND = 260  # pixels beside a card: the line one types, the message before it
KEY = re.compile(r"\b[a-z]+(?:[-_][a-z0-9_]+)+\b")
MARKUP = re.compile(
    r"\*\*|__|</?\w|\]\(|\{ ?\$|\{\{|&\w+;|&#|\\n|\bNone\b|\bundefined\b|\bnull\b|\u2068"
)


class Walk:
    def __init__(
        self,
        page: PlaygroundPage,
        bot: RunningBot,
        language: str,
        folder: Path,
        who: str,
        name: str,
    ) -> None:
        self.page, self.bot, self.language = page, bot, language
        self.who, self.name = who, name  # p01, Kaisu
        self._folder, self._number = folder, 0

    def text(self, key: str, **values: Any) -> str:
        return say(Text(key, **values), Reader(self.language))

    async def sees(self, key: str, screen: str, **values: Any) -> None:
        """Waits for a sentence, then looks at the screen it belongs to."""
        await self.page.wait_for_text(self.text(key, **values))
        await self.look(screen)

    async def look(self, screen: str) -> None:
        """No raw key, no raw markup, nothing cut, no error; a picture at both widths."""
        self._number += 1
        words = await self.page.words()
        keys = catalogue() & set(KEY.findall(words))
        assert not keys, f"{screen}: raw keys {keys}"
        markup = MARKUP.search(words)
        assert markup is None, f"{screen}: raw markup {markup} in\n{words}"
        for width, name in ((DESKTOP, "desktop"), (PHONE, "phone")):
            async with self.page.sized(width):
                height = max(HEIGHTS[width], await self.page.newest_height() + AROUND)
            async with self.page.sized(width, height):
                await self.page.scroll_to_newest()
                cut = await self.page.cut()
                file = f"{self._number:02}-{screen}-{name}.png"
                await self.page.picture(self._folder / file, width, height)
            assert not cut, f"{screen}, {name}: cut {cut}"
        assert self.page.errors == [], f"{screen}: {self.page.errors}"


@cache
def catalogue() -> frozenset[str]:
    """Every key of every sentence."""
    found = (re.findall(r"^([\w-]+) =", f.read_text("utf-8"), re.M) for f in DIALOGS.rglob("*.ftl"))
    return frozenset(key for keys in found for key in keys)
