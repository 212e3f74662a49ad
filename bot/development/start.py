"""Vertti on a developer's own computer: no tokens, the sample forum, a small Teams around it."""

import asyncio
import sys
from argparse import Namespace
from asyncio.subprocess import Process
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import aiohttp

from bot.app import Clock, Service, listening, real_time, service
from bot.development import playground, sample
from bot.development.chats import Chats
from bot.development.clock import MovableClock
from bot.development.desk import Desk
from bot.development.in_playground import GROUP_CHAT, InPlayground
from bot.development.people import People
from bot.development.teams import TEAM_GROUP, DevelopmentTeams
from bot.settings import Settings
from storage.forum import is_empty

BOT_NAME = "Vertti"
PLAYGROUND_PORT = 56150
NEIGHBOURS = ("p01", "k01", "p02", "p05", "p09", "k02")  # who else is in the Playground
SQLITE = "sqlite:///"


@dataclass(frozen=True)
class Development:
    """The running parts."""

    parts: Service
    clock: MovableClock
    chats: Chats
    in_playground: InPlayground
    address: str


def prepare(settings: Settings) -> None:
    """Make the folder that development's own database lies in."""
    _folder(settings).mkdir(parents=True, exist_ok=True)


@asynccontextmanager
async def development(settings: Settings, real: Clock = real_time) -> AsyncIterator[Development]:
    """The bot with its small Teams; the clock does not tick by itself yet."""
    clock, chats = MovableClock(real), Chats()
    bot = {"id": f"28:{settings.app_id}", "name": BOT_NAME}
    async with service(settings, clock) as parts, aiohttp.ClientSession() as http:
        people, in_playground = People(http, chats, bot), InPlayground(http)
        desk = Desk(parts, clock, chats, people)
        parts.web.add_subapp(
            "/development/", desk.application(DevelopmentTeams(chats, in_playground), in_playground)
        )
        async with listening(parts.web, settings) as address:
            people.bot_url = address
            async with parts.transaction() as db:
                if await is_empty(db):
                    await sample.add_sample(db, people.service_url, clock().date())
                await sample.move(db, people.service_url)
            yield Development(parts, clock, chats, in_playground, address)


async def serve(settings: Settings, options: Namespace) -> None:
    """Run until told to stop, with the Playground in front if it is wanted and there."""
    typist = _typist(options.who)
    async with development(settings) as running:
        running.parts.schedule.start()
        process, note = None, ""
        if options.playground is not None:
            process, note = await _start_playground(settings, running, typist, options.playground)
        try:
            if process is not None:
                running.in_playground.begin(note, typist, running.address)
            _tell(_welcome(running.address, typist, process, note))
            await asyncio.Event().wait()
        finally:
            if process is not None:
                await playground.stop(process)


async def _start_playground(
    settings: Settings, running: Development, typist: str, port: int
) -> tuple[Process | None, str]:
    others = dict.fromkeys([typist, *NEIGHBOURS])
    return await playground.start(
        f"{running.address}/development/playground",
        _folder(settings) / "playground",
        [_in_playground(key) for key in list(others)[: playground.PEOPLE]],
        playground.PlaygroundTeam(
            id=sample.TEAM,
            name=sample.NAME,
            aad_group_id=TEAM_GROUP,
            channel_id=sample.CHANNEL,
            channel_name=sample.CHANNEL_NAME,
            tenant_id=sample.TENANT,
            bot_id=f"28:{settings.app_id}",
            bot_name=BOT_NAME,
            personal_chat_id=sample.chat_id(typist),
            group_chat_id=GROUP_CHAT,
        ),
        port,
        f"{running.address}/development/teams",
    )


def _folder(settings: Settings) -> Path:
    """Where the database is, and what else there is to keep."""
    url = settings.database_url
    return Path(url.removeprefix(SQLITE)).parent if url.startswith(SQLITE) else Path("build")


def _in_playground(key: str) -> playground.PlaygroundPerson:
    row = _row(key)
    return playground.PlaygroundPerson(
        sample.teams_id(key), row["display_name"], row["aad_object_id"], row["email"]
    )


def _row(key: str) -> dict[str, str]:
    return next(row for row in sample.everybody() if row["id"] == key)


def _typist(wanted: str) -> str:
    if wanted not in {row["id"] for row in sample.everybody()}:
        sys.exit(f"There is no {wanted} in the sample forum: p01 to p50, k01 to k03.")
    return wanted


def _welcome(address: str, typist: str, process: Process | None, note: str) -> Sequence[str]:
    name = _row(typist)["display_name"]
    first = [f"  Open   {note}  (Personal Chat: there you are {name}, {typist})"]
    if process is None:
        first = [f"  No Playground: {note}"] if note else []
    return (
        f"\nVertti is awake at {address}, with a sample forum of 13 invented museums.",
        *first,
        "  Talk   make talk  in another terminal: be anybody, in as many terminals as you like",
        "  Try    tilanne · apua · kuka osaa",
        "  Time   /clock next  in make talk: go on to what Vertti says next by itself",
        "  Stop   Ctrl-C  (what was said is kept for the next time)\n",
    )


def _tell(lines: Sequence[str]) -> None:
    sys.stdout.write("\n".join(lines) + "\n")
    sys.stdout.flush()
