"""The command line: python -m bot serve | migrate | sample | …"""

import argparse
import asyncio
import logging
import sys
from collections.abc import Awaitable, Callable
from contextlib import suppress

from bot.app import listening, service
from bot.log import start_logging
from bot.settings import Settings, SettingsError, read_settings
from storage.migrate import migrate

log = logging.getLogger("vertti")


async def serve(settings: Settings, _: argparse.Namespace) -> None:
    """Run the bot until it is told to stop."""
    async with service(settings) as parts, listening(parts.web, settings) as address:
        parts.schedule.start()
        log.info("Vertti listens at %s", address)
        await asyncio.Event().wait()


async def only_migrate(settings: Settings, _: argparse.Namespace) -> None:
    """Bring the database to the newest shape."""
    await asyncio.to_thread(migrate, settings.database_url)


COMMANDS: dict[str, Callable[[Settings, argparse.Namespace], Awaitable[None]]] = {
    "serve": serve,
    "migrate": only_migrate,
}


def main() -> None:
    options = argparse.ArgumentParser(prog="python -m bot", description="Vertti")
    commands = options.add_subparsers(dest="command", required=True)
    for name, command in COMMANDS.items():
        commands.add_parser(name, help=(command.__doc__ or "").strip())
    chosen = options.parse_args()
    try:
        settings = read_settings()
    except SettingsError as problems:
        sys.exit(f"Vertti cannot start:\n{problems}")
    start_logging(settings.log_level, for_people=settings.development)
    if settings.database_url.startswith("sqlite"):
        migrate(settings.database_url)  # one file, one process: nothing to coordinate
    with suppress(KeyboardInterrupt):
        asyncio.run(COMMANDS[chosen.command](settings, chosen))  # type: ignore[arg-type]  # coroutines


if __name__ == "__main__":
    main()
