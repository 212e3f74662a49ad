"""Is the request really from the Bot Framework? The signed token that comes with it says so.

The SDK's own validator accepts tokens without expiry, answers 500 to bad ones and fetches keys
on the event loop (measured); this one takes its place through the SDK's public seam.
"""

import asyncio
import json
import time
from typing import Any

import aiohttp
import jwt
from jwt.algorithms import RSAAlgorithm

LEEWAY = 300  # seconds of clock difference, as in the SDK
FRESH = 24 * 3600  # seconds after which keys are fetched again in the background
AGAIN = 60  # seconds between two fetches that unknown key ids cause
REMEMBERED = 500  # verified tokens; Teams uses one for about an hour


class TokenCheck:
    """Verifies RS256 tokens against the keys of an OpenID metadata document."""

    def __init__(
        self, http: aiohttp.ClientSession, metadata_url: str, audience: str, issuer: str
    ) -> None:
        self._http, self._metadata_url = http, metadata_url
        self._audience, self._issuer = audience, issuer
        self._keys: dict[str, tuple[Any, frozenset[str]]] = {}
        self._fetched = self._tried = -float("inf")
        self._fetching = asyncio.Lock()
        self._verified: dict[str, tuple[dict[str, Any], frozenset[str]]] = {}

    async def claims(self, header: str, channel: str, service_url: str) -> dict[str, Any]:
        """The verified claims of an Authorization header.

        Raises:
            PermissionError: for every token that is not right; says why, for the log.
        """
        scheme, _, token = header.partition(" ")
        if scheme != "Bearer" or not token:
            raise PermissionError("no token")
        claims, endorsed = self._verified.get(token) or await self._verify(token)
        if claims["exp"] + LEEWAY < time.time():
            self._verified.pop(token, None)
            raise PermissionError("token expired")
        if endorsed and channel not in endorsed:
            raise PermissionError("key not endorsed for this channel")
        if claims.get("serviceurl") != service_url:
            raise PermissionError("token is for another serviceUrl")
        return claims

    async def _verify(self, token: str) -> tuple[dict[str, Any], frozenset[str]]:
        try:
            key_id = jwt.get_unverified_header(token).get("kid")
            key, endorsed = await self._key(str(key_id))
            claims: dict[str, Any] = jwt.decode(
                token,
                key,
                algorithms=["RS256"],
                audience=self._audience,
                issuer=self._issuer,
                leeway=LEEWAY,
                options={"require": ["exp", "iss", "aud"]},
            )
        except (jwt.PyJWTError, ValueError) as error:
            raise PermissionError(f"token refused: {type(error).__name__}") from None
        if len(self._verified) >= REMEMBERED:
            self._verified.clear()
        self._verified[token] = claims, endorsed
        return claims, endorsed

    async def _key(self, key_id: str) -> tuple[Any, frozenset[str]]:
        stale = time.monotonic() - self._fetched > FRESH
        if (key_id not in self._keys or stale) and time.monotonic() - self._tried > AGAIN:
            try:
                await self._fetch()
            except (aiohttp.ClientError, TimeoutError, ValueError, KeyError):
                if key_id not in self._keys:  # stale keys are better than an outage
                    raise PermissionError("keys cannot be fetched") from None
        if key_id not in self._keys:
            raise PermissionError("unknown key id")
        return self._keys[key_id]

    async def _fetch(self) -> None:
        async with self._fetching:
            if time.monotonic() - self._tried <= AGAIN:
                return  # somebody else just did
            self._tried = time.monotonic()
            try:
                metadata = await self._get(self._metadata_url)
                keys = (await self._get(metadata["jwks_uri"]))["keys"]
            except BaseException:
                self._tried = -float("inf")
                raise
            self._keys = {
                key["kid"]: (
                    RSAAlgorithm.from_jwk(json.dumps(key)),
                    frozenset(key.get("endorsements", ())),
                )
                for key in keys
                if key.get("kty") == "RSA"
            }
            self._fetched = time.monotonic()

    async def _get(self, address: str) -> Any:
        async with self._http.get(address, timeout=aiohttp.ClientTimeout(total=10)) as answer:
            answer.raise_for_status()
            return await answer.json(content_type=None)
