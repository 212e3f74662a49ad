"""python -m bot import: organisations and people from a file, without a chat."""

import argparse
import os
import sys
from datetime import UTC, datetime
from pathlib import Path

from bot.settings import Settings
from dialogs.screen import Text
from dialogs.setup.people_file import read
from dialogs.setup.table_file import BIGGEST, Broken
from dialogs.setup.taking_in import TakenIn, some, take_in, told, vocabulary
from dialogs.texts import LANGUAGES, Reader, say
from storage.database import connect, transactions
from storage.forum import forums_named


def add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path, help="a CSV or Excel file")
    parser.add_argument("--forum", required=True, metavar="NAME_OR_ID")
    spoken = os.environ.get("LANG", "")[:2].lower()
    parser.add_argument(
        "--language",
        choices=LANGUAGES,
        default=spoken if spoken in LANGUAGES else "en",
        help="of what this command says",
    )


async def import_people(settings: Settings, options: argparse.Namespace) -> None:
    """Take organisations and people from a CSV or Excel file into a forum."""
    reader = Reader(options.language)
    try:
        with options.file.open("rb") as file:
            content = file.read(BIGGEST + 1)
    except OSError as error:
        sys.exit(f"{options.file}: {error.strerror}")
    try:
        done = await _take_in(settings, options.forum, content)
    except Broken as broken:
        lines = [say(told(problem), reader) for problem in broken.problems]
        closing = say(Text("setup-nothing-changed"), reader)
        sys.exit("\n".join([say(Text("setup-broken"), reader), *lines, closing]))
    for label, value in (
        ("setup-new-organisations", some(done.organisations)),
        ("setup-placed", Text("setup-count", count=done.placed)),
        ("setup-awaited", some(done.awaited)),
    ):
        sys.stdout.write(f"{say(Text(label), reader)}: {say(value, reader)}\n")


async def _take_in(settings: Settings, wanted: str, content: bytes) -> TakenIn:
    """Raises Broken."""
    rows = read(content, vocabulary())
    engine = connect(settings.database_url)
    try:
        async with transactions(engine)() as db:
            forums = await forums_named(db, wanted)
            if len(forums) != 1:
                found = ", ".join(str(forum.id) for forum in forums) or "-"
                sys.exit(f"--forum {wanted}: not one forum, but {len(forums)} ({found}).")
            return await take_in(db, forums[0], rows, datetime.now(UTC))
    finally:
        await engine.dispose()
