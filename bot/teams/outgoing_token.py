"""Vertti's own token, for calling the connector: fetched off the turn, kept until it ages."""

import asyncio
import logging
import os
import time
from collections.abc import Callable
from typing import Any

import aiohttp

from bot.settings import AppType, Settings

log = logging.getLogger(__name__)

SCOPE = "https://api.botframework.com"
AHEAD = 300  # seconds before expiry from which a new one is fetched in the background
SPARE = 30  # seconds before expiry at which it is no longer used
AGAIN = 10  # seconds between two fetches in the background, and between two refusals
PATIENCE = aiohttp.ClientTimeout(total=8)
IDENTITY_SERVICE = "http://169.254.169.254/metadata/identity/oauth2/token"


class NoToken(Exception):
    """The token service cannot be reached or refused; nothing was sent."""


class OutgoingToken:
    """One token, shared by everybody; when there is none, all wait for the same fetch."""

    def __init__(
        self,
        http: aiohttp.ClientSession,
        settings: Settings,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._http, self._settings, self._monotonic = http, settings, monotonic
        self._token, self._problem = "", ""
        self._fetched = self._ages = self._ends = -float("inf")
        self._fetching: asyncio.Task[None] | None = None

    async def get(self) -> str | None:
        """A bearer token that is good for half a minute and more; None in development mode.

        Raises:
            NoToken
        """
        if self._settings.development:
            return None
        idle = self._fetching is None or self._fetching.done()
        if idle and self._monotonic() >= min(self._ages, self._ends):
            self._fetching = asyncio.create_task(self._fetch())
        if self._monotonic() >= self._ends and self._fetching is not None:
            await asyncio.shield(self._fetching)
            if self._monotonic() >= self._ends:
                raise NoToken(self._problem)
        return self._token

    def refused(self, token: str | None) -> None:
        """The connector did not take it: fetch another, unless this one is brand-new."""
        if token == self._token and self._monotonic() > self._fetched + AGAIN:
            self._ages = self._ends = -float("inf")

    async def _fetch(self) -> None:
        try:
            answer = await self._ask()
            token, seconds = str(answer["access_token"]), _seconds(answer)
        except Exception as error:
            status = f" {error.status}" if isinstance(error, aiohttp.ClientResponseError) else ""
            self._problem = f"{type(error).__name__}{status}"
            log.warning("no token for calling Teams: %s", self._problem)
            if self._monotonic() < self._ends:  # it still serves; no hurry
                self._ages = self._monotonic() + AGAIN
            return
        self._token, self._fetched = token, self._monotonic()
        self._ages = self._fetched + max(seconds - AHEAD, seconds / 2)
        self._ends = self._fetched + seconds - SPARE

    async def _ask(self) -> Any:
        settings = self._settings
        if settings.app_type == AppType.MANAGED_IDENTITY:
            # App Service and Container Apps give an endpoint, machines a fixed address.
            endpoint = os.environ.get("IDENTITY_ENDPOINT")
            where = endpoint or IDENTITY_SERVICE
            version = "2019-08-01" if endpoint else "2018-02-01"
            query = {"resource": SCOPE, "client_id": settings.app_id, "api-version": version}
            header = os.environ.get("IDENTITY_HEADER")
            headers = {"X-IDENTITY-HEADER": header} if header else {"Metadata": "true"}
            request = self._http.get(
                where, params=query, headers=headers, allow_redirects=False, timeout=PATIENCE
            )
        else:
            form = {
                "grant_type": "client_credentials",
                "client_id": settings.app_id,
                "client_secret": settings.app_password.get_secret_value(),
                "scope": f"{SCOPE}/.default",
            }
            # A redirect would carry the secret elsewhere.
            request = self._http.post(
                f"{settings.authority}/oauth2/v2.0/token",
                data=form,
                allow_redirects=False,
                timeout=PATIENCE,
            )
        async with request as answer:
            answer.raise_for_status()
            return await answer.json(content_type=None)


def _seconds(answer: dict[str, Any]) -> float:
    """How long the token lives; App Service only says until when (in seconds since 1970)."""
    if "expires_in" in answer:
        return float(answer["expires_in"])
    return float(answer["expires_on"]) - time.time()
