"""Who may knock, above the token check. Everything that is missing or odd is refused.

The signed token proves that Microsoft sent the request, not that it is for this forum: any
Azure customer can get signed activities with a serviceUrl of their own choice. Source:
advisories on look-alike hosts and on bots that answered other tenants.
"""

from typing import Any
from urllib.parse import urlsplit

from bot.settings import Settings

TEAMS = "msteams"


def refusal(body: Any, settings: Settings) -> str | None:
    """Why this activity is refused (for the operator's log), or None."""
    if body.get("channelId") != TEAMS:
        return "other channel"
    if not is_our_service(body.get("serviceUrl"), settings):
        return "foreign serviceUrl"
    tenants = {_dig(body, "channelData", "tenant", "id"), _dig(body, "conversation", "tenantId")}
    if settings.development:
        return None
    if len(tenants) != 1 or not tenants <= settings.tenants:
        return "other tenant"
    if _dig(body, "recipient", "id") != f"28:{settings.app_id}":
        return "other recipient"
    return None


def is_our_service(address: Any, settings: Settings) -> bool:
    """Whether Vertti may send its token to this address: https and an exact, listed host.

    Plain http is for loopback only: always in development, and in tests when listed.
    """
    if not isinstance(address, str):
        return False
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError:
        return False
    host = parts.hostname or ""
    if parts.username or parts.password or "\\" in address or parts.query or parts.fragment:
        return False
    loopback = host in {"127.0.0.1", "::1", "localhost"}
    if settings.development:
        return loopback and parts.scheme == "http"
    if parts.scheme == "http" and not loopback:
        return False
    if parts.scheme not in {"http", "https"}:
        return False
    named = host if port in (None, 443) else f"{host}:{port}"
    return named in settings.service_hosts


def _dig(body: Any, *path: str) -> Any:
    for key in path:
        body = body.get(key) if isinstance(body, dict) else None
    return body
