"""What was said lately in the sample forum's chats, and the terminals that look on."""

import asyncio
from collections import defaultdict, deque
from dataclasses import dataclass, field
from itertools import count
from typing import Any, Literal

from bot.development import sample

KEPT = 50  # messages in each chat; the rest is forgotten, as is everything at a restart

Json = dict[str, Any]
Place = Literal["personal", "channel"]


@dataclass
class Message:
    number: int  # grows over all chats
    id: str
    conversation: str
    activity: Json


@dataclass(eq=False)
class Terminal:
    """One window of one person. The same person may have several."""

    person: str  # p01
    waiting: asyncio.Queue[Json] = field(default_factory=asyncio.Queue)

    def tell(self, frame: Json) -> None:
        self.waiting.put_nowait(frame)


class Chats:
    def __init__(self) -> None:
        self._kept: dict[str, deque[Message]] = defaultdict(lambda: deque(maxlen=KEPT))
        self._read: dict[str, int] = defaultdict(int)  # by person, the last message shown
        self._terminals: set[Terminal] = set()
        self._numbers = count(1)
        self.arrived = 0  # messages of the bot so far

    def add(
        self, conversation: str, id: str, activity: Json, writer: Terminal | None = None
    ) -> None:
        """Keep a message and show it to everybody there but the one who wrote it."""
        self.arrived += writer is None
        message = Message(next(self._numbers), id, conversation, activity)
        self._kept[_chat(conversation)].append(message)
        for terminal in self._terminals:
            if terminal is not writer and _is_there(terminal.person, conversation):
                self._show(terminal, message)

    def change(self, conversation: str, id: str, activity: Json) -> bool:
        """Replace a message; False when there is none of that id."""
        for message in self._kept[_chat(conversation)]:
            if message.id == id:
                message.activity = activity
                for terminal in self._terminals:
                    if _is_there(terminal.person, conversation):
                        self._show(terminal, message, changed=True)
                return True
        return False

    def remove(self, conversation: str, id: str) -> bool:
        kept = self._kept[_chat(conversation)]
        left = [message for message in kept if message.id != id]
        gone = len(left) < len(kept)
        self._kept[_chat(conversation)] = deque(left, KEPT)
        return gone

    def join(self, person: str) -> Terminal:
        """A new window: it gets what the person has not seen, or else the last message."""
        terminal = Terminal(person)
        there = [*self._kept[sample.chat_id(person)], *self._kept[sample.CHANNEL]]
        there.sort(key=lambda message: message.number)
        for message in [m for m in there if m.number > self._read[person]] or there[-1:]:
            self._show(terminal, message)
        self._terminals.add(terminal)
        return terminal

    def leave(self, terminal: Terminal) -> None:
        self._terminals.discard(terminal)

    def present(self) -> list[str]:
        """Who has a terminal open."""
        return sorted({terminal.person for terminal in self._terminals})

    def _show(self, terminal: Terminal, message: Message, *, changed: bool = False) -> None:
        self._read[terminal.person] = max(self._read[terminal.person], message.number)
        terminal.tell(
            {
                "kind": "message",
                "place": place_of(message.conversation),
                "conversation": message.conversation,
                "id": message.id,
                "activity": message.activity,
                "changed": changed,
            }
        )


def place_of(conversation: str) -> Place:
    return "channel" if _chat(conversation) == sample.CHANNEL else "personal"


def _chat(conversation: str) -> str:
    """A thread belongs to its channel, and both channels of the sample team are shown as one."""
    root = conversation.partition(";")[0]
    return sample.CHANNEL if root in (sample.CHANNEL, sample.TEAM) else root


def _is_there(person: str, conversation: str) -> bool:
    return _chat(conversation) in (sample.CHANNEL, sample.chat_id(person))
