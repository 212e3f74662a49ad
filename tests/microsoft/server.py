"""A stand-in for Microsoft: signing keys, outgoing tokens, and a connector with Teams' limits.

As a process: `python -m tests.microsoft.server --port 5001`. Within one:
`async with Microsoft().running() as microsoft: … microsoft.url`.
"""

import argparse
import asyncio
import json
import math
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass
from fnmatch import fnmatchcase
from typing import Any, cast

from aiohttp import web

from tests.benchmarks.activities import APP_ID, TENANT, account
from tests.microsoft.limits import Limits
from tests.microsoft.tokens import Flaw, Forgery, Signer

STATIC_TOKEN = "a-static-token"  # for the peers, which are measured without fetching tokens
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass
class Rule:
    """What goes wrong, for which conversations, how many times."""

    match: str = "*"  # a shell pattern of conversation ids
    method: str = "*"
    status: int | None = None  # None: answered as usual (after the delay)
    code: str = "InjectedError"
    retry_after: int | None = None  # seconds
    delay: float = 0.0  # seconds before the answer: more than a sender's patience is a timeout
    until: asyncio.Event | None = None  # no answer before this happens
    drop: bool = False  # close the connection instead of answering
    delivered: bool = False  # the message reaches the person in spite of the error
    times: int | None = None  # None: for ever

    def applies(self, method: str, conversation: str) -> bool:
        return (
            self.times != 0
            and fnmatchcase(method, self.method)
            and fnmatchcase(conversation, self.match)
        )


class Microsoft:
    def __init__(
        self,
        people: int = 50,
        latency: float = 0.0,
        roster: list[dict[str, Any]] | None = None,
        keep: bool = False,
    ) -> None:
        self.latency = latency
        self.roster = [member(n) for n in range(people)] if roster is None else roster
        self.channels: list[dict[str, Any]] = [{"id": "19:team@thread.tacv2"}]
        self.files: dict[str, bytes] = {}  # what people have sent to the bot, by name
        self.keep = keep  # remember the messages themselves
        self.signer, self.limits, self.rules = Signer(), Limits(), list[Rule]()
        self.key_rules, self.token_rules = list[Rule](), list[Rule]()
        self.url = ""
        self._apps = {STATIC_TOKEN: f"{APP_ID}/{TENANT}"}
        self.forget()

    def forget(self) -> None:
        """Start counting anew; keys, tokens and rules stay."""
        self.delivered: Counter[str] = Counter()
        self.messages: list[tuple[str, dict[str, Any]]] = []  # conversation and activity
        self.requests: Counter[str] = Counter()
        self.statuses: Counter[int] = Counter()
        self.times: list[float] = []
        self.limits.forget()

    def token(
        self,
        app_id: str = APP_ID,
        flaw: Flaw | Forgery | None = None,
        service_url: str | None = None,
    ) -> str:
        """A token for the bot's door, as the channel service would send it."""
        return self.signer.token(app_id, service_url or self.service_url, flaw)

    @property
    def service_url(self) -> str:
        return f"{self.url}/"

    def application(self) -> web.Application:
        app = web.Application(client_max_size=4 * 1024 * 1024)
        activities = "/v3/conversations/{conversation}/activities"
        app.add_routes(
            [
                web.post(activities + "/{activity}", self._connector(self._send)),
                web.post(activities, self._connector(self._send)),
                web.put(activities + "/{activity}", self._connector(self._send)),
                web.delete(activities + "/{activity}", self._connector(self._send)),
                web.post("/v3/conversations", self._connector(self._create)),
                web.get(
                    "/v3/conversations/{conversation}/pagedmembers", self._connector(self._page)
                ),
                web.get(
                    "/v3/conversations/{conversation}/members/{member}",
                    self._connector(self._member),
                ),
                web.get("/v3/teams/{conversation}/conversations", self._connector(self._channels)),
                web.get("/files/{name}", self._file),
                web.get("/openidconfiguration", self._metadata),
                web.get("/keys", self._identity("keys", self._keys)),
                web.post("/oauth2/v2.0/token", self._identity("token", self._outgoing_token)),
                web.post(
                    "/{tenant}/oauth2/v2.0/token", self._identity("token", self._outgoing_token)
                ),
                web.get("/tokens", self._inbound_tokens),
                web.get("/stats", self._stats),
                web.post("/settings", self._settings),
            ]
        )
        return app

    @asynccontextmanager
    async def running(self, port: int = 0) -> AsyncIterator["Microsoft"]:
        """Listen on loopback; port 0 takes a free one."""
        runner = web.AppRunner(self.application(), access_log=None)
        await runner.setup()
        try:
            await web.TCPSite(runner, "127.0.0.1", port).start()
            self.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
            yield self
        finally:
            await runner.cleanup()

    # the connector

    def _connector(self, answer: Handler) -> Handler:
        """The gate of every connector call: token, limits, injected errors, latency."""

        async def gate(request: web.Request) -> web.StreamResponse:
            response = await self._admit(request, answer)
            self.statuses[response.status] += 1
            return response

        return gate

    async def _admit(self, request: web.Request, answer: Handler) -> web.StreamResponse:
        now = time.monotonic()
        self.requests[request.method] += 1
        app = self._apps.get(request.headers.get("Authorization", "").removeprefix("Bearer "))
        if app is None:
            return error(401, "Unauthorized")
        conversation = request.match_info.get("conversation", "")
        sends = "/activities" in request.path
        if sends:
            self.limits.come_back(conversation, now)
        wait = self.limits.request(app, now)
        if wait is None and sends:
            wait = self.limits.send(conversation, now)
        if wait is not None:
            return self._too_many(conversation, math.ceil(wait), now)
        if self.latency:
            await asyncio.sleep(self.latency)
        for rule in self.rules:
            if rule.applies(request.method, conversation):
                return await self._go_wrong(rule, request, answer)
        return await answer(request)

    def _too_many(self, conversation: str, seconds: int, now: float) -> web.Response:
        self.limits.told(conversation, now + seconds)
        refusal = error(429, "Throttled")
        refusal.headers["Retry-After"] = str(seconds)
        return refusal

    async def _go_wrong(
        self, rule: Rule, request: web.Request, answer: Handler
    ) -> web.StreamResponse:
        if rule.times is not None:
            rule.times -= 1
        usual = await answer(request) if rule.delivered or rule.status is None else None
        await asyncio.sleep(rule.delay)
        if rule.until is not None:
            await rule.until.wait()
        if rule.drop and request.transport is not None:
            request.transport.abort()
        if rule.status is None and usual is not None:
            return usual
        if rule.status == 429 and rule.retry_after is not None:
            conversation = request.match_info.get("conversation", "")
            return self._too_many(conversation, rule.retry_after, time.monotonic())
        return error(rule.status or 500, rule.code)

    async def _send(self, request: web.Request) -> web.StreamResponse:
        if request.method == "DELETE":
            return web.Response()
        activity = await request.json()
        if not activity.get("type"):
            return error(400, "BadSyntax")
        if self.keep:
            self.messages.append((request.match_info["conversation"], activity))
        if request.method == "PUT":
            return web.json_response({"id": request.match_info["activity"]})
        self.delivered[request.match_info["conversation"]] += 1
        self.times.append(time.monotonic())
        return web.json_response({"id": f"1:{len(self.times)}"}, status=201)

    async def _create(self, request: web.Request) -> web.StreamResponse:
        """A personal chat: asking twice for the same person gives the same one."""
        members = (await request.json()).get("members") or [{"id": "29:nobody"}]
        conversation = members[0]["id"].replace("29:", "a:", 1)
        return web.json_response({"id": conversation, "serviceUrl": self.service_url}, status=201)

    async def _page(self, request: web.Request) -> web.StreamResponse:
        size = min(max(int(request.query.get("pageSize", 200)), 50), 500)
        first = int(request.query.get("continuationToken", 0))
        end = min(first + size, len(self.roster))
        page: dict[str, Any] = {"members": self.roster[first:end]}
        if end < len(self.roster):
            page["continuationToken"] = str(end)
        return web.json_response(page)

    async def _member(self, request: web.Request) -> web.StreamResponse:
        found = [m for m in self.roster if m["id"] == request.match_info["member"]]
        if not found:
            return error(404, "MemberNotFoundInConversation")
        return web.json_response(found[0])

    async def _channels(self, request: web.Request) -> web.StreamResponse:
        return web.json_response({"conversations": self.channels})

    async def _file(self, request: web.Request) -> web.StreamResponse:
        """A file as SharePoint keeps it: fetched without a token, by an address that is secret."""
        self.requests["file"] += 1
        if "Authorization" in request.headers:
            return error(400, "TokenSent")
        name = request.match_info["name"]
        if name == "elsewhere":
            raise web.HTTPFound(f"{self.url}/files/people.csv")
        if name not in self.files:
            return error(404, "itemNotFound")
        return web.Response(body=self.files[name], content_type="application/octet-stream")

    # keys and tokens

    def _identity(self, name: str, answer: Handler) -> Handler:
        """Count, and go wrong when told to."""

        async def gate(request: web.Request) -> web.StreamResponse:
            self.requests[name] += 1
            for rule in self.key_rules if name == "keys" else self.token_rules:
                if rule.times != 0:
                    return await self._go_wrong(rule, request, answer)
            return await answer(request)

        return gate

    async def _metadata(self, request: web.Request) -> web.StreamResponse:
        return web.json_response(
            {
                "issuer": "https://api.botframework.com",
                "jwks_uri": f"{self.url}/keys",
                "id_token_signing_alg_values_supported": ["RS256"],
            }
        )

    async def _keys(self, request: web.Request) -> web.StreamResponse:
        return web.json_response(self.signer.public_keys())

    async def _outgoing_token(self, request: web.Request) -> web.StreamResponse:
        form = {name: str(value) for name, value in (await request.post()).items()}
        if form.get("grant_type") != "client_credentials" or not form.get("client_id"):
            return web.json_response({"error": "invalid_request"}, status=400)
        token = f"outgoing-{len(self._apps)}"
        self._apps[token] = f"{form['client_id']}/{request.match_info.get('tenant', TENANT)}"
        return web.json_response(
            {"token_type": "Bearer", "access_token": token, "expires_in": 3600}
        )

    # for the one who measures

    async def _inbound_tokens(self, request: web.Request) -> web.StreamResponse:
        flaw = cast("Flaw | None", request.query.get("flaw"))
        count = int(request.query.get("count", 1))
        return web.json_response([self.token(flaw=flaw) for _ in range(count)])

    async def _settings(self, request: web.Request) -> web.StreamResponse:
        """`{"reset": true, "limits": false, "latency": 0.08, "rules": [{…}]}`, each optional."""
        given = await request.json()
        self.limits.on = given.get("limits", self.limits.on)
        self.latency = given.get("latency", self.latency)
        if "rules" in given:
            self.rules = [Rule(**rule) for rule in given["rules"]]
        if given.get("reset"):
            self.forget()
        return web.json_response({"rules": [asdict(rule) for rule in self.rules]})

    async def _stats(self, request: web.Request) -> web.StreamResponse:
        return web.json_response(self.stats(detail="detail" in request.query))

    def stats(self, detail: bool = False) -> dict[str, Any]:
        """Counts since the last reset; times in seconds of the machine's monotonic clock."""
        found: dict[str, Any] = {
            "delivered": len(self.times),
            "conversations": len(self.delivered),
            "most_to_one": max(self.delivered.values(), default=0),
            "first": self.times[0] if self.times else None,
            "last": self.times[-1] if self.times else None,
            "busiest_second": busiest_second(self.times),
            "requests": dict(self.requests),
            "statuses": dict(self.statuses),
            "violations": dict(self.limits.violations),
            "retry_after": {"honoured": self.limits.honoured, "early": self.limits.early},
            "pushed_on": self.limits.pushed_on,
        }
        return found | ({"delivered_to": dict(self.delivered)} if detail else {})


def member(n: int) -> dict[str, Any]:
    return account(n) | {
        "objectId": account(n)["aadObjectId"],
        "userPrincipalName": f"person-{n:05}@example.org",
        "tenantId": TENANT,
        "userRole": "user",
    }


def error(status: int, code: str) -> web.Response:
    """An error in the words of the Bot Framework connector."""
    body = {"error": {"code": code, "message": f"{code}, says the stand-in."}}
    return web.Response(status=status, text=json.dumps(body), content_type="application/json")


def busiest_second(times: list[float]) -> int:
    """The most deliveries in any sliding second."""
    most = first = 0
    for n, at in enumerate(times):
        while at - times[first] >= 1:
            first += 1
        most = max(most, n - first + 1)
    return most


async def serve(port: int, people: int, latency: float, limits: bool) -> None:
    microsoft = Microsoft(people, latency)
    microsoft.limits.on = limits
    async with microsoft.running(port):
        await asyncio.Event().wait()


if __name__ == "__main__":
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--port", type=int, required=True)
    options.add_argument("--people", type=int, default=50)
    options.add_argument("--latency", type=float, default=0.0, help="of the connector, in seconds")
    options.add_argument("--no-limits", action="store_true")
    chosen = options.parse_args()
    asyncio.run(serve(chosen.port, chosen.people, chosen.latency, not chosen.no_limits))
