"""The only file of the benchmarks that knows Vertti: its environment, its rows, its buttons."""

import sys
from pathlib import Path
from typing import Any

from tests.benchmarks.activities import APP_ID, TENANT, envelope

COMMAND = [sys.executable, "-m", "bot", "serve"]
CARD = "application/vnd.microsoft.card.adaptive"


class NotYet(Exception):
    """This part of Vertti cannot be measured yet; the message says what is missing."""


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


def require() -> None:
    if not Path("bot/__main__.py").exists():
        raise NotYet("bot/ is not there yet")


def prepare_people(database_url: str, count: int) -> None:
    """Fill an empty database with `count` people who each have an open check-in."""
    require()
    raise NotYet("prepare_people() is a placeholder")


def prepare_prompts(database_url: str, count: int) -> None:
    """Add one prompt that is due now to each of the first `count` people."""
    require()
    raise NotYet("prepare_prompts() is a placeholder")


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
                "title": "Lähetä",
                "verb": "checkin.answer",
                "data": {"checkin": person, "answer": n % 5 + 1},
            },
            "trigger": "manual",
        },
    }
