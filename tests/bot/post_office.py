"""The outbox, delivery and a stand-in for Teams, without the rest of the service."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from typing import Any

import aiohttp
from pydantic import SecretStr
from sqlmodel import select

from bot.delivery import Delivery, Post
from bot.pace import Pace
from bot.sender import Sender
from bot.settings import Settings
from bot.teams.connector import Connector
from bot.teams.outgoing_token import OutgoingToken
from storage import sending
from storage.database import Transaction
from storage.forum import Forum
from storage.outbox import Kind, Prompt, Status, accounts, promise
from storage.people import Person
from tests.benchmarks.activities import APP_ID
from tests.builders import TENANT, a_forum, a_person, join
from tests.microsoft.server import Microsoft
from tests.story import Clock

HELP = Kind("help.show", initiative=False)  # always has something to say, to anybody
PATIENCE = 15.0  # seconds that a call may take
NOBODY = "127.0.0.1:1"  # a host that may be called, where nobody listens


class Unhurried(Pace):
    """Takes no time; remembers the silences it was told to keep."""

    def __init__(self) -> None:
        super().__init__(1)
        self.turns, self.silences = 0, list[float]()
        self.while_waiting: Callable[[], None] = lambda: None

    async def turn(self) -> None:
        self.turns += 1
        self.while_waiting()

    def be_silent(self, seconds: float) -> None:
        self.silences.append(seconds)


class PostOffice:
    """One replica's worth of sending, with a clock that stands still until it is moved."""

    def __init__(
        self,
        transaction: Transaction,
        microsoft: Microsoft,
        post: Post,
        clock: Clock,
        forum: Forum,
    ) -> None:
        self.transaction, self.microsoft, self.clock = transaction, microsoft, clock
        self.forum = forum
        self.pace = Unhurried()
        self.delivery = Delivery(transaction, post, clock, self.pace)
        self.sender = Sender(transaction, self.delivery, clock)

    @classmethod
    @asynccontextmanager
    async def opens(cls, transaction: Transaction) -> AsyncIterator["PostOffice"]:
        async with Microsoft(keep=True).running() as microsoft:
            microsoft.limits.on = False
            forum = a_forum(service_url=microsoft.service_url)
            async with transaction() as db:
                db.add(forum)
            async with cls._of(transaction, microsoft, Clock(), forum) as office:
                yield office

    @asynccontextmanager
    async def replica(
        self, transaction: Transaction, patience: float = PATIENCE
    ) -> AsyncIterator["PostOffice"]:
        """Another process's worth, on the same database and the same Teams."""
        async with PostOffice._of(
            transaction, self.microsoft, self.clock, self.forum, patience
        ) as office:
            yield office

    @classmethod
    @asynccontextmanager
    async def _of(
        cls,
        transaction: Transaction,
        microsoft: Microsoft,
        clock: Clock,
        forum: Forum,
        patience: float = PATIENCE,
    ) -> AsyncIterator["PostOffice"]:
        settings = Settings.model_validate(
            {
                "app_id": APP_ID,
                "app_password": SecretStr("nobody's"),
                "app_tenant_id": TENANT,
                "service_hosts": frozenset({microsoft.url.removeprefix("http://"), NOBODY}),
                "token_authority": f"{microsoft.url}/{TENANT}",
            }
        )
        async with aiohttp.ClientSession() as http:
            token = OutgoingToken(http, settings)
            await token.get()  # so that no call's patience is spent on it
            connector = Connector(http, token, settings, patience)
            yield cls(transaction, microsoft, connector, clock, forum)

    async def meet(self, name: str = "Aino Aalto", **given: Any) -> Person:
        async with self.transaction() as db:
            await join(db, self.forum, person := a_person(name, **given))
        return person

    async def promise(
        self,
        person: Person | None,
        kind: Kind = HELP,
        due: datetime | None = None,
        occasion: object = "",
        **args: Any,
    ) -> int:
        """Promise it (due now, when nothing else is said); the prompt's id."""
        to = person.id if person else None
        async with self.transaction() as db:
            assert await promise(db, kind, self.forum.id, to, due or self.clock(), occasion, **args)
            latest = select(Prompt.id).order_by(Prompt.id.desc()).limit(1)  # type: ignore[attr-defined]
            return (await db.exec(latest)).one()

    def let_pass(self, time: timedelta) -> None:
        self.clock.now += time

    async def send(self, **time: float) -> None:
        """Let time pass, then do what a tick does."""
        self.let_pass(timedelta(**time))
        async with self.transaction() as db:
            await sending.give_back(db, self.clock())
        await self.sender.send_due()

    async def until(self, done: Callable[[], Awaitable[bool]], patience: float = 30.0) -> None:
        """Wait for what happens in its own time."""
        async with asyncio.timeout(patience):
            while not await done():  # noqa: ASYNC110
                await asyncio.sleep(0.02)

    async def all_is(self, status: Status) -> bool:
        return set(await self.accounts()) == {status}

    async def prompt(self, number: int) -> Prompt:
        async with self.transaction() as db:
            return await db.get_one(Prompt, number)

    async def person(self, person: Person) -> Person:
        async with self.transaction() as db:
            return await db.get_one(Person, person.id)

    async def fate(self, number: int) -> tuple[Status, str | None]:
        prompt = await self.prompt(number)
        return prompt.status, prompt.reason

    async def accounts(self) -> dict[str, int]:
        async with self.transaction() as db:
            return dict(await accounts(db, self.forum.id))
