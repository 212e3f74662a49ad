"""Vertti's own token, for calling the connector: fetched off the turn, kept until it ages."""

import asyncio
import os
import time
from typing import Any

import aiohttp

from bot.settings import AppType, Settings

SCOPE = "https://api.botframework.com"
AHEAD = 300  # seconds before expiry at which a new one is fetched
IDENTITY_SERVICE = "http://169.254.169.254/metadata/identity/oauth2/token"


class OutgoingToken:
    """One token, shared by everybody who waits for it."""

    def __init__(self, http: aiohttp.ClientSession, settings: Settings) -> None:
        self._http, self._settings = http, settings
        self._token, self._expires = "", 0.0
        self._fetching = asyncio.Lock()

    async def get(self) -> str | None:
        """A bearer token that is good for minutes; None in development mode.

        Raises:
            aiohttp.ClientError: the token service cannot be reached or refused.
        """
        if self._settings.development:
            return None
        async with self._fetching:
            if time.monotonic() > self._expires - AHEAD:
                answer = await self._fetch()
                self._token = str(answer["access_token"])
                self._expires = time.monotonic() + float(answer["expires_in"])
        return self._token

    async def _fetch(self) -> Any:
        settings = self._settings
        if settings.app_type == AppType.MANAGED_IDENTITY:
            # App Service and Container Apps give an endpoint, machines a fixed address.
            endpoint = os.environ.get("IDENTITY_ENDPOINT")
            where = endpoint or IDENTITY_SERVICE
            version = "2019-08-01" if endpoint else "2018-02-01"
            query = {"resource": SCOPE, "client_id": settings.app_id, "api-version": version}
            header = os.environ.get("IDENTITY_HEADER")
            headers = {"X-IDENTITY-HEADER": header} if header else {"Metadata": "true"}
            request = self._http.get(where, params=query, headers=headers)
        else:
            form = {
                "grant_type": "client_credentials",
                "client_id": settings.app_id,
                "client_secret": settings.app_password.get_secret_value(),
                "scope": f"{SCOPE}/.default",
            }
            request = self._http.post(f"{settings.authority}/oauth2/v2.0/token", data=form)
        async with request as answer:
            answer.raise_for_status()
            return await answer.json(content_type=None)
