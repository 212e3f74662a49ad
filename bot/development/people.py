"""Brings the bot what sample people type and press in their terminals, as Teams would."""

from typing import Any
from uuid import uuid4

import aiohttp

from bot.development import sample
from bot.development.chats import Chats, Place, Terminal, place_of

TERMINAL_THREAD = ";messageid=terminal-"  # a thread in the channel that a terminal began

Json = dict[str, Any]


class People:
    def __init__(self, http: aiohttp.ClientSession, chats: Chats, bot: Json) -> None:
        self._http, self._chats, self._bot = http, chats, bot
        self.bot_url = ""  # known when it listens
        self.rows = {row["id"]: row for row in sample.everybody()}

    @property
    def service_url(self) -> str:
        return f"{self.bot_url}/development/teams"

    async def say(self, terminal: Terminal, place: Place, text: str) -> Json:
        """What somebody typed; in the channel the bot is @mentioned. See _to_bot."""
        if place == "personal":
            chat = sample.chat_id(terminal.person)
            return await self._to_bot(terminal.person, chat, type="message", text=text)
        thread = f"{sample.CHANNEL}{TERMINAL_THREAD}{uuid4().hex}"
        name, bot = self.rows[terminal.person]["display_name"], self._bot["name"]
        said = {"type": "message", "from": {"name": name}, "text": f"@{bot} {text}"}
        self._chats.add(thread, uuid4().hex, said, terminal)
        at = f"<at>{bot}</at>"
        mention = {"type": "mention", "mentioned": self._bot, "text": at}
        return await self._to_bot(
            terminal.person, thread, type="message", text=f"{at} {text}", entities=[mention]
        )

    async def press(
        self, terminal: Terminal, conversation: str, message: str, action: Json
    ) -> Json:
        """A pressed button of a message's card. See _to_bot."""
        more: Json = {"type": "message", "value": action.get("data") or {}}
        if action.get("type") == "Action.Execute":
            more = {"type": "invoke", "name": "adaptiveCard/action", "value": {"action": action}}
        return await self._to_bot(terminal.person, conversation, replyToId=message, **more)

    async def _to_bot(self, person: str, conversation: str, **more: Any) -> Json:
        """Put an activity to the bot's door: the status, and the body if it is an invoke's."""
        row, channel = self.rows[person], place_of(conversation) == "channel"
        team = {"team": {"id": sample.TEAM}, "channel": {"id": sample.CHANNEL}}
        activity = {
            "id": uuid4().hex,
            "channelId": "msteams",
            "serviceUrl": self.service_url,
            "locale": row["language"],
            "from": {
                "id": sample.teams_id(person),
                "name": row["display_name"],
                "aadObjectId": row["aad_object_id"],
            },
            "recipient": self._bot,
            "conversation": {
                "id": conversation,
                "tenantId": sample.TENANT,
                "conversationType": "channel" if channel else "personal",
                "isGroup": channel,
            },
            "channelData": {"tenant": {"id": sample.TENANT}, **(team if channel else {})},
            **more,
        }
        async with self._http.post(f"{self.bot_url}/api/messages", json=activity) as answer:
            is_json = answer.content_type == "application/json"
            return {"status": answer.status, "body": await answer.json() if is_json else None}
