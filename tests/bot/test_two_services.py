"""Two whole services on one database, with everything switched on."""

import asyncio
from datetime import UTC, datetime

from bot.app import real_time, service
from bot.settings import Settings
from storage.database import Transaction, connect, transactions
from storage.outbox import Kind, accounts, promise
from tests.benchmarks.activities import APP_ID
from tests.builders import TENANT, a_forum, a_person, join
from tests.microsoft.server import Microsoft


async def test_two_whole_services_share_a_database_and_send_each_message_once(
    database_url: str,
) -> None:
    """As in production, with everything switched on: clocks, workers, limits."""
    async with Microsoft().running() as microsoft:
        settings = Settings.model_validate(
            {
                "app_id": APP_ID,
                "app_password": "nobody's",
                "app_tenant_id": TENANT,
                "database_url": database_url,
                "service_hosts": frozenset({microsoft.url.removeprefix("http://")}),
                "token_authority": f"{microsoft.url}/{TENANT}",
                "messages_per_second": 20,
            }
        )
        async with service(settings, real_time) as one, service(settings, real_time) as other:
            await _promise_to(60, one.transaction, microsoft.service_url)
            one.schedule.start()
            other.schedule.start()
            async with asyncio.timeout(60):
                while microsoft.delivered.total() < 60:  # noqa: ASYNC110
                    await asyncio.sleep(0.05)
        engine = connect(database_url)
        async with transactions(engine)() as db:
            assert await accounts(db) == {"delivered": 60}
        await engine.dispose()
    assert set(microsoft.delivered.values()) == {1}
    assert microsoft.stats()["retry_after"]["early"] == 0


async def _promise_to(count: int, transaction: Transaction, service_url: str) -> None:
    kind = Kind("help.show", initiative=False)
    async with transaction() as db:
        forum = a_forum(service_url=service_url, roster_read=datetime(2999, 1, 1, tzinfo=UTC))
        for number in range(count):
            await join(db, forum, person := a_person(f"P{number} Aalto"))
            await promise(db, kind, forum.id, person.id, datetime.now(UTC))
