"""`kill -9` at any moment loses no promise, and sends twice only what may be sent twice.

Two workers on PostgreSQL and one on SQLite, 1,000 due prompts each, real processes, a stand-in
for Teams with Teams' limits. Half of the prompts are held when in doubt, half are sent again.
"""

import asyncio
import shutil
from pathlib import Path

import pytest

from storage.outbox import Doubt, Status
from tests.kill.storm import HEAD, Result, Storm
from tests.postgres import Postgres

PROMPTS, KILLS = 1000, 20
AT_RISK = 8  # messages that one worker may be sending: three at the door, the rest on their way


@pytest.mark.kill
@pytest.mark.timeout(600)
async def test_killing_workers_loses_nothing(
    postgres: Postgres, migrated_file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copy(migrated_file, file := tmp_path / "vertti.db")
    with postgres.database() as url:
        seed = int.from_bytes(tmp_path.name.encode()) % 10_000
        many = Storm("postgresql", url, 2, tmp_path, seed)
        one = Storm("sqlite", f"sqlite:///{file}", 1, tmp_path, seed)
        async with many.gathering(PROMPTS), one.gathering(PROMPTS):
            await asyncio.gather(many.rage(KILLS), one.rage(KILLS))
            results = [*await many.settled(), *await one.settled()]
            left = [await many.open_still(), await one.open_still()]

    with capsys.disabled():
        print(f"\n\n{HEAD}", *(result.row() for result in results), sep="\n")
    assert left == [0, 0]
    for result in results:
        check(result)


def check(result: Result) -> None:
    assert result.kills == KILLS
    assert result.fates.total() == PROMPTS / 2
    assert set(result.fates) <= {Status.DELIVERED, Status.UNKNOWN}
    assert result.lost == []
    if result.policy == Doubt.HOLD:
        assert result.twice == 0
        assert result.fates[Status.UNKNOWN] <= AT_RISK * KILLS
        assert result.arrived == result.fates[Status.DELIVERED] + result.unknown_arrived
    else:
        assert result.fates == {Status.DELIVERED: PROMPTS / 2}
        assert result.arrived == PROMPTS / 2
        assert result.twice <= AT_RISK * KILLS
