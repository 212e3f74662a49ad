"""Find somebody who knows, ask them first, introduce the two."""

from datetime import datetime, timedelta
from functools import cache

from dialogs.arguments import Line
from dialogs.competence import COMPETENCES, label, options
from dialogs.quiet.rules import after_budget
from dialogs.screen import (
    Button,
    Choose,
    Facts,
    Heading,
    Link,
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
from dialogs.who_knows.rules import Candidate
from storage import help_request as memory
from storage import outbox
from storage.checkin import CheckIn, Visibility
from storage.database import Database
from storage.forum import Forum, Organisation
from storage.help_request import HelperAsked, HelpRequest, State
from storage.outbox import Doubt, Kind
from storage.people import Membership, Person, absences
from storage.portfolio import who_offer

ASKED = Kind("who_knows.asked", lives=timedelta(days=10))
INTRODUCE = Kind("who_knows.introduce", initiative=False, daytime=True, doubt=Doubt.RESEND)
NOBODY = Kind("who_knows.nobody", initiative=False, daytime=True, doubt=Doubt.RESEND)

SILENCE = timedelta(days=7)  # five working days
SHOWN = 5  # names at most


async def due(db: Database, forum: Forum, now: datetime) -> None:
    """A helper who stays silent is not asked again; the next one is."""
    for request in await memory.silent_requests(db, now - SILENCE):
        if request.forum_id == forum.id:
            await _ask_next(db, request, now)


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
    await _ask_next(turn.db, request, turn.now, tell_asker=False)
    if request.state == State.NOBODY:
        return Screen(Text("who-knows-nobody", competence=label(competence)))
    return Screen(Text("who-knows-asking", competence=label(competence)))


@promised
async def asked(turn: Turn, request: int) -> Outcome:
    """To the helper, who decides before any name is passed on."""
    wish = await turn.db.get_one(HelpRequest, request)
    if wish.state != State.ASKING:
        return Skip("no_longer_needed")
    asker = await turn.db.get_one(Membership, wish.membership_id)
    person = await turn.db.get_one(Person, asker.person_id)
    return Screen(
        Heading(Text("who-knows-can-you-help")),
        Text(
            "who-knows-asks",
            name=person.name,
            organisation=await _organisation(turn.db, asker),
            competence=label(wish.competence or ""),
        ),
        *([Quote(wish.words)] if wish.words else []),
        Note(Text("who-knows-no-is-fine")),
        Button(Text("who-knows-yes"), "who_knows.agree", style="positive", request=request),
        Button(Text("who-knows-not-now"), "who_knows.decline", request=request),
    )


async def agree(turn: Turn, request: int) -> Outcome:
    wish, mine = await _my_request(turn, request)
    if wish.state != State.ASKING:
        return Notice(Text("who-knows-settled"))
    mine.agreed = True
    wish.state, wish.helper_id = State.FOUND, turn.member.id
    asker = await turn.db.get_one(Membership, wish.membership_id)
    person = await turn.db.get_one(Person, asker.person_id)
    await outbox.promise(
        turn.db, INTRODUCE, turn.forum.id, asker.person_id, turn.now, request=request
    )
    return Screen(Text("who-knows-thanks-for-yes", name=person.name), *_chat_link(person))


async def decline(turn: Turn, request: int) -> Outcome:
    wish, mine = await _my_request(turn, request)
    if wish.state != State.ASKING or mine.agreed is not None:
        return Notice(Text("who-knows-settled"))
    mine.agreed = False
    await _ask_next(turn.db, wish, turn.now)
    return Screen(Text("who-knows-thanks-for-no"))


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
            organisation=await _organisation(turn.db, helper),
            competence=label(wish.competence or ""),
        ),
        *([Quote(wish.words)] if wish.words else []),
        *_chat_link(person),
    )


@promised
async def nobody(turn: Turn, request: int) -> Outcome:
    """To the asker: honestly nobody yet, and who knows about it now."""
    wish = await turn.db.get_one(HelpRequest, request)
    if wish.state != State.NOBODY:
        return Skip("no_longer_needed")
    return Screen(Text("who-knows-nobody", competence=label(wish.competence or "")))


async def _ask_next(
    db: Database, request: HelpRequest, now: datetime, *, tell_asker: bool = True
) -> None:
    asker = await db.get_one(Membership, request.membership_id)
    earlier = await memory.helpers_asked(db, request.id)
    for silent in earlier:
        if silent.agreed is None:
            silent.agreed = False  # silence is an answer; a later yes still counts
    already = frozenset(a.membership_id for a in earlier)
    people = await who_offer(db, request.forum_id, request.competence or "")
    candidates = [await _candidate(db, member, person, now) for member, person in people]
    me = await _candidate(db, asker, await db.get_one(Person, asker.person_id), now)
    helper = rules.next_helper(candidates, me, already)
    if helper is None:
        request.state = State.NOBODY
        if tell_asker:
            await outbox.promise(
                db, NOBODY, request.forum_id, asker.person_id, now, request=request.id
            )
        return
    moment = now + timedelta(days=helper.waits)
    db.add(HelperAsked(request_id=request.id, membership_id=helper.membership, asked=moment))
    chosen = await db.get_one(Membership, helper.membership)
    await outbox.promise(db, ASKED, request.forum_id, chosen.person_id, moment, request=request.id)


async def _candidate(db: Database, member: Membership, person: Person, now: datetime) -> Candidate:
    today = now.date()
    away = any(first <= today <= last for first, last in await absences(db, person.id))
    last = await outbox.last_initiative(db, person.id, now)
    return Candidate(
        membership=member.id,
        organisation=member.organisation_id,
        languages=frozenset({person.language}),
        asked_before=await memory.times_asked(db, member.id),
        free=not (away or person.unreachable),
        waits=(after_budget(last, now) - now).days,
    )


async def _my_request(turn: Turn, request: int) -> tuple[HelpRequest, HelperAsked]:
    """The request and my being asked about it; a stranger's press is refused."""
    wish = await turn.db.get(HelpRequest, request)
    if wish is not None:
        for asked_one in await memory.helpers_asked(turn.db, request):
            if asked_one.membership_id == turn.member.id:
                return wish, asked_one
    raise Refused(Text("who-knows-not-asked"))


async def _own_wish(turn: Turn, checkin: int) -> HelpRequest:
    request = await memory.request_of_checkin(turn.db, checkin)
    if request is None or request.membership_id != turn.member.id:
        raise Refused(Text("checkin-not-yours"))
    return request


async def _names(turn: Turn, competence: str) -> list[tuple[Words, Words]]:
    """Others who offer this, with their organisations."""
    return [
        (person.name, await _organisation(turn.db, member))
        for member, person in await who_offer(turn.db, turn.forum.id, competence)
        if member.id != turn.member.id
    ]


@cache
def _labels() -> dict[str, list[str]]:
    return {
        key: [say(label(key), Reader(language)) for language in LANGUAGES] for key in COMPETENCES
    }


async def _organisation(db: Database, member: Membership) -> str | Text:
    if member.organisation_id is None:
        return Text("who-knows-no-organisation")
    return (await db.get_one(Organisation, member.organisation_id)).name


def _chat_link(person: Person) -> list[Link]:
    if not person.email:
        return []
    address = f"https://teams.microsoft.com/l/chat/0/0?users={person.email}"
    return [Link(Text("who-knows-open-chat", name=person.name), address)]
