"""What is kept about somebody's critical friends: rounds, pairs, and what came of the talks."""

from dialogs.my_data.entries import COORDINATORS, NOTHING, Entry
from dialogs.screen import Text, Words
from dialogs.turn import Turn
from storage import critical_friend as memory
from storage.critical_friend import FriendGroup, GroupState
from storage.people import Membership

# A draft has been shown to nobody but the coordinators, and may still change.
TOLD = tuple(state for state in GroupState if state != GroupState.DRAFT)


async def critical_friends(turn: Turn, member: Membership) -> list[Entry]:
    found: list[Entry] = []
    if member.friend_rhythm:
        weeks = Text("my-data-weeks", weeks=member.friend_rhythm)
        found.append(_entry(Text("my-data-friend-rhythm"), weeks))
    for answer in await memory.answers_of(turn.db, member.id):
        said = Text("my-data-friend-joins" if answer.joins else "my-data-friend-not-now")
        found.append(_entry(Text("my-data-day", day=turn.day(answer.answered)), said, seen=True))
    for group, mine in await memory.groups_with(turn.db, member.id, *TOLD):
        row = Text(
            "my-data-friend-with",
            names=await _others(turn, group, member),
            state=Text(f"my-data-friend-{group.state}"),
            directness=Text(f"critical-friend-direct-{mine.directness}")
            if mine.directness
            else NOTHING,
        )
        found.append(_entry(Text("my-data-friend"), row, seen=True))
        for day in await memory.talks(turn.db, group.id):
            found.append(_entry(Text("my-data-friend-met"), Text("my-data-day", day=day)))
    for insight in await memory.insights_of(turn.db, member.id):
        found.append(_entry(Text("my-data-day", day=turn.day(insight.told)), insight.words))
    return found


async def _others(turn: Turn, group: FriendGroup, member: Membership) -> list[str] | str:
    friends = await memory.friends_in(turn.db, group.id)
    return [person.name for _, other, person in friends if other.id != member.id] or NOTHING


def _entry(label: Words, value: Words, *, seen: bool = False) -> Entry:
    return Entry("friends", label, value, COORDINATORS if seen else frozenset())
