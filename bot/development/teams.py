"""A small Teams inside the development bot: the connector that takes the bot's messages.

What goes to the one who types in the Playground, or to the channel, is shown there, too: to the
bot both are one Teams, so a sample person has one address wherever they write from.
"""

from typing import Any
from uuid import uuid4

from aiohttp import web

from bot.development import sample
from bot.development.chats import Chats
from bot.development.in_playground import InPlayground
from bot.development.people import TERMINAL_THREAD

TEAM_GROUP = "5a3f0000-0000-4000-8000-0000000000aa"
PAGE = 500

Json = dict[str, Any]


class DevelopmentTeams:
    def __init__(self, chats: Chats, playground: InPlayground) -> None:
        self._chats, self._playground = chats, playground
        self._people = {sample.teams_id(row["id"]): row for row in sample.everybody()}

    def routes(self) -> list[web.RouteDef]:
        chat, team = "/teams/v3/conversations/{conversation}", "/teams/v3/teams/{team}"
        return [
            web.post("/teams/v3/conversations", self._create),
            web.post(f"{chat}/activities", self._post),
            web.post(f"{chat}/activities/{{activity}}", self._post),
            web.put(f"{chat}/activities/{{activity}}", self._update),
            web.delete(f"{chat}/activities/{{activity}}", self._delete),
            web.get(f"{chat}/pagedmembers", self._page),
            web.get(f"{chat}/members/{{member}}", self._member),
            web.get(f"{team}/conversations", self._channels),
            web.get(team, self._team),
        ]

    async def _create(self, request: web.Request) -> web.Response:
        """A personal chat, or a new thread in the channel."""
        asked = await request.json()
        channel = ((asked.get("channelData") or {}).get("channel") or {}).get("id")
        if channel:
            shown = await self._playground.show(request, channel, asked)
            message = str(shown.get("activityId") or uuid4().hex)
            thread = str(shown.get("id") or f"{channel}{TERMINAL_THREAD}{message}")
            self._chats.add(thread, message, asked.get("activity") or {})
            return web.json_response({"id": thread, "activityId": message}, status=201)
        members = [self._people.get(m.get("id")) for m in asked.get("members") or []]
        if len(members) != 1 or members[0] is None:
            return _error(404, "MemberNotFoundInConversation")
        return web.json_response({"id": sample.chat_id(members[0]["id"])}, status=201)

    async def _post(self, request: web.Request) -> web.Response:
        conversation, activity = request.match_info["conversation"], await request.json()
        shown = await self._playground.show(request, conversation, activity)
        message = str(shown.get("id") or uuid4().hex)
        self._chats.add(conversation, message, activity)
        return web.json_response({"id": message}, status=201)

    async def _update(self, request: web.Request) -> web.Response:
        conversation, message = request.match_info["conversation"], request.match_info["activity"]
        activity = await request.json()
        shown = await self._playground.show(request, conversation, activity)
        if not self._chats.change(conversation, message, activity) and not shown:
            return _error(404, "ActivityNotFoundInConversation")
        return web.json_response({"id": message})

    async def _delete(self, request: web.Request) -> web.Response:
        conversation, message = request.match_info["conversation"], request.match_info["activity"]
        await self._playground.show(request, conversation, None)
        self._chats.remove(conversation, message)
        return web.Response()

    async def _page(self, request: web.Request) -> web.Response:
        members = [_member(row) for row in self._people.values()]
        first = int(request.query.get("continuationToken", 0))
        last = first + max(1, min(int(request.query.get("pageSize", PAGE)), PAGE))
        page: Json = {"members": members[first:last]}
        if last < len(members):
            page["continuationToken"] = str(last)
        return web.json_response(page)

    async def _member(self, request: web.Request) -> web.Response:
        wanted = request.match_info["member"]
        for teams_id, row in self._people.items():
            if wanted in (teams_id, row["aad_object_id"]):
                return web.json_response(_member(row))
        return _error(404, "MemberNotFoundInConversation")

    async def _channels(self, request: web.Request) -> web.Response:
        # As in Teams, the General channel has the team's id and no name.
        channels = [{"id": sample.TEAM}, {"id": sample.CHANNEL, "name": sample.CHANNEL_NAME}]
        return web.json_response({"conversations": channels})

    async def _team(self, request: web.Request) -> web.Response:
        found = {"id": sample.TEAM, "name": sample.NAME, "aadGroupId": TEAM_GROUP}
        return web.json_response(found)


def _member(row: Json) -> Json:
    return {
        "id": sample.teams_id(row["id"]),
        "name": row["display_name"],
        "givenName": row["first_name"],
        "surname": row["last_name"],
        "aadObjectId": row["aad_object_id"],
        "email": row["email"],
        "userPrincipalName": row["email"],
        "tenantId": sample.TENANT,
        "userRole": "user",
    }


def _error(status: int, code: str) -> web.Response:
    return web.json_response({"error": {"code": code, "message": code}}, status=status)
