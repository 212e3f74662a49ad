"""The small Teams around the development bot: chats, the channel, the roster, the clock."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from typing import Any

import aiohttp
import pytest

from bot.app import listening, service
from bot.development import sample
from bot.development.plain_card import read
from bot.development.start import Development, development
from bot.settings import Mode, Settings
from bot.teams.connector import Refused
from storage.forum import forum_of_team
from storage.people import by_account
from tests.builders import NOW

Json = dict[str, Any]


class Window:
    """A person's terminal, without the terminal."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self._socket, self._number = socket, 0

    async def next(self) -> Json:
        frame: Json = await self._socket.receive_json(timeout=10)
        return frame

    async def do(self, **what: Any) -> tuple[list[Json], Json]:
        """Say or press: the messages that came before the answer, and the answer."""
        self._number += 1
        await self._socket.send_json({"number": self._number, **what})
        messages = []
        while (frame := await self.next())["kind"] == "message":
            messages.append(frame)
        return messages, frame


@pytest.fixture
def sit_down(running: Development, http: aiohttp.ClientSession) -> Any:
    @asynccontextmanager
    async def as_person(key: str) -> AsyncIterator[Window]:
        address = f"{running.address}/development/talk?as={key}"
        async with http.ws_connect(address) as socket:
            yield Window(socket)

    return as_person


def text(frame: Json) -> str:
    return read(frame["activity"]["attachments"][0]["content"]).text


async def test_a_person_talks_and_nobody_else_hears(sit_down: Any) -> None:
    async with sit_down("p01") as kaisu, sit_down("p02") as reino:
        [card], answer = await kaisu.do(say="tilanne")
        assert (card["place"], answer["status"], answer["language"]) == ("personal", 200, "fi")
        assert "Missä mennään?" in text(card)

        heard, _ = await reino.do(say="apua")
        assert ["Missä mennään?" in text(frame) for frame in heard] == [False]


async def test_a_pressed_button_is_answered_with_a_card(sit_down: Any) -> None:
    async with sit_down("p01") as kaisu:
        [card], _ = await kaisu.do(say="tilanne")
        content = read(card["activity"]["attachments"][0]["content"])
        save = next(button for button in content.buttons if button.title == "Tallenna")

        _, answer = await kaisu.do(
            press={**save.action, "data": {**save.action["data"], "progress": "moving"}},
            conversation=card["conversation"],
            message=card["id"],
        )

    assert "Kiitos" in read(answer["body"]["value"]).text


async def test_the_channel_is_heard_by_all_and_shows_who_spoke(sit_down: Any) -> None:
    async with sit_down("p01") as kaisu, sit_down("p05") as annika:
        [card], _ = await kaisu.do(say="apua", place="channel")
        assert card["place"] == "channel"

        said, answered = await annika.next(), await annika.next()

    assert said["activity"]["from"]["name"] == "Kaisu Vesanko"
    assert said["activity"]["text"] == "@Vertti apua"
    assert text(answered) == text(card)
    assert "Hjälp" in text(answered)


async def test_what_was_missed_waits_and_is_shown_once(running: Development, sit_down: Any) -> None:
    service_url = f"{running.address}/development/teams"
    await running.parts.connector.post(service_url, "a:p01", {"type": "message", "text": "one"})
    await running.parts.connector.post(service_url, "a:p01", {"type": "message", "text": "two"})
    await running.parts.connector.post(service_url, "a:p02", {"type": "message", "text": "no"})

    async with sit_down("p01") as kaisu:
        seen = [(await kaisu.next())["activity"]["text"] for _ in range(2)]
    async with sit_down("p01") as kaisu:
        again = (await kaisu.next())["activity"]["text"]
        await running.parts.connector.post(service_url, "a:p01", {"type": "message", "text": "3"})
        new = (await kaisu.next())["activity"]["text"]

    assert (seen, again, new) == (["one", "two"], "two", "3")


async def test_a_message_can_be_changed(running: Development, sit_down: Any) -> None:
    teams, connector = f"{running.address}/development/teams", running.parts.connector
    async with sit_down("p01") as kaisu:
        id = await connector.post(teams, "a:p01", {"type": "message", "text": "one"})
        await connector.update(teams, "a:p01", str(id), {"type": "message", "text": "two"})
        first, second = await kaisu.next(), await kaisu.next()

    assert [(f["id"], f["changed"]) for f in (first, second)] == [(id, False), (id, True)]
    with pytest.raises(Refused):
        await connector.update(teams, "a:p01", "none", {"type": "message"})


async def test_teams_answers_as_teams_does(running: Development) -> None:
    teams, connector = f"{running.address}/development/teams", running.parts.connector

    everybody = [member async for member in connector.members(teams, sample.TEAM)]
    channels = await connector.channels(teams, sample.TEAM)

    assert len(everybody) == len(sample.everybody())
    assert everybody[0].keys() >= {"id", "name", "aadObjectId", "email", "tenantId"}
    assert channels == [{"id": sample.TEAM}, {"id": sample.CHANNEL, "name": "Foorumi"}]
    assert await connector.create_personal(teams, sample.TENANT, "29:p05") == "a:p05"
    with pytest.raises(Refused):
        await connector.create_personal(teams, sample.TENANT, "29:nobody")


async def test_the_roster_comes_in_pages(running: Development, http: aiohttp.ClientSession) -> None:
    address = f"{running.address}/development/teams/v3/conversations/{sample.TEAM}/pagedmembers"
    names: list[str] = []
    more: Json = {}
    while True:
        async with http.get(address, params={"pageSize": "20", **more}) as answer:
            page = await answer.json()
        names += [member["name"] for member in page["members"]]
        if "continuationToken" not in page:
            break
        more = {"continuationToken": page["continuationToken"]}

    assert names == [row["display_name"] for row in sample.everybody()]


async def test_time_moves_on_and_what_was_due_on_the_way_arrives(
    running: Development, http: aiohttp.ClientSession, sit_down: Any
) -> None:
    clock = f"{running.address}/development/clock"
    async with http.get(clock) as answer:
        before = datetime.fromisoformat((await answer.json())["now"])

    async with http.post(clock, json={"forward": "next"}) as answer:
        first = await answer.json()
    assert first["arrived"] > 0
    assert datetime.fromisoformat(first["now"]) > before

    async with sit_down("p01") as kaisu:
        async with http.post(clock, json={"forward": "4w"}) as answer:
            later = datetime.fromisoformat((await answer.json())["now"])
        while "Missä mennään?" not in text(await kaisu.next()):
            pass
    assert later - datetime.fromisoformat(first["now"]) == timedelta(weeks=4)


@pytest.mark.parametrize("forward", ["", "soon", "0d", "-1d", "99999w", "1y"])
async def test_time_does_not_move_by_nonsense(
    running: Development, http: aiohttp.ClientSession, forward: str
) -> None:
    async with http.post(
        f"{running.address}/development/clock", json={"forward": forward}
    ) as answer:
        assert answer.status == 400
    assert running.clock.ahead == timedelta(0)


async def test_the_second_start_keeps_what_was_said_and_mends_addresses(
    settings: Settings, http: aiohttp.ClientSession
) -> None:
    async with development(settings, lambda: NOW) as first:
        async with http.ws_connect(f"{first.address}/development/talk?as=p01") as socket:
            await Window(socket).do(say="tilanne: etenee")
        async with first.parts.transaction() as db:
            forum = await forum_of_team(db, sample.TEAM)
            person = await by_account(db, sample.TENANT, sample.everybody()[3]["aad_object_id"])
            assert forum is not None
            assert person is not None
            forum.service_url = person.service_url = "http://127.0.0.1:1/_connector"
            person.conversation, forums = "personal-chat", forum.id

    async with development(settings, lambda: NOW) as second, second.parts.transaction() as db:
        forum = await forum_of_team(db, sample.TEAM)
        person = await by_account(db, sample.TENANT, sample.everybody()[3]["aad_object_id"])
        assert forum is not None
        assert person is not None
        assert forum.id == forums
        assert forum.service_url == f"{second.address}/development/teams"
        assert person.conversation == "a:p01"
        assert person.service_url == forum.service_url


@pytest.mark.parametrize("path", ["people", "clock", "talk?as=p01"])
async def test_a_page_from_elsewhere_is_kept_out(
    running: Development, http: aiohttp.ClientSession, path: str
) -> None:
    address = f"{running.address}/development/{path}"
    for headers in ({"Origin": "https://evil.example"}, {"Host": "evil.example"}):
        async with http.get(address, headers=headers) as answer:
            assert answer.status == 403


@pytest.mark.parametrize("path", ["people", "clock", "talk?as=p01", "teams/v3/teams/x"])
async def test_nothing_of_it_is_there_in_production(
    settings: Settings, http: aiohttp.ClientSession, path: str
) -> None:
    production = settings.model_copy(update={"mode": Mode.PRODUCTION})
    async with (
        service(production) as parts,
        listening(parts.web, production) as address,
        http.get(f"{address}/development/{path}") as answer,
    ):
        assert answer.status == 404


async def test_a_stranger_gets_no_window(running: Development, http: aiohttp.ClientSession) -> None:
    async with http.get(f"{running.address}/development/talk?as=p99") as answer:
        assert answer.status == 404
