"""A development bot with its sample forum."""

import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest

from bot.development.start import Development, development
from bot.settings import DEVELOPMENT_APP, Mode, Settings
from tests.builders import NOW


@pytest.fixture
def settings(migrated_file: Path, tmp_path: Path) -> Settings:
    file = tmp_path / "development.db"
    shutil.copy(migrated_file, file)
    return Settings.model_validate(
        {
            "mode": Mode.DEVELOPMENT,
            "app_id": DEVELOPMENT_APP,
            "database_url": f"sqlite:///{file}",
            "port": 0,
        }
    )


@pytest.fixture
async def running(settings: Settings) -> AsyncIterator[Development]:
    async with development(settings, lambda: NOW) as begun:
        yield begun


@pytest.fixture
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session
