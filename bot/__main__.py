"""The command line: python -m bot serve | talk | migrate | …"""

import argparse
import asyncio
import errno
import gc
import logging
import os
import signal
import sys
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

from bot.app import listening, service
from bot.development import start
from bot.development.sample import add_sample
from bot.development.talk import talk
from bot.importing import add_options, import_people
from bot.log import start_logging
from bot.settings import TEAMS_HOST, Settings, SettingsError, read_settings
from storage.database import Unavailable, connect, reason, transactions
from storage.forum import is_empty

log = logging.getLogger("vertti")


async def serve(settings: Settings, options: argparse.Namespace) -> None:
    """Run the bot until it is told to stop."""
    if settings.development:
        await start.serve(settings, options)
        return
    async with service(settings) as parts, listening(parts.web, settings) as address:
        parts.schedule.start()
        gc.freeze()  # what is there from the start need not be looked through again and again
        log.info("Vertti listens at %s", address)
        await asyncio.Event().wait()


async def only_migrate(settings: Settings, _: argparse.Namespace) -> None:
    """Bring the database to the newest shape."""
    await asyncio.to_thread(_migrate, settings.database_url)


def _migrate(database_url: str) -> None:
    from storage.migrate import migrate  # noqa: PLC0415  # 9 MB that a serving process can spare

    migrate(database_url)


async def only_sample(settings: Settings, _: argparse.Namespace) -> None:
    """Fill an empty database with the sample forum, on its own dates (2027 and 2028)."""
    await only_migrate(settings, _)
    engine = connect(settings.database_url)
    try:
        async with transactions(engine)() as db:
            if not await is_empty(db):
                sys.exit("There is a forum already: the sample goes into an empty database only.")
            await add_sample(db, f"https://{TEAMS_HOST}/emea/")
    finally:
        await engine.dispose()


COMMANDS: dict[str, Callable[[Settings, argparse.Namespace], Awaitable[None]]] = {
    "serve": serve,
    "migrate": only_migrate,
    "sample": only_sample,
    "import": import_people,
}


def main() -> None:
    chosen = _options().parse_args()
    if chosen.command == "talk":
        sys.exit(talk(chosen.at, chosen.who))
    try:
        settings = read_settings()
    except SettingsError as problems:
        sys.exit(f"Vertti cannot start:\n{problems}")
    start_logging(settings.log_level, for_people=settings.development)
    try:
        if settings.development:
            start.prepare(settings)
        if settings.development or settings.database_url.startswith("sqlite"):
            _migrate(settings.database_url)  # one file, one process: nothing to coordinate
    except Unavailable as error:
        sys.exit(f"VERTTI_DATABASE_URL: {reason(error)}.")
    try:
        with suppress(KeyboardInterrupt, asyncio.CancelledError):
            asyncio.run(_until_told(COMMANDS[chosen.command](settings, chosen)))
    except OSError as error:
        if error.errno != errno.EADDRINUSE:
            raise
        sys.exit(
            f"Port {settings.port} is taken: perhaps Vertti is running already."
            " Stop that one, or choose another port with VERTTI_PORT."
        )


async def _until_told(work: Awaitable[None]) -> None:
    """SIGTERM ends things as gently as Ctrl-C does."""
    task = asyncio.ensure_future(work)
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
    await task


def _options() -> argparse.ArgumentParser:
    options = argparse.ArgumentParser(prog="python -m bot", description="Vertti")
    commands = options.add_subparsers(dest="command", required=True)
    parsers = {
        name: commands.add_parser(name, help=(command.__doc__ or "").strip())
        for name, command in COMMANDS.items()
    }
    who: dict[str, Any] = {
        "dest": "who",
        "metavar": "PERSON",
        "help": "a sample person: p05, k01, or a name",
    }
    running = parsers["serve"]
    running.add_argument("--as", default=os.environ.get("VERTTI_AS") or "p01", **who)
    running.add_argument(
        "--playground",
        nargs="?",
        type=int,
        const=start.PLAYGROUND_PORT,
        metavar="PORT",
        help="in development mode, with the Microsoft 365 Agents Playground in front",
    )
    add_options(parsers["import"])
    talking = commands.add_parser("talk", help="Be a sample person in this terminal.")
    talking.add_argument("--as", default=os.environ.get("VERTTI_AS") or "", **who)
    port = os.environ.get("VERTTI_PORT") or "3978"
    talking.add_argument("--at", default=f"http://127.0.0.1:{port}", help="the running bot")
    return options


if __name__ == "__main__":
    main()
