"""The people of the benchmark, and what Teams sends when they say or press something."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

APP_ID = "6f1c1c0e-0000-4000-8000-00000000b070"
TENANT = "7a3d2b1e-0000-4000-8000-000000007e4a"
BOT = {"id": f"28:{APP_ID}", "name": "Vertti"}


def account(person: int) -> dict[str, str]:
    """A person's Teams account: the same number is always the same person."""
    return {
        "id": f"29:person-{person:05}",
        "name": f"Henkilö {person}",
        "aadObjectId": str(UUID(int=0xA << 120 | person)),
    }


def conversation_id(person: int) -> str:
    return f"a:person-{person:05}"


def envelope(person: int, n: int, service_url: str) -> dict[str, Any]:
    """What every activity of a personal chat carries; `n` must never come twice."""
    now = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return {
        "id": f"f:{n}",
        "timestamp": now,
        "localTimestamp": now,
        "localTimezone": "Europe/Helsinki",
        "channelId": "msteams",
        "serviceUrl": service_url,
        "from": account(person),
        "conversation": {
            "id": conversation_id(person),
            "conversationType": "personal",
            "tenantId": TENANT,
        },
        "recipient": BOT,
        "entities": [
            {
                "type": "clientInfo",
                "locale": "fi-FI",
                "country": "FI",
                "platform": "Web",
                "timezone": "Europe/Helsinki",
            }
        ],
        "channelData": {"tenant": {"id": TENANT}},
        "locale": "fi-FI",
    }


def message(person: int, n: int, service_url: str) -> dict[str, Any]:
    """A typed message; the echoes answer it by a POST to the connector."""
    return {
        **envelope(person, n, service_url),
        "type": "message",
        "textFormat": "plain",
        "text": f"Terve, viesti {n}",
    }
