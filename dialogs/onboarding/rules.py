"""Which card comes next, which answers can be taken, whose roles move, who fits a wish."""

import re
from collections.abc import Collection, Mapping, Sequence

from dialogs.onboarding.questions import CARDS, NOBODY, PROJECT_PEOPLE, Card, Question

MATCHES = 3  # names shown at the end
ANY_DAY = "any"

Raw = str | bool | Sequence[str] | None  # as a card brings it
Value = str | bool | list[str] | None  # as it is kept; None: no answer


class NotTaken(Exception):
    """An answer that cannot be kept: why, as a code, and the limit it broke."""

    def __init__(self, why: str, limit: int = 0) -> None:
        super().__init__(why)
        self.why, self.limit = why, limit


def cards_for(role: str) -> list[Card]:
    return [card for card in CARDS if role in card.only_for]


def questions_for(card: Card, role: str) -> list[Question]:
    return [question for question in card.questions if role in question.only_for]


def next_card(role: str, told: Collection[str]) -> Card | None:
    """The first card with a question that has neither been answered nor skipped."""
    for card in cards_for(role):
        if any(question.id not in told for question in questions_for(card, role)):
            return card
    return None


def card_before(role: str, name: str) -> Card | None:
    cards = cards_for(role)
    at = next((number for number, card in enumerate(cards) if card.name == name), 0)
    return cards[at - 1] if at else None


def position(role: str, name: str) -> tuple[int, int]:
    """Which card of how many this is, counted from one."""
    names = [card.name for card in cards_for(role)]
    return names.index(name) + 1, len(names)


def taken(question: Question, raw: Raw, allowed: Collection[str]) -> Value:
    """The answer to keep. `allowed`: the codes a choice may bring (tags, people).

    Raises:
        NotTaken: "too_many", "too_long", or "unknown" for a code that was never offered.
    """
    match question.kind:
        case "text":
            return _short(str(raw or ""), question.limit)
        case "list":
            lines = [_short(line, question.limit) or "" for line in lines_in(str(raw or ""))]
            return _not_too_many(lines, question.most) or None
        case "yes-no":
            return raw if isinstance(raw, bool) else None
        case "tags" | "multi":
            chosen = list(dict.fromkeys(raw if isinstance(raw, list | tuple) else ()))
            if not set(chosen) <= set(question.options or allowed):
                raise NotTaken("unknown")
            return _not_too_many(chosen, question.most) or None
        case "single" | "person":
            if raw and raw not in (question.options or allowed):
                raise NotTaken("unknown")
            return str(raw) if raw else None


def lines_in(said: str) -> list[str]:
    """What stands on each line, without the bullets and numbers people put in front."""
    bare = (re.sub(r"^\s*(?:[-–•*·]+|\d{1,2}[.)])\s*", "", line) for line in said.splitlines())
    return [line.strip() for line in bare if line.strip()]


def preferred_days(chosen: Sequence[str] | None) -> list[str]:
    """The days to keep; "any" leaves the choice open."""
    days = list(chosen or ())
    return [] if ANY_DAY in days else days


def roles_after(
    roles: Mapping[int, str], contact: str | None, deputy: str | None
) -> dict[int, str]:
    """The roles of an organisation's people once contact and deputy have been named.

    None leaves that role where it is; nobody is both, and there is one of each at most. Who
    gives up a role takes part like everybody else. A deputy who becomes contact leaves the
    deputy's place empty until somebody else is named.

    Raises:
        NotTaken: "same_person" was named for both.
    """
    after = dict(roles)
    _name(after, "contact", contact)
    if deputy is not None and deputy != NOBODY and after.get(int(deputy)) == "contact":
        if roles[int(deputy)] != "deputy":
            raise NotTaken("same_person")
        return after
    _name(after, "deputy", deputy)
    return after


def fitting(
    wishes: Sequence[str], offers: Mapping[str, Sequence[tuple[int, int | None]]], own: int | None
) -> list[tuple[int, str]]:
    """Up to three members who offer what is wished for, each once, with what they offer.

    `offers`: competence to (member, organisation). Other organisations come first, and the
    wishes take turns, so that one popular wish does not fill the list.
    """
    queues = [
        sorted(offers.get(wish, ()), key=lambda offer: own is not None and offer[1] == own)
        for wish in wishes
    ]
    found: dict[int, str] = {}
    for turn in range(max(map(len, queues), default=0)):
        for wish, queue in zip(wishes, queues, strict=True):
            if turn < len(queue) and len(found) < MATCHES:
                found.setdefault(queue[turn][0], wish)
    return list(found.items())


def _short(said: str, limit: int) -> str | None:
    if len(said) > limit:
        raise NotTaken("too_long", limit)
    return said or None


def _not_too_many(things: list[str], most: int) -> list[str]:
    if most and len(things) > most:
        raise NotTaken("too_many", most)
    return things


def _name(roles: dict[int, str], role: str, who: str | None) -> None:
    if who is None:
        return
    chosen = None if who == NOBODY else int(who)
    for member, held in roles.items():
        if held == role and member != chosen:
            roles[member] = "participant"
    if chosen is not None and roles.get(chosen) in PROJECT_PEOPLE:
        roles[chosen] = role
