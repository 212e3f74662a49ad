"""Unknown types, unknown parts and nonsense behind a good token: 200, and nothing changes."""

import asyncio
import json
from copy import deepcopy
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from storage.people import Person
from tests.bot.knock import ON_SQLITE
from tests.bot.rows import Rows, everything
from tests.builders import TENANT, a_person
from tests.story import Story

Json = dict[str, Any]
IN_TIME = 5.0  # seconds; two are promised, and this machine may be busy


async def rows(story: Story) -> Rows:
    """But for the ids of activities, which are remembered whatever they bring."""
    return await everything(story.transaction, "seenactivity")


UNKNOWN: dict[str, Json] = {
    **{
        kind: {"type": kind}
        for kind in (
            "typing", "event", "messageReaction", "messageUpdate", "messageDelete", "trace",
            "endOfConversation", "handoff", "contactRelationUpdate", "command", "suggestion",
            "deleteUserData", "invokeResponse", "delay", "tomorrow's type", "", " ", "MESSAGE",
            "x" * 10_000, "😀",
        )
    },
    **{
        f"invoke {name}": {"type": "invoke", "name": name, "value": {"a": 1}}
        for name in (
            "task/fetch", "task/submit", "composeExtension/query", "signin/verifyState",
            "signin/tokenExchange", "fileConsent/invoke", "config/fetch", "tab/fetch",
            "application/search", "message/submitAction", "tomorrow/invoke", "", None, 5,
        )
    },
    "reaction": {"type": "messageReaction", "reactionsAdded": [{"type": "like"}]},
    "event of a meeting": {"type": "event", "name": "application/vnd.microsoft.meetingStart"},
    "update of nothing": {"type": "conversationUpdate"},
    "update of an unknown kind": {
        "type": "conversationUpdate",
        "channelData": {"tenant": {"id": TENANT}, "eventType": "tomorrowHappened"},
    },
    "update of an unknown team": {
        "type": "conversationUpdate",
        "membersAdded": [{"id": "29:somebody"}],
        "channelData": {
            "tenant": {"id": TENANT},
            "team": {"id": "19:another@thread.tacv2"},
            "eventType": "teamMemberAdded",
        },
    },
    "installation of an unknown kind": {"type": "installationUpdate", "action": "tomorrow"},
    "expecting replies": {"type": "typing", "deliveryMode": "expectReplies"},
    "streaming": {"type": "typing", "deliveryMode": "stream"},
}  # fmt: skip


@pytest.mark.parametrize("case", UNKNOWN)
@ON_SQLITE
async def test_what_is_unknown_is_taken_and_does_nothing(
    story: Story, person: Person, case: str, caplog: pytest.LogCaptureFixture
) -> None:
    before = await rows(story)
    assert await story.send(story.activity(person, **deepcopy(UNKNOWN[case]))) == {}
    assert await rows(story) == before
    assert story.microsoft.messages == []
    assert caplog.messages == []


ENTITIES: list[Any] = [
    [{"type": "clientInfo", "locale": "fi-FI", "timezone": "Mars/Olympus"}],
    [{"type": "ClientCapabilities", "supportsStreaming": True}],
    [{"type": "QuotedReply", "quotedReply": {"messageId": 5}}],
    [{"type": "mention", "mentioned": None, "text": "<at>Vertti</at>"}],
    [{"type": "mention", "mentioned": {"id": None}, "text": None}],
    [{"type": "mention", "mentioned": {"id": []}, "text": []}],
    [{"type": "mention"}, {}, None, [], 5, "x"],
    [{"type": "https://schema.org/Message", "citation": [{}]}],
    {"type": "mention"},
    "mention",
    None,
]


@pytest.mark.parametrize("entities", ENTITIES)
@ON_SQLITE
async def test_unknown_entities_do_not_disturb_a_message(
    story: Story, person: Person, entities: Any
) -> None:
    assert await story.say(person, "apua", entities=entities)


WRONG: list[Any] = [
    None, True, 0, -1, 1.5, 2**70, "", "x", "\x00", "ä\u202eö", "\ud800", [], [None], [[]], {},
    {"id": {}}, {"id": "x"},
]  # fmt: skip


def places(node: Any, *path: Any) -> list[tuple[Any, ...]]:
    """Where something stands in JSON."""
    found = [path] if path else []
    if isinstance(node, dict | list):
        for key, value in node.items() if isinstance(node, dict) else enumerate(node):
            found += places(value, *path, key)
    return found


def exchanged(node: Json, path: tuple[Any, ...], value: Any) -> Json:
    changed = deepcopy(node)
    place: Any = changed
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = value
    return changed


GUARDED = {"channelId", "serviceUrl", "recipient", "conversation", "channelData", "type"}


@ON_SQLITE
@pytest.mark.parametrize("kind", ["message", "submit", "execute", "update", "installed"])
async def test_the_wrong_thing_in_every_place_is_no_error(
    story: Story, person: Person, kind: str
) -> None:
    """Each with a step that nobody knows, so that nothing may change whatever is left of it."""
    data = {"_step": "old.step", "_forum": 1, "poll": 3, "words": "x"}
    bodies: dict[str, Json] = {
        "message": {
            "type": "message", "text": "qzx", "textFormat": "plain", "attachments": [{}],
            "entities": [{"type": "mention", "mentioned": {"id": "28:x"}, "text": "qzx"}],
        },
        "submit": {"type": "message", "value": data},
        "execute": {
            "type": "invoke",
            "name": "adaptiveCard/action",
            "value": {"action": {"type": "Action.Execute", "verb": "old.step", "data": data}},
        },
        "update": {
            "type": "conversationUpdate", "membersRemoved": [{"id": "29:x", "aadObjectId": "y"}],
            "channelData": {
                "tenant": {"id": TENANT}, "team": {"id": "19:none", "name": "x", "aadGroupId": "y"},
                "channel": {"id": "19:c", "name": "x"}, "eventType": "teamMemberRemoved",
            },
        },
        "installed": {"type": "installationUpdate", "action": "remove-upgrade"},
    }  # fmt: skip
    body = story.activity(person, **bodies[kind])
    before = await rows(story)
    for number, path in enumerate(places(body)):
        for nth, value in enumerate(WRONG):
            spoilt = exchanged({**body, "id": f"{number}:{nth}"}, path, value)
            refused = {200, 400, 401} if path[0] in GUARDED else {200}
            assert await _status(story, spoilt) in refused, (path, value)
        if path in (("conversation", "id"), ("from", "id")):  # where they write from now
            assert await _status(story, {**body, "id": f"{number}:back"}) == 200
        assert await rows(story) == before, path


async def _status(story: Story, body: Json, seconds: float = IN_TIME) -> int:
    headers = {
        "Authorization": f"Bearer {story.microsoft.token()}",
        "Content-Type": "application/json",
    }
    async with (
        asyncio.timeout(seconds),
        story.http.post(
            f"{story.url}/api/messages", data=json.dumps(body), headers=headers
        ) as answer,
    ):
        return answer.status


JUNK = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(codec=None), max_size=40),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner, max_size=4)
    ),
    max_leaves=12,
)
NAMES = [
    "id", "name", "text", "locale", "replyToId", "from", "membersAdded", "membersRemoved",
    "entities", "value", "action", "attachments", "attachmentLayout", "timestamp", "label",
    "localTimezone", "reactionsAdded", "summary", "suggestedActions", "deliveryMode", "relatesTo",
]  # fmt: skip
ACTIVITIES = st.fixed_dictionaries(
    {
        "type": st.sampled_from(
            ["message", "invoke", "conversationUpdate", "installationUpdate", "event"]
        )
        | st.text(max_size=20)
    },
    optional={
        **dict.fromkeys(NAMES, JUNK),
        "channelData": st.fixed_dictionaries(
            {"tenant": st.just({"id": TENANT})},
            optional={
                "team": st.fixed_dictionaries({"id": st.text(max_size=20) | JUNK}) | JUNK,
                "channel": JUNK,
                "eventType": JUNK,
            },
        ),
        "name": st.sampled_from(["adaptiveCard/action"]) | JUNK,
        "value": st.fixed_dictionaries(
            {"action": st.fixed_dictionaries({"verb": JUNK, "data": JUNK})}
        )
        | JUNK,
    },
)


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(junk=ACTIVITIES, more=st.dictionaries(st.text(max_size=12), JUNK, max_size=3))
async def test_whatever_comes_behind_a_good_token_is_no_error(
    story: Story, person: Person, junk: Json, more: Json
) -> None:
    before = await rows(story)
    body = story.activity(a_person("Kuka Lie"))
    assert await _status(story, {**body, **more, **junk}) in {200, 400, 401}
    assert await rows(story) == before
