"""The tokens that Microsoft's channel service would send, and forgeries of every kind."""

import base64
import hmac
import json
import time
from functools import cache
from typing import Any, Literal, get_args

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from jwt.algorithms import RSAAlgorithm

ISSUER = "https://api.botframework.com"
Flaw = Literal["signature", "key", "audience", "issuer", "service_url", "expired"]
FLAWS: tuple[Flaw, ...] = get_args(Flaw)  # those that the benchmark asks every server about
Forgery = Literal[
    "not yet valid",
    "endless",
    "for nobody",
    "for several",
    "from nobody",
    "without serviceUrl",
    "without key id",
    "claims changed",
    "none",
    "HS256",
    "RS512",
    "own key inside",
    "critical",
    "webchat's key",
    "key for no channel",
    "nested header",
]
FORGERIES: tuple[Forgery, ...] = get_args(Forgery)


@cache
def key(name: str) -> rsa.RSAPrivateKey:
    """A throw-away key; the same name is the same key in one process."""
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


class Signer:
    """Signs with published keys; a forger's key, which nobody publishes, makes the forgeries."""

    def __init__(self) -> None:
        self.key_id = "benchmark"  # the one in use
        self.published: dict[str, list[str] | None] = {
            "benchmark": ["msteams", "webchat"],
            "webchat": ["webchat"],
            "bare": None,
        }
        self._serial = 0

    def rotate(self, key_id: str) -> None:
        """Withdraw the key in use and sign with a new one."""
        del self.published[self.key_id]
        self.published[key_id] = ["msteams"]
        self.key_id = key_id

    def public_keys(self) -> dict[str, Any]:
        return {
            "keys": [
                {**_public(name), "kid": name, "use": "sig"}
                | ({} if channels is None else {"endorsements": channels})
                for name, channels in self.published.items()
            ]
        }

    def token(
        self, app_id: str, service_url: str, flaw: Flaw | Forgery | None = None, **claims: Any
    ) -> str:
        """A token as Teams sends it (an hour long), or one with exactly one thing wrong."""
        now = int(time.time())
        self._serial += 1
        headers: dict[str, Any] = {"kid": self.key_id, "typ": "JWT", "alg": "RS256"}
        claims = {
            "iss": ISSUER,
            "aud": app_id,
            "serviceurl": service_url,
            "nbf": now - 10,
            "exp": now + 3600,
            "jti": str(self._serial),
        } | claims
        signing = key(self.key_id)
        match flaw:
            case "signature":
                signing = key("forger")
            case "key":
                headers["kid"], signing = f"unknown-{self._serial}", key("forger")
            case "own key inside":
                signing = key("forger")
                headers |= {"jwk": _public("forger"), "jku": "https://forger.example/keys"}
            case "webchat's key":
                headers["kid"], signing = "webchat", key("webchat")
            case "key for no channel":
                headers["kid"], signing = "bare", key("bare")
            case "without key id":
                del headers["kid"]
            case "critical":
                headers |= {"crit": ["x"], "x": True}
            case "none" | "HS256" | "RS512":
                headers["alg"] = flaw
            case "audience":
                claims["aud"] = "00000000-0000-4000-8000-000000000000"
            case "for several":
                claims["aud"] = [app_id, "00000000-0000-4000-8000-000000000000"]
            case "for nobody":
                del claims["aud"]
            case "issuer":
                claims["iss"] = "https://issuer.example"
            case "from nobody":
                del claims["iss"]
            case "service_url":
                claims["serviceurl"] = "https://elsewhere.example/"
            case "without serviceUrl":
                del claims["serviceurl"]
            case "expired":
                claims |= {"nbf": now - 7200, "exp": now - 3600}
            case "not yet valid":
                claims |= {"nbf": now + 3600, "exp": now + 7200}
            case "endless":
                del claims["exp"]
        if flaw == "nested header":
            return f"{_coded(b'[' * 4000)}.{_coded(b'{}')}.{_coded(b'no')}"
        head, body = _coded(json.dumps(headers).encode()), _coded(json.dumps(claims).encode())
        signature = _signature(f"{head}.{body}".encode(), headers["alg"], signing)
        if flaw == "claims changed":
            body = _coded(json.dumps({**claims, "exp": now + 7200}).encode())
        return f"{head}.{body}.{_coded(signature)}"


def _signature(what: bytes, algorithm: str, signing: rsa.RSAPrivateKey) -> bytes:
    if algorithm == "none":
        return b""
    if algorithm == "HS256":  # the public key, which everybody has, taken for a shared secret
        pem = signing.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
        return hmac.digest(pem, what, "sha256")
    found: bytes = jwt.get_algorithm_by_name(algorithm).sign(what, signing)
    return found


def _public(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(RSAAlgorithm.to_jwk(key(name).public_key()))
    return found


def _coded(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
