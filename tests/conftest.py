"""Real databases, and a stand-in for Microsoft at the network edge only."""

import shutil
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import hypothesis
import pytest

from storage.database import Transaction, connect, transactions
from storage.migrate import migrate
from tests.postgres import Postgres
from tests.story import Story

# How long one example takes depends on who else uses the machine.
hypothesis.settings.register_profile("vertti", deadline=None)
hypothesis.settings.load_profile("vertti")


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty SQLite database in the newest shape, to copy from."""
    file = tmp_path_factory.mktemp("database") / "empty.db"
    migrate(f"sqlite:///{file}")
    return file


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """A real PostgreSQL server for this test process."""
    with Postgres.running() as server:
        yield server


@pytest.fixture(params=["sqlite", "postgres"])
def database_url(
    request: pytest.FixtureRequest, migrated_file: Path, tmp_path: Path
) -> Iterator[str]:
    """A migrated database of one's own; each test runs on both kinds."""
    if request.param == "sqlite":
        file = tmp_path / "vertti.db"
        shutil.copy(migrated_file, file)
        yield f"sqlite:///{file}"
    else:
        server: Postgres = request.getfixturevalue("postgres")
        with server.database() as url:
            yield url


@pytest.fixture
async def transaction(database_url: str) -> AsyncIterator[Transaction]:
    engine = connect(database_url)
    yield transactions(engine)
    await engine.dispose()


@pytest.fixture
async def story(database_url: str) -> AsyncIterator[Story]:
    """The whole service behind real HTTP, with somebody to talk to it."""
    async with Story.begins(database_url) as begun:
        yield begun
