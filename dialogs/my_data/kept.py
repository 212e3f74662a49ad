"""Everything that is kept about a person, from every table, in the order of the headings."""

from dialogs.commands import COMMANDS
from dialogs.my_data.entries import (
    EVERYBODY,
    Entry,
    checkins,
    help_requests,
    membership,
    promises,
    told,
)
from dialogs.my_data.friends import critical_friends
from dialogs.screen import Text
from dialogs.turn import Turn
from storage.outbox import messages_to
from storage.people import absences_of, memberships_of

# Messages that are about something else than the first command of their conversation.
ABOUT = {"welcome": "my-data-about-welcome", "help": "my-data-about-help"}
GROUPS = ("who", "forum", "told", "checkins", "promises", "help", "friends", "settings", "messages")


async def everything(turn: Turn) -> list[Entry]:
    """Grouped; in each group the forums from the newest, then by time."""
    found = _who(turn)
    for member, forum, organisation in await memberships_of(turn.db, turn.person.id):
        found += membership(member, forum, organisation)
        for part in (told, checkins, promises, help_requests, critical_friends):
            found += await part(turn, member)
    found += await _quiet_times(turn)
    found += await _messages(turn)
    return sorted(found, key=lambda entry: GROUPS.index(entry.group))


def _who(turn: Turn) -> list[Entry]:
    person = turn.person
    rows = [
        Entry("who", Text("my-data-name"), person.name, EVERYBODY),
        Entry("who", Text("my-data-email"), person.email or "–", EVERYBODY),
        Entry("who", Text("my-data-account"), person.aad_object_id),
        Entry("who", Text("my-data-teams-id"), person.teams_id or "–"),
        Entry("who", Text("my-data-conversation"), person.conversation or "–"),
    ]
    if person.talks:
        languages = [Text(f"settings-{code}") for code in person.talks]
        rows.append(Entry("who", Text("my-data-talks"), Text("my-data-several", things=languages)))
    if person.listening:
        rows.append(Entry("who", Text("my-data-listening"), _title(person.listening["step"])))
    return rows


async def _quiet_times(turn: Turn) -> list[Entry]:
    return [
        Entry(
            "settings",
            Text("settings-quiet-time"),
            Text("settings-between", first=absence.first, last=absence.last),
        )
        for absence in await absences_of(turn.db, turn.person.id)
    ]


async def _messages(turn: Turn) -> list[Entry]:
    """Kinds and days; what they say is in Teams, or is written when they are sent."""
    return [
        Entry(
            "messages",
            _title(prompt.step),
            Text(
                "my-data-message",
                status=Text(f"my-data-message-{prompt.status}"),
                day=turn.day(prompt.finished or prompt.due),
            ),
        )
        for prompt in await messages_to(turn.db, turn.person.id)
    ]


def _title(step: str) -> Text:
    """What a message is about: the title of its conversation."""
    about = step.split(".")[0]
    titles = {command.step.split(".")[0]: command.title for command in reversed(COMMANDS)} | ABOUT
    return Text(titles.get(about, "my-data-other-message"))
