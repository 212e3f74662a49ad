"""A request that would be good, for a case to spoil, and what being refused means."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from prometheus_client import REGISTRY

from tests.bot.rows import everything
from tests.story import Story

Json = dict[str, Any]
ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
FOREIGN = "https://elsewhere.example/"


@dataclass
class Knock:
    story: Story
    body: Json
    token: str
    method: str = "POST"
    headers: list[tuple[str, str]] = field(default_factory=list)
    raw: Any = None

    def signed_for(self, service_url: Any) -> None:
        """Body and token agree on another serviceUrl, as for any Azure customer's own bot."""
        self.body["serviceUrl"] = service_url
        self.token = self.story.microsoft.token(service_url=str(service_url))

    async def knock(self) -> tuple[int, bytes]:
        headers = self.headers or [
            ("Authorization", f"Bearer {self.token}"),
            ("Content-Type", "application/json"),
        ]
        async with self.story.http.request(
            self.method,
            f"{self.story.url}/api/messages",
            data=json.dumps(self.body).encode() if self.raw is None else self.raw,
            headers=headers,
        ) as answer:
            return answer.status, await answer.read()


Spoil = Callable[[Knock], None]


def body(*path: str, to: Any) -> Spoil:
    """Put something else into the activity; None takes it out."""

    def spoil(knock: Knock) -> None:
        place: Any = knock.body
        for key in path[:-1]:
            place = place[key]
        if to is None:
            del place[path[-1]]
        else:
            place[path[-1]] = to

    return spoil


async def assert_refused(
    knock: Knock, status: int, why: str, caplog: pytest.LogCaptureFixture
) -> None:
    """An empty answer, one log line that says why, one more in the metric, nothing else."""
    before = await everything(knock.story.transaction)
    counted = REGISTRY.get_sample_value("vertti_refused_total", {"why": why}) or 0
    assert await knock.knock() == (status, b"")
    assert await everything(knock.story.transaction) == before
    assert knock.story.microsoft.messages == []
    assert caplog.messages == [f"refused a request: {why}"]
    assert REGISTRY.get_sample_value("vertti_refused_total", {"why": why}) == counted + 1
