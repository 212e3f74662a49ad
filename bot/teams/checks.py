"""Who may knock, above the token check. Everything that is missing or odd is refused.

The signed token proves that Microsoft sent the request, not that it is for this forum: any
Azure customer can get signed activities with a serviceUrl of their own choice. Source:
advisories on look-alike hosts and on bots that answered other tenants.
"""

import re
from typing import Any

from bot.settings import Settings

TEAMS = "msteams"
LOOPBACK = frozenset({"127.0.0.1", "[::1]", "localhost"})

# A pattern instead of an URL parser: parsers disagree about user names, backslashes, tabs and
# other alphabets, and such a disagreement is how a token reaches somebody else's host.
_ADDRESS = re.compile(
    r"(?P<scheme>https?)://(?P<host>[a-z0-9.-]+|\[::1\])(?P<port>:[1-9][0-9]{0,4})?"
    r"(/[A-Za-z0-9._~/-]*)?",
    re.IGNORECASE | re.ASCII,
)


def refusal(body: dict[str, Any], settings: Settings) -> str | None:
    """Why this activity is refused (for the operator's log), or None."""
    if body.get("channelId") != TEAMS:
        return "other channel"
    if not is_our_service(body.get("serviceUrl"), settings):
        return "foreign serviceUrl"
    if settings.development:
        return None
    tenant = _text_at(body, "channelData", "tenant", "id")
    if tenant is None or tenant not in settings.tenants:
        return "other tenant"
    if _text_at(body, "conversation", "tenantId") != tenant:
        return "two tenants"
    if _text_at(body, "recipient", "id") != f"28:{settings.app_id}":
        return "other recipient"
    return None


def is_our_service(address: Any, settings: Settings) -> bool:
    """Whether Vertti may send its token to this address: https and an exact, listed host.

    Plain http is for loopback only: always in development, and in tests when listed.
    """
    found = _ADDRESS.fullmatch(address) if isinstance(address, str) else None
    if found is None:
        return False
    scheme, host = found["scheme"].lower(), found["host"].lower()
    if settings.development:
        return host in LOOPBACK and scheme == "http"
    if scheme == "http" and host not in LOOPBACK:
        return False
    port = "" if found["port"] == ":443" else found["port"] or ""
    return host + port in settings.service_hosts


def _text_at(body: Any, *path: str) -> str | None:
    for key in path:
        body = body.get(key) if isinstance(body, dict) else None
    return body if isinstance(body, str) and body else None
