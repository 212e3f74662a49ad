"""What Teams tells about teams and people, from payloads that were recorded at the Playground."""

import json
from pathlib import Path
from typing import Any

from storage.people import Person
from tests.benchmarks.activities import BOT
from tests.builders import TENANT
from tests.story import Story

Json = dict[str, Any]

PAYLOADS = Path(__file__).parents[1] / "payloads" / "playground"
TEAM, CHANNEL = "19:team@thread.tacv2", "19:release@thread.tacv2"


def recorded(name: str) -> Json:
    body: Json = json.loads((PAYLOADS / f"{name}.json").read_text("utf-8"))
    return body


async def tell(
    story: Story,
    name: str,
    by: Person | None = None,
    people: list[Person] | None = None,
    channel_data: Json | None = None,
    **more: Any,
) -> None:
    """Send a recorded event, from this story's Teams, about these people."""
    body = recorded(name)
    if by is not None:
        body["from"] = {"id": by.teams_id, "aadObjectId": by.aad_object_id}
    for key in ("membersAdded", "membersRemoved"):
        if people is not None and key in body:
            # As Teams does: ids alone, no names.
            body[key] = [{"id": p.teams_id, "aadObjectId": p.aad_object_id} for p in people]
        elif key in body:
            body[key] = [BOT if m["id"].startswith("28:") else m for m in body[key]]
    data = {**body["channelData"], "tenant": {"id": TENANT}, **(channel_data or {})}
    conversation = {**body["conversation"], "tenantId": TENANT}
    if conversation["conversationType"] == "personal" and by is not None:
        conversation["id"] = f"a:{(by.teams_id or '').removeprefix('29:')}"
    fresh = story.activity(by or Person(aad_object_id="", name=""))
    await story.send(
        {
            **body,
            "id": fresh["id"],
            "serviceUrl": story.microsoft.service_url,
            "recipient": BOT,
            "conversation": conversation,
            "channelData": data,
            **more,
        }
    )


def in_roster(person: Person, **more: Any) -> Json:
    """A person as the team's roster has them."""
    return {
        "id": person.teams_id,
        "objectId": person.aad_object_id,
        "name": person.name,
        "email": person.email,
        "userPrincipalName": person.email,
        "tenantId": TENANT,
        "userRole": "user",
        **more,
    }
