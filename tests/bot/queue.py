"""procrastinate's queue, looked at from outside."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

from sqlalchemy import text

from bot.worker import Worker
from storage.database import Transaction
from storage.outbox import Status
from tests.bot.post_office import PostOffice

WEEK = timedelta(days=7)


@asynccontextmanager
async def working(url: str, office: PostOffice) -> AsyncIterator[Worker]:
    worker = Worker(url, office.delivery, restart=0.1)
    worker.start()
    try:
        yield worker
    finally:
        await worker.stop()


async def ask(transaction: Transaction, question: str) -> list[Any]:
    async with transaction() as db:
        return list((await db.exec(text(question))).all())  # type: ignore[call-overload]


async def ask_to_do(transaction: Transaction, statement: str) -> None:
    async with transaction() as db:
        await db.exec(text(statement))  # type: ignore[call-overload]


async def job_count(office: PostOffice) -> int:
    [(count,)] = await ask(office.transaction, "SELECT count(*) FROM procrastinate_jobs")
    return int(count)


async def delivered(office: PostOffice) -> bool:
    return await office.all_is(Status.DELIVERED)


async def is_delivered(office: PostOffice, number: int) -> bool:
    return (await office.prompt(number)).status == Status.DELIVERED
