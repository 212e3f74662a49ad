"""A locked, full or absent database: a kind sentence, nothing lost, and on again afterwards."""

import asyncio
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import select

from dialogs.screen import Text
from dialogs.texts import LANGUAGES, Reader, say
from storage.checkin import CheckIn
from storage.people import Person
from tests.bot.knock import ON_SQLITE
from tests.bot.rows import everything
from tests.builders import a_forum, a_museum, a_person, join
from tests.postgres import Postgres
from tests.story import Story, texts

Json = dict[str, Any]
CHANNEL = "19:channel@thread.tacv2"
IN_TIME = 15.0  # seconds; then Teams sends the activity again
LOCK = """
import sqlite3, sys
file = sqlite3.connect(sys.argv[1], isolation_level=None)
file.execute("BEGIN IMMEDIATE")
print("locked", flush=True)
sys.stdin.read()
"""


@contextmanager
def locked(file: str) -> Iterator[None]:
    """Another real process writes to the file, and does not come to an end."""
    command = [sys.executable, "-c", LOCK, file]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
        assert other.stdout is not None
        assert other.stdin is not None
        assert other.stdout.readline() == b"locked\n"
        try:
            yield
        finally:
            other.stdin.close()


def try_again(language: str) -> str:
    return say(Text("help-try-again"), Reader(language))


async def status(story: Story, path: str) -> int:
    async with story.http.get(f"{story.url}{path}") as answer:
        return answer.status


async def save(story: Story, person: Person, words: str, language: str = "fi") -> Any:
    data = {"progress": "moving", "moved": words}
    async with asyncio.timeout(IN_TIME):
        return (await story.invoke(person, "checkin.save", data, locale=language))["value"]


async def kept(story: Story) -> list[str | None]:
    async with story.transaction() as db:
        return [answer.moved for answer in (await db.exec(select(CheckIn))).all()]


@ON_SQLITE
async def test_a_locked_file(
    story: Story, person: Person, database_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    before = await everything(story.transaction)
    with locked(database_url.removeprefix("sqlite:///")):
        said = await asyncio.gather(
            *(save(story, person, "Hylly", language) for language in LANGUAGES),
            story.say(person, "tilanne: etenee", locale="sv-FI"),
            status(story, "/readyz"),
            status(story, "/healthz"),
        )
        assert said[:3] == [try_again(language) for language in LANGUAGES]
        card = said[3]
        assert isinstance(card, dict)
        assert texts(card) == try_again("sv")
        assert said[4:] == [503, 200]
    assert any(line.endswith(": database is locked") for line in caplog.messages)
    assert await everything(story.transaction) == before
    assert isinstance(await save(story, person, "Hylly"), dict)
    assert await kept(story) == ["Hylly"]
    assert await status(story, "/readyz") == 200


async def most_pages(story: Story, more: int | None) -> None:
    """How much room is left in the file, as on a disk that gets full; None: as it was."""

    def limit(connection: Any) -> None:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar()
        most = 2**30 if more is None else pages + more
        connection.exec_driver_sql(f"PRAGMA max_page_count = {most}")

    async with story.parts.engine.connect() as connection:
        await connection.run_sync(limit)


@ON_SQLITE
async def test_a_full_disk(story: Story, person: Person, caplog: pytest.LogCaptureFixture) -> None:
    await most_pages(story, 1)
    words = [f"{n:03} {'Hylly ' * 40}" for n in range(200)]
    taken = []
    for line in words:
        if (answer := await save(story, person, line.strip())) == try_again("fi"):
            break
        assert isinstance(answer, dict)
        taken.append(line.strip())
    assert 0 < len(taken) < len(words)
    assert "the database does not answer: database or disk is full" in caplog.messages
    assert await kept(story) == taken
    assert (await status(story, "/readyz"), await status(story, "/healthz")) == (503, 200)
    await most_pages(story, None)
    assert isinstance(await save(story, person, "Taas mahtuu"), dict)
    assert await kept(story) == [*taken, "Taas mahtuu"]
    assert await status(story, "/readyz") == 200


async def test_postgres_goes_and_comes_back(caplog: pytest.LogCaptureFixture) -> None:
    with Postgres.running() as server, server.database() as url:
        async with Story.begins(url) as story:
            async with story.transaction() as db:
                forum = a_forum(service_url=story.microsoft.service_url)
                await join(db, forum, aino := a_person(), await a_museum(db, forum))
            assert isinstance(await save(story, aino, "Ensin"), dict)
            await story.mention(aino, "tilanne", forum.team_id, CHANNEL)  # promised for the chat
            server.stop()
            said = [await save(story, aino, "Poissa", language) for language in LANGUAGES]
            assert said == [try_again(language) for language in LANGUAGES]
            assert (await status(story, "/readyz"), await status(story, "/healthz")) == (503, 200)
            await story.wait(seconds=1)
            assert story.received("a:aino") == []
            server.start()
            assert isinstance(await save(story, aino, "Taas"), dict)
            assert await kept(story) == ["Ensin", "Taas"]
            await story.wait(seconds=1)
            assert len(story.received("a:aino")) == 1
            assert await status(story, "/readyz") == 200


@ON_SQLITE
async def test_an_old_database_is_not_ready(
    story: Story, database_url: str, tmp_path: Path
) -> None:
    def forget(connection: Any) -> None:
        connection.exec_driver_sql("DELETE FROM alembic_version")

    async with story.parts.engine.begin() as connection:
        await connection.run_sync(forget)
    async with story.http.get(f"{story.url}/readyz") as answer:
        assert answer.status == 503
        assert "migrate" in await answer.text()
