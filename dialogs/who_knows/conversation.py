"""Find somebody who knows, ask them first, introduce the two."""

from functools import cache

from dialogs.arguments import Line
from dialogs.competence import COMPETENCES, label, options
from dialogs.screen import (
    Button,
    Choose,
    Facts,
    Heading,
    Note,
    Notice,
    Part,
    Quote,
    Screen,
    Skip,
    Text,
    Words,
)
from dialogs.texts import LANGUAGES, Reader, say
from dialogs.turn import Outcome, Refused, Turn, promised
from dialogs.who_knows import rules
from dialogs.who_knows.helping import ask_next, chat_link, organisation_of
from storage import help_request as memory
from storage.checkin import CheckIn, Visibility
from storage.help_request import HelpRequest, State
from storage.people import Membership, Person
from storage.portfolio import who_offer

SHOWN = 5  # names at most


async def start(turn: Turn, rest: Line = "") -> Outcome:
    """ "Kuka osaa saavutettavuutta?" """
    competence = rules.meant(rest, _labels()) if rest else None
    if competence is not None:
        return await find(turn, competence)
    return Screen(
        Heading(Text("who-knows-title")),
        Choose("competence", Text("who-knows-about"), options(), compact=True, required=True),
        Button(Text("who-knows-find"), "who_knows.find", style="positive"),
    )


async def help_for(turn: Turn, answer: CheckIn) -> list[Part]:
    """What to say at once about the wish for help in a check-in; remembers the wish.

    Coordinators see a wish that nobody takes up, unless the answer was not for their eyes.
    """
    words = answer.help_wanted or ""
    request = await memory.request_of_checkin(turn.db, answer.id)
    if request is None:
        request = HelpRequest(
            forum_id=turn.forum.id,
            membership_id=turn.member.id,
            checkin_id=answer.id,
            state=State.OPEN,
            asked=turn.now,
        )
        turn.db.add(request)
    if request.state == State.OPEN:  # somebody has been asked about what it was then
        request.words, request.competence = words, rules.mentioned(words, _labels())
    request.shared = answer.visibility in (Visibility.CHANNEL, Visibility.COORDINATORS)
    await turn.db.flush()
    if request.state != State.OPEN:
        return [Text("who-knows-already")]
    names = await _names(turn, request.competence) if request.competence else []
    if not names:
        return [
            Text("who-knows-what-about"),
            Button(Text("who-knows-choose-topic"), "who_knows.for_checkin", checkin=answer.id),
        ]
    return [
        Text("who-knows-guess", competence=label(request.competence or "")),
        Facts(names[:SHOWN]),
        Note(Text("who-knows-helper-first")),
        Button(
            Text("who-knows-ask-for-me"),
            "who_knows.ask_for_me",
            style="positive",
            checkin=answer.id,
            competence=request.competence,
        ),
        Button(Text("who-knows-other-topic"), "who_knows.for_checkin", checkin=answer.id),
    ]


async def for_checkin(turn: Turn, checkin: int) -> Outcome:
    """Choose what the wish in a check-in is about."""
    request = await _own_wish(turn, checkin)
    if request.state != State.OPEN:
        return Notice(Text("who-knows-already"))
    return Screen(
        Heading(Text("who-knows-title")),
        Quote(request.words or ""),
        Choose("competence", Text("who-knows-about"), options(), compact=True, required=True),
        Note(Text("who-knows-helper-first")),
        Button(
            Text("who-knows-ask-for-me"), "who_knows.ask_for_me", style="positive", checkin=checkin
        ),
    )


async def find(turn: Turn, competence: str) -> Outcome:
    """Those who said that they may be asked, or an honest "nobody yet"."""
    if competence not in COMPETENCES:
        return Notice(Text("help-check-the-fields"))
    rows = await _names(turn, competence)
    if not rows:
        return Screen(
            Heading(label(competence)),
            Text("who-knows-nobody-yet"),
            Button(Text("who-knows-tell"), "who_knows.ask_for_me", competence=competence),
        )
    return Screen(
        Heading(label(competence)),
        Text("who-knows-these"),
        Facts(rows[:SHOWN]),
        Note(Text("who-knows-helper-first")),
        Button(
            Text("who-knows-ask-for-me"),
            "who_knows.ask_for_me",
            style="positive",
            competence=competence,
        ),
    )


async def ask_for_me(turn: Turn, competence: str, checkin: int | None = None) -> Outcome:
    """Vertti asks the helper first; the asker hears when somebody says yes."""
    if competence not in COMPETENCES:
        return Notice(Text("who-knows-choose"))
    if checkin is not None:
        request = await _own_wish(turn, checkin)
        if request.state != State.OPEN:
            return Notice(Text("who-knows-already"))
        request.competence, request.state = competence, State.ASKING
    else:
        request = HelpRequest(
            forum_id=turn.forum.id,
            membership_id=turn.member.id,
            competence=competence,
            asked=turn.now,
        )
        turn.db.add(request)
    await turn.db.flush()
    await ask_next(turn.db, request, turn.now, tell_asker=False)
    if request.state == State.NOBODY:
        return Screen(Text("who-knows-nobody", competence=label(competence)))
    return Screen(Text("who-knows-asking", competence=label(competence)))


@promised
async def introduce(turn: Turn, request: int) -> Outcome:
    """To the asker: a name."""
    wish = await turn.db.get_one(HelpRequest, request)
    if wish.helper_id is None or wish.membership_id != turn.member.id:
        return Skip("no_longer_needed")
    helper = await turn.db.get_one(Membership, wish.helper_id)
    person = await turn.db.get_one(Person, helper.person_id)
    return Screen(
        Heading(Text("who-knows-found")),
        Text(
            "who-knows-helps",
            name=person.name,
            organisation=await organisation_of(turn.db, helper),
            competence=label(wish.competence or ""),
        ),
        *([Quote(wish.words)] if wish.words else []),
        *chat_link(person),
    )


@promised
async def nobody(turn: Turn, request: int) -> Outcome:
    """To the asker: honestly nobody yet, and who knows about it now."""
    wish = await turn.db.get_one(HelpRequest, request)
    if wish.state != State.NOBODY:
        return Skip("no_longer_needed")
    return Screen(Text("who-knows-nobody", competence=label(wish.competence or "")))


async def _own_wish(turn: Turn, checkin: int) -> HelpRequest:
    request = await memory.request_of_checkin(turn.db, checkin)
    if request is None or request.membership_id != turn.member.id:
        raise Refused(Text("checkin-not-yours"))
    return request


async def _names(turn: Turn, competence: str) -> list[tuple[Words, Words]]:
    """Others who offer this, with their organisations."""
    return [
        (person.name, await organisation_of(turn.db, member))
        for member, person in await who_offer(turn.db, turn.forum.id, competence)
        if member.id != turn.member.id
    ]


@cache
def _labels() -> dict[str, list[str]]:
    return {
        key: [say(label(key), Reader(language)) for language in LANGUAGES] for key in COMPETENCES
    }
