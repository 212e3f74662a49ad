"""The whole service behind real HTTP with the real token check; only Microsoft is a stand-in."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from typing import Any

import aiohttp
from pydantic import SecretStr

from bot.app import Service, listening, service
from bot.settings import Settings
from storage.people import Person
from tests.benchmarks.activities import APP_ID, BOT
from tests.builders import NOW, TENANT
from tests.card_schema import assert_good
from tests.microsoft.server import Microsoft

Json = dict[str, Any]


class Clock:
    """Time in a story stands still until it is moved."""

    def __init__(self, now: datetime = NOW) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now


class Story:
    """Talk to Vertti as Teams does, and read what Vertti sent."""

    def __init__(
        self,
        microsoft: Microsoft,
        parts: Service,
        url: str,
        http: aiohttp.ClientSession,
        clock: Clock,
    ) -> None:
        self.microsoft, self.parts, self.url, self.http = microsoft, parts, url, http
        self.clock = clock
        self.transaction = parts.transaction
        self._numbers = 0

    @classmethod
    @asynccontextmanager
    async def begins(cls, database_url: str, **settings: Any) -> AsyncIterator["Story"]:
        clock = Clock()
        async with Microsoft(keep=True, roster=[]).running() as microsoft:
            microsoft.limits.on = False
            chosen = Settings.model_validate(
                {
                    "app_id": APP_ID,
                    "app_password": SecretStr("nobody's"),
                    "app_tenant_id": TENANT,
                    "database_url": database_url,
                    "port": 0,
                    "service_hosts": frozenset({microsoft.url.removeprefix("http://")}),
                    "file_hosts": frozenset({microsoft.url.removeprefix("http://")}),
                    "openid_metadata_url": f"{microsoft.url}/openidconfiguration",
                    "token_authority": f"{microsoft.url}/{TENANT}",
                    **settings,
                }
            )
            async with (
                service(chosen, clock) as parts,
                listening(parts.web, chosen) as url,
                aiohttp.ClientSession() as http,
            ):
                story = cls(microsoft, parts, url, http, clock)
                yield story
                for _, sent in microsoft.messages:
                    for attachment in sent.get("attachments", ()):
                        assert_good(attachment["content"])

    # what people do

    async def say(self, person: Person, text: str, **more: Any) -> Json | None:
        """Type in the personal chat; the card that comes back."""
        before = len(self.microsoft.messages)
        await self.send(self.activity(person, type="message", text=text, **more))
        return self._card_since(before)

    async def mention(self, person: Person, text: str, team: str, channel: str) -> Json | None:
        """@Vertti in a channel; the card that comes back there."""
        before = len(self.microsoft.messages)
        mention = {"type": "mention", "mentioned": BOT, "text": "<at>Vertti</at>"}
        await self.send(
            self.activity(
                person,
                type="message",
                text=f"<at>Vertti</at> {text}",
                entities=[mention],
                conversation={
                    "id": f"{channel};messageid=1",
                    "conversationType": "channel",
                    "isGroup": True,
                    "tenantId": TENANT,
                },
                channelData={"tenant": {"id": TENANT}, "team": {"id": team}},
            )
        )
        return self._card_since(before)

    async def press(self, person: Person, card: Json, title: str, **inputs: Any) -> Json:
        """Press a button of a card by its title; the answer to the invoke."""
        [action] = [a for a in buttons(card) if a["title"] == title]
        return await self.invoke(person, action["verb"], {**action["data"], **inputs})

    async def invoke(self, person: Person, verb: str, data: Json, **more: Any) -> Json:
        value = {"action": {"type": "Action.Execute", "verb": verb, "data": data}}
        return await self.send(
            self.activity(person, type="invoke", name="adaptiveCard/action", value=value, **more)
        )

    def activity(self, person: Person, **more: Any) -> Json:
        self._numbers += 1
        return {
            "id": f"f:{self._numbers}",
            "channelId": "msteams",
            "serviceUrl": self.microsoft.service_url,
            "from": {
                "id": person.teams_id,
                "aadObjectId": person.aad_object_id,
                "name": person.name,
            },
            "conversation": {
                "id": f"a:{(person.teams_id or '').removeprefix('29:')}",
                "conversationType": "personal",
                "tenantId": TENANT,
            },
            "recipient": BOT,
            "channelData": {"tenant": {"id": TENANT}},
            "locale": "fi-FI",
            **more,
        }

    async def send(self, activity: Json, expect: int = 200) -> Json:
        """Put an activity to the door with a good token."""
        headers = {"Authorization": f"Bearer {self.microsoft.token()}"}
        async with self.http.post(
            f"{self.url}/api/messages", json=activity, headers=headers
        ) as answer:
            assert answer.status == expect, await answer.text()
            found = await answer.json() if answer.content_type == "application/json" else {}
        if isinstance(found.get("value"), dict):
            assert_good(found["value"])
        return found

    # what the clock does

    async def wait(self, **time: float) -> None:
        """Let time pass, then let the clock tick once."""
        self.clock.now += timedelta(**time)
        await self.parts.schedule.tick()

    # what arrived

    def received(self, conversation: str) -> list[Json]:
        """The cards that arrived in a conversation, oldest first."""
        return [
            activity["attachments"][0]["content"]
            for where, activity in self.microsoft.messages
            if where == conversation
        ]

    def _card_since(self, before: int) -> Json | None:
        new = self.microsoft.messages[before:]
        return new[-1][1]["attachments"][0]["content"] if new else None


def buttons(card: Json) -> list[Json]:
    """Every action of a card."""
    found = list(card.get("actions", []))
    for element in card.get("body", []):
        found += element.get("actions", [])
    return found


def texts(card: Json) -> str:
    """Everything a person can read on a card, a line for each element."""
    lines: list[str] = []

    def walk(node: Any) -> None:
        if isinstance(node, list):
            for item in node:
                walk(item)
        elif isinstance(node, dict):
            if node.get("type") == "RichTextBlock":
                lines.append("".join(run["text"] for run in node["inlines"]))
                return
            lines.extend(
                str(node[k]) for k in ("text", "label", "title", "placeholder") if k in node
            )
            for key in ("body", "items", "columns", "actions", "choices", "rows", "cells"):
                walk(node.get(key))

    walk(card)
    return "\n".join(lines)
