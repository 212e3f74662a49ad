"""python -m bot sample, in a process of its own, on both databases."""

import os
import subprocess
import sys

from storage.database import connect, transactions
from storage.forum import open_forums, organisations
from storage.people import members

ENVIRONMENT = {
    "MicrosoftAppId": "6f1c1c0e-0000-4000-8000-00000000b070",
    "MicrosoftAppPassword": "nobody's",
    "MicrosoftAppTenantId": "7e000000-0000-4000-8000-000000000001",
}


def run(command: str, database_url: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "bot", command],
        env={**os.environ, **ENVIRONMENT, "VERTTI_DATABASE_URL": database_url},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


async def test_the_sample_forum_fills_an_empty_database_once(database_url: str) -> None:
    assert run("sample", database_url).returncode == 0
    again = run("sample", database_url)
    assert again.returncode == 1
    assert "empty database only" in again.stderr
    engine = connect(database_url)
    async with transactions(engine)() as db:
        [forum] = await open_forums(db)
        assert len(await organisations(db, forum.id)) == 13
        assert len(await members(db, forum.id)) == 53
    await engine.dispose()
