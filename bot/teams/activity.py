"""JSON from Teams to the SDK's Activity and back, without the SDK's slow serialiser."""

from typing import Any

from botbuilder.schema import Activity, ChannelAccount, ConversationAccount

from dialogs.texts import LANGUAGES

FILE = "application/vnd.microsoft.teams.file.download.info"

Json = dict[str, Any]


def read(body: Any) -> Activity:
    """The parts of an activity that Vertti looks at; entities, value and channel data stay JSON.

    Raises:
        ValueError: it is not an activity.
    """
    if not isinstance(body, dict) or not isinstance(body.get("type"), str):
        raise ValueError("not an activity")
    conversation = _object(body, "conversation")
    return Activity(
        type=body["type"],
        id=_text(body, "id"),
        name=_text(body, "name"),
        text=_text(body, "text"),
        locale=_text(body, "locale"),
        channel_id=_text(body, "channelId"),
        service_url=_text(body, "serviceUrl"),
        reply_to_id=_text(body, "replyToId"),
        from_property=_account(_object(body, "from")),
        recipient=_account(_object(body, "recipient")),
        conversation=ConversationAccount(
            id=_text(conversation, "id"),
            conversation_type=_text(conversation, "conversationType"),
            tenant_id=_text(conversation, "tenantId"),
            is_group=bool(conversation.get("isGroup")),
        ),
        members_added=[_account(m) for m in _objects(body, "membersAdded")],
        members_removed=[_account(m) for m in _objects(body, "membersRemoved")],
        entities=_objects(body, "entities"),
        channel_data=_object(body, "channelData"),
        value=body.get("value"),
        attachments=_objects(body, "attachments"),
        action=_text(body, "action"),
    )


def message(card: Json, summary: str) -> Json:
    """A message that carries one card; the summary is what a notification shows."""
    return {
        "type": "message",
        "summary": summary,
        "attachments": [
            {"contentType": "application/vnd.microsoft.card.adaptive", "content": card}
        ],
    }


def sent_file(activity: Activity) -> str | None:
    """Where a file that was sent in the personal chat can be fetched."""
    for attachment in activity.attachments or []:
        if attachment.get("contentType") == FILE:
            return _text(_object(attachment, "content"), "downloadUrl") or ""
    return None


def tenant_of(activity: Activity) -> str:
    tenant = _text(_object(activity.channel_data, "tenant"), "id")
    return tenant or activity.conversation.tenant_id or ""


def language_of(activity: Activity) -> str:
    """The language of the person's Teams, if it is one of ours."""
    language = (activity.locale or "")[:2].lower()
    return language if language in LANGUAGES else LANGUAGES[0]


def said_to_bot(activity: Activity) -> str:
    """The text without the mention of the bot, cut out where the entity says it stands."""
    text = activity.text or ""
    for entity in activity.entities or []:
        mentioned = entity.get("mentioned")
        if not isinstance(mentioned, dict) or mentioned.get("id") != activity.recipient.id:
            continue
        text = text.replace(str(entity.get("text") or ""), " ", 1)
    return " ".join(text.split("\xa0")).strip()


def _account(body: Json) -> ChannelAccount:
    return ChannelAccount(
        id=_text(body, "id"),
        name=_text(body, "name"),
        aad_object_id=_text(body, "aadObjectId"),
    )


def _text(body: Json, key: str) -> str | None:
    value = body.get(key)
    return value if isinstance(value, str) else None


def _object(body: Json, key: str) -> Json:
    value = body.get(key)
    return value if isinstance(value, dict) else {}


def _objects(body: Json, key: str) -> list[Json]:
    value = body.get(key)
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []
