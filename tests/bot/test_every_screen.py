"""Every step says something, and all that it says is a good card with whole sentences, thrice."""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

from bot.cards import draw, plain
from dialogs.screen import Screen
from dialogs.steps import STEPS
from dialogs.texts import LANGUAGES, Reader, say
from dialogs.turn import is_public
from storage.database import connect, transactions
from tests.bot.crawl import Walker
from tests.bot.walks import WALKS
from tests.card_schema import problems
from tests.card_schema.strict import official_broken

# Steps that never show a screen of their own, and why.
SAY_NOTHING: dict[str, str] = {}


async def everything(empty: Path, folder: Path) -> Walker:
    """What all the walks have drawn, each in a database of its own."""
    found = Walker(transaction=None, now=None, thorough=set())  # type: ignore[arg-type]
    for walk in WALKS:
        shutil.copy(empty, file := folder / f"{walk.__name__}.db")
        engine = connect(f"sqlite:///{file}")
        walker = await walk(transactions(engine))
        await engine.dispose()
        found.noticed += walker.noticed
        for step, screens in walker.drawn.items():
            found.drawn.setdefault(step, []).extend(screens)
    return found


def different(screens: list[Screen]) -> Iterator[Screen]:
    """One of each shape: those that differ in numbers and times alone are alike."""
    shapes = {re.sub(r"\d+", "#", repr(screen)): screen for screen in screens}
    yield from shapes.values()


def wrong_with(step: str, screen: Screen) -> list[str]:
    """What is wrong with a screen in any language, and in all of them where a channel sees it."""
    ways = [[Reader(language)] for language in LANGUAGES]
    if is_public(STEPS[step]):
        ways += [[*map(Reader, LANGUAGES)], [Reader("sv"), Reader("fi")]]
    found = []
    for readers in ways:
        found += problems(draw(screen, readers, 1))
        if not plain(screen, readers[0]).strip():
            found.append("no notification")
    return [f"{step}: {line}" for line in dict.fromkeys(found)]


async def test_every_screen_of_every_step_in_every_language(
    migrated_file: Path, tmp_path: Path
) -> None:
    said = await everything(migrated_file, tmp_path)
    missing = STEPS.keys() - said.drawn.keys() - SAY_NOTHING.keys()
    assert not missing, "no walk in tests/bot/walks.py brings these steps to say something"
    assert not SAY_NOTHING.keys() & said.drawn.keys()
    wrong, kinds = [], {}
    for step, screens in sorted(said.drawn.items()):
        for screen in different(screens):
            wrong += wrong_with(step, screen)
            kinds[tuple(type(part).__name__ for part in screen.parts)] = screen
    assert wrong == []
    for screen in kinds.values():
        assert official_broken(draw(screen, [Reader("fi")], 1)) == []
    for text in {repr(text): text for text in said.noticed}.values():
        for language in LANGUAGES:
            assert say(text, Reader(language)).strip()
