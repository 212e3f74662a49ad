"""Builds everything, in one function that reads like a parts list."""

import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import aiohttp
from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from bot.delivery import Delivery
from bot.pace import Pace
from bot.roster import Roster
from bot.schedule import Schedule
from bot.sender import Sender
from bot.settings import Settings
from bot.teams.adapter import adapter
from bot.teams.bot import Vertti
from bot.teams.connector import Connector
from bot.teams.door import BIGGEST, Door
from bot.teams.files import Files
from bot.teams.incoming_token import TokenCheck
from bot.teams.outgoing_token import OutgoingToken
from dialogs.commands import commands
from storage.database import (
    Engine,
    Transaction,
    connect,
    on_postgres,
    reason,
    transactions,
)
from storage.readiness import try_to_write
from storage.version import is_newest

if TYPE_CHECKING:
    from bot.worker import Worker

log = logging.getLogger(__name__)

Clock = Callable[[], datetime]


def real_time() -> datetime:
    return datetime.now(UTC)


@dataclass
class Service:
    """The running parts, for those who start them and for tests."""

    web: web.Application
    transaction: Transaction
    connector: Connector
    schedule: Schedule
    engine: Engine


@asynccontextmanager
async def service(settings: Settings, clock: Clock = real_time) -> AsyncIterator[Service]:
    """Everything that one Vertti process is made of. The database must have been migrated."""
    commands()  # reads all texts now: in somebody's first turn it would take most of a second
    engine = connect(settings.database_url)
    transaction = transactions(engine)
    async with aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(limit=100, keepalive_timeout=60)
    ) as http:
        check = None
        if not settings.development:
            check = TokenCheck(
                http, settings.openid_metadata_url, settings.app_id, settings.token_issuer
            )
        connector = Connector(http, OutgoingToken(http, settings), settings)
        vertti = Vertti(transaction, clock, connector, Files(http, settings))
        door = Door(settings, adapter(settings, check, connector), vertti.on_turn)
        delivery = Delivery(transaction, connector, clock, Pace(settings.messages_per_second))
        sender = Sender(transaction, delivery, clock)
        roster = Roster(transaction, connector, clock, settings.coordinators)
        worker = _worker(engine, settings, delivery)
        schedule = Schedule(transaction, sender, roster, clock, worker)
        routes = web.Application(client_max_size=BIGGEST)
        routes.on_response_prepare.append(_no_versions)
        routes.add_routes(
            [
                web.route("*", "/api/messages", door.messages),
                web.get("/healthz", _alive),
                web.get("/readyz", _ready(engine, transaction)),
                web.get("/metrics", _metrics),
            ]
        )
        try:
            yield Service(routes, transaction, connector, schedule, engine)
        finally:
            await schedule.stop()
            await engine.dispose()


@asynccontextmanager
async def listening(routes: web.Application, settings: Settings) -> AsyncIterator[str]:
    """Serve HTTP; yields the address."""
    runner = web.AppRunner(routes, access_log=None, handle_signals=False)
    await runner.setup()
    try:
        site = web.TCPSite(runner, settings.host, settings.port)
        await site.start()
        host, port = runner.addresses[0][:2]
        yield f"http://{host}:{port}"
    finally:
        await runner.cleanup()


def _worker(engine: Engine, settings: Settings, delivery: Delivery) -> "Worker | None":
    if not on_postgres(engine):
        return None
    from bot.worker import Worker  # noqa: PLC0415  # ten megabytes for which SQLite has no use

    return Worker(settings.database_url, delivery)


async def _alive(_: web.Request) -> web.Response:
    return web.Response(text="alive\n")


def _ready(
    engine: Engine, transaction: Transaction
) -> Callable[[web.Request], Awaitable[web.Response]]:
    async def ready(_: web.Request) -> web.Response:
        try:
            if not await is_newest(engine):
                return web.Response(status=503, text="database needs `python -m bot migrate`\n")
            await try_to_write(transaction)
        except Exception as error:
            log.warning("not ready: %s", reason(error))
            return web.Response(status=503, text="database does not answer\n")
        return web.Response(text="ready\n")

    return ready


async def _no_versions(_: web.Request, response: web.StreamResponse) -> None:
    """Strangers need not learn which libraries answer them."""
    response.headers["Server"] = "Vertti"


async def _metrics(_: web.Request) -> web.Response:
    return web.Response(body=generate_latest(), headers={"Content-Type": CONTENT_TYPE_LATEST})
