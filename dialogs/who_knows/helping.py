"""The helper is asked first, one at a time, and decides before any name is passed on."""

from datetime import datetime, timedelta
from urllib.parse import quote

from dialogs.competence import label
from dialogs.quiet.rules import after_budget
from dialogs.screen import (
    Button,
    Heading,
    Link,
    Note,
    Notice,
    Quote,
    Screen,
    Skip,
    Text,
)
from dialogs.turn import Outcome, Refused, Turn, promised
from dialogs.who_knows import rules
from dialogs.who_knows.rules import Candidate
from storage import help_request as memory
from storage import outbox
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


async def due(db: Database, forum: Forum, now: datetime) -> None:
    """A helper who stays silent is not asked again; the next one is."""
    for request in await memory.silent_requests(db, now - SILENCE):
        if request.forum_id == forum.id:
            await ask_next(db, request, now)


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
            organisation=await organisation_of(turn.db, asker),
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
    return Screen(Text("who-knows-thanks-for-yes", name=person.name), *chat_link(person))


async def decline(turn: Turn, request: int) -> Outcome:
    wish, mine = await _my_request(turn, request)
    if wish.state != State.ASKING or mine.agreed is not None:
        return Notice(Text("who-knows-settled"))
    mine.agreed = False
    await ask_next(turn.db, wish, turn.now)
    return Screen(Text("who-knows-thanks-for-no"))


async def ask_next(
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


async def organisation_of(db: Database, member: Membership) -> str | Text:
    if member.organisation_id is None:
        return Text("who-knows-no-organisation")
    return (await db.get_one(Organisation, member.organisation_id)).name


def chat_link(person: Person) -> list[Link]:
    if not person.email:
        return []
    address = f"https://teams.microsoft.com/l/chat/0/0?users={quote(person.email, safe='@')}"
    return [Link(Text("who-knows-open-chat", name=person.name), address)]
