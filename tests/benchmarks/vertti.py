"""The only file of the benchmarks that knows Vertti: its environment, its rows, its buttons."""

import asyncio
import sys
from datetime import UTC, date, datetime
from typing import Any

from storage.database import connect, transactions
from storage.forum import Forum, Organisation, Phase
from storage.migrate import migrate
from storage.outbox import Kind, promise
from storage.people import Membership, Person, Role, members
from storage.project import Project
from tests.benchmarks.activities import APP_ID, TENANT, account, conversation_id, envelope

COMMAND = [sys.executable, "-m", "bot", "serve"]
CARD = "application/vnd.microsoft.card.adaptive"


ASKED = Kind("checkin.ask", initiative=False)


def environment(port: int, database_url: str, microsoft: str) -> dict[str, str]:
    """Production mode, with the stand-in (no slash at the end) in Microsoft's place."""
    return {
        "MicrosoftAppId": APP_ID,
        "MicrosoftAppPassword": "a secret of nobody",
        "MicrosoftAppType": "SingleTenant",
        "MicrosoftAppTenantId": TENANT,
        "VERTTI_MODE": "production",
        "VERTTI_HOST": "127.0.0.1",
        "VERTTI_PORT": str(port),
        "VERTTI_DATABASE_URL": database_url,
        "VERTTI_ALLOWED_TENANTS": TENANT,
        "VERTTI_SERVICE_HOSTS": microsoft.removeprefix("http://"),
        "VERTTI_OPENID_METADATA_URL": f"{microsoft}/openidconfiguration",
        "VERTTI_TOKEN_ISSUER": "https://api.botframework.com",
        "VERTTI_TOKEN_AUTHORITY": f"{microsoft}/{TENANT}",
    }


def prepare_people(database_url: str, count: int, service_url: str) -> None:
    """Fill an empty database with a forum of `count` people who may each tell how it goes."""
    migrate(database_url)
    asyncio.run(_people(database_url, count, service_url))


def prepare_prompts(database_url: str, count: int) -> None:
    """Add one prompt that is due now to each of the first `count` people.

    They count as asked for: a bench must not depend on the weekday or on quiet hours.
    """
    asyncio.run(_prompts(database_url, count))


async def _people(database_url: str, count: int, service_url: str) -> None:
    engine = connect(database_url)
    async with transactions(engine)() as db:
        forum = Forum(
            tenant_id=TENANT,
            team_id="19:bench@thread.tacv2",
            name="Foorumi",
            service_url=service_url,
            phase=Phase.OPEN,
            roster_read=datetime(2999, 1, 1, tzinfo=UTC),
        )
        db.add(forum)
        await db.flush()
        museums = [Organisation(forum_id=forum.id, name=f"Museo {n}") for n in range(13)]
        db.add_all(museums)
        await db.flush()
        db.add_all(Project(forum_id=forum.id, organisation_id=m.id, title="Hanke") for m in museums)
        people = [
            Person(
                tenant_id=TENANT,
                aad_object_id=account(n)["aadObjectId"],
                teams_id=account(n)["id"],
                name=account(n)["name"],
                conversation=conversation_id(n),
            )
            for n in range(count)
        ]
        db.add_all(people)
        await db.flush()
        db.add_all(
            Membership(
                forum_id=forum.id,
                person_id=person.id,
                organisation_id=museums[n % 13].id,
                role=Role.CONTACT,
                joined=date(2027, 1, 1),
            )
            for n, person in enumerate(people)
        )
    await engine.dispose()


async def _prompts(database_url: str, count: int) -> None:
    engine = connect(database_url)
    now = datetime.now(UTC)
    async with transactions(engine)() as db:
        for _, person in (await members(db, 1))[:count]:
            await promise(db, ASKED, 1, person.id, now)
            person.service_url = None
    await engine.dispose()


def checkin_answer(person: int, n: int, service_url: str) -> dict[str, Any]:
    """The press of the button that answers a check-in; the card comes back in the response."""
    return {
        **envelope(person, n, service_url),
        "type": "invoke",
        "name": "adaptiveCard/action",
        "replyToId": f"1:{person}",
        "value": {
            "action": {
                "type": "Action.Execute",
                "title": "Tallenna",
                "verb": "checkin.save",
                "data": {
                    "_forum": 1,
                    "progress": ("moving", "slow", "stuck")[n % 3],
                    "moved": f"Hylly {n} on käyty läpi.",
                    "help_wanted": "",
                    "visibility": "channel",
                },
            },
            "trigger": "manual",
        },
    }
