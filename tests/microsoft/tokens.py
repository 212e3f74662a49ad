"""The tokens that Microsoft's channel service would send, signed with a throw-away key."""

import json
import time
from typing import Any, Literal

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa
from jwt.algorithms import RSAAlgorithm

ISSUER = "https://api.botframework.com"
Flaw = Literal["signature", "key", "audience", "issuer", "service_url", "expired"]
FLAWS: tuple[Flaw, ...] = ("signature", "key", "audience", "issuer", "service_url", "expired")


def new_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


class Signer:
    """One signing key; a second one, which nobody publishes, makes the forgeries."""

    KEY_ID = "benchmark"

    def __init__(self) -> None:
        self._key, self._forger = new_key(), new_key()
        self._serial = 0

    def public_keys(self) -> dict[str, Any]:
        public = json.loads(RSAAlgorithm.to_jwk(self._key.public_key()))
        public |= {"kid": self.KEY_ID, "use": "sig", "endorsements": ["msteams"]}
        return {"keys": [public]}

    def token(self, app_id: str, service_url: str, flaw: Flaw | None = None) -> str:
        """A token as Teams sends it (an hour long), or one with exactly one thing wrong."""
        now = int(time.time())
        self._serial += 1
        claims = {
            "iss": ISSUER,
            "aud": app_id,
            "serviceurl": service_url,
            "nbf": now - 10,
            "exp": now + 3600,
            "jti": str(self._serial),
        }
        headers = {"kid": self.KEY_ID}
        match flaw:
            case "audience":
                claims["aud"] = "00000000-0000-4000-8000-000000000000"
            case "issuer":
                claims["iss"] = "https://issuer.example"
            case "service_url":
                claims["serviceurl"] = "https://elsewhere.example/"
            case "expired":
                claims |= {"nbf": now - 7200, "exp": now - 3600}
            case "key":
                headers["kid"] = "unknown"
        key = self._forger if flaw in ("signature", "key") else self._key
        return jwt.encode(claims, key, algorithm="RS256", headers=headers)
