"""Is the request really from the Bot Framework? The signed token that comes with it says so.

The SDK's own validator accepts tokens without expiry, answers 500 to bad ones and fetches keys
on the event loop (measured); this one takes its place through the SDK's public seam.
"""

import asyncio
import json
import logging
import time
from collections.abc import Callable
from typing import Any

import aiohttp
import jwt
from jwt.algorithms import RSAAlgorithm

log = logging.getLogger(__name__)

LEEWAY = 300  # seconds of clock difference, as in the SDK
FRESH = 24 * 3600  # seconds after which keys are fetched again in the background
AGAIN = 60  # seconds between two fetches, however many unknown key ids knock
AFTER_FAILURE = 5  # seconds until the next fetch when one failed
PATIENCE = 8  # seconds for a fetch; Teams waits 15 for the answer
REMEMBERED = 500  # verified tokens; Teams uses one for about an hour

# The claims, the channels its key is good for, and when (monotonic) it ends.
Verified = tuple[dict[str, Any], frozenset[str], float]


class TokenCheck:
    """Verifies RS256 tokens against the keys of an OpenID metadata document."""

    def __init__(
        self,
        http: aiohttp.ClientSession,
        metadata_url: str,
        audience: str,
        issuer: str,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._http, self._metadata_url = http, metadata_url
        self._audience, self._issuer = audience, issuer
        self._monotonic = monotonic
        self._keys: dict[str, tuple[Any, frozenset[str]]] = {}
        self._stale = self._next_fetch = -float("inf")
        self._fetching: asyncio.Task[None] | None = None
        self._verified: dict[str, Verified] = {}

    async def claims(self, header: str, channel: str, service_url: str) -> dict[str, Any]:
        """The verified claims of an Authorization header.

        Raises:
            PermissionError: for every token that is not right; says why, for the log.
        """
        scheme, _, token = header.partition(" ")
        if scheme != "Bearer" or not token:
            raise PermissionError("no token")
        claims, endorsed, ends = self._verified.get(token) or await self._verify(token)
        if self._monotonic() > ends:
            self._verified.pop(token, None)
            raise PermissionError("token expired")
        if channel not in endorsed:
            raise PermissionError("key not endorsed for this channel")
        if not _same_address(claims.get("serviceurl"), service_url):
            raise PermissionError("token is for another serviceUrl")
        return claims

    async def _verify(self, token: str) -> Verified:
        try:
            key, endorsed = await self._key(str(jwt.get_unverified_header(token).get("kid")))
            claims = jwt.decode(
                token,
                key,
                algorithms=["RS256"],
                audience=self._audience,
                issuer=self._issuer,
                leeway=LEEWAY,
                options={"require": ["exp", "iss", "aud"], "strict_aud": True},
            )
            ends = self._monotonic() + int(claims["exp"]) + LEEWAY - time.time()
        except PermissionError:
            raise
        except Exception as error:
            # Whatever a token does to its readers (a header nested a thousand deep …): closed.
            raise PermissionError(f"token refused: {type(error).__name__}") from None
        if len(self._verified) >= REMEMBERED:
            self._verified.clear()
        self._verified[token] = claims, endorsed, ends
        return self._verified[token]

    async def _key(self, key_id: str) -> tuple[Any, frozenset[str]]:
        """A published key. Only an unknown one waits for a fetch, and all wait for the same."""
        now = self._monotonic()
        if (key_id not in self._keys or now > self._stale) and now >= self._next_fetch:
            self._next_fetch = now + AGAIN
            self._fetching = asyncio.create_task(self._fetch())
        if key_id not in self._keys and self._fetching is not None:
            await asyncio.shield(self._fetching)
        if key_id not in self._keys:
            raise PermissionError("unknown key id" if self._keys else "keys cannot be fetched")
        return self._keys[key_id]

    async def _fetch(self) -> None:
        """Take over the published keys. Never raises: old keys are better than an outage."""
        try:
            async with asyncio.timeout(PATIENCE):
                metadata = await self._get(self._metadata_url)
                published = (await self._get(metadata["jwks_uri"]))["keys"]
            keys = dict(_key(key) for key in published if key.get("kty") == "RSA")
            if not keys:
                raise ValueError("no keys")
        except Exception as error:
            log.warning("signing keys cannot be fetched: %s", type(error).__name__)
            self._next_fetch = self._monotonic() + AFTER_FAILURE
            return
        self._keys, self._stale = keys, self._monotonic() + FRESH
        self._verified.clear()  # tokens of a key that was withdrawn end with it

    async def _get(self, address: str) -> Any:
        async with self._http.get(address) as answer:
            answer.raise_for_status()
            return await answer.json(content_type=None)


def _key(published: dict[str, Any]) -> tuple[str, tuple[Any, frozenset[str]]]:
    endorsed = frozenset(published.get("endorsements") or ())
    return published["kid"], (RSAAlgorithm.from_jwk(json.dumps(published)), endorsed)


def _same_address(claim: Any, service_url: str) -> bool:
    """Both must be there; Microsoft is not of one mind about the slash at the end."""
    return isinstance(claim, str) and claim.rstrip("/") == service_url.rstrip("/") != ""
