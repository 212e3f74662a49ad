"""Deputies: what is expected of them, and a no that is fine."""

from datetime import datetime, timedelta

from dialogs.screen import Button, Notice, Screen, Skip, Text
from dialogs.turn import Outcome, Turn, promised
from storage import outbox
from storage.database import Database
from storage.forum import Forum, Phase
from storage.outbox import Doubt, Kind
from storage.people import Membership, Person, Role, members

# A welcome is unasked for the one who gets it, so it keeps quiet times and the weekly budget as
# everything else does: nobody gets a welcome and a question in one week. It waits out a summer.
PERSONAL = Kind("welcome.personal", lives=timedelta(days=90))
DEPUTY = Kind("welcome.deputy", lives=timedelta(days=90))
# To coordinators at once: a person has just said no and waits for a human.
DECLINED = Kind("welcome.deputy_declined", initiative=False, doubt=Doubt.RESEND)


async def name_deputy(db: Database, forum: Forum, member: Membership, now: datetime) -> None:
    """Tell a new deputy; one who has not been welcomed yet reads it in the welcome."""
    if forum.phase == Phase.OPEN and await outbox.arrived(
        db, PERSONAL.step, forum.id, member.person_id
    ):
        await outbox.promise_anew(db, DEPUTY, forum.id, member.person_id, now)


async def deputy(turn: Turn) -> Outcome:
    if turn.member.role != Role.DEPUTY:
        return Skip("no_longer_needed")
    return Screen(
        Text("welcome-deputy", name=(turn.person.name.split() or ["?"])[0]),
        Button(Text("welcome-deputy-yes"), "welcome.deputy_yes", style="positive"),
        decline_button(),
    )


async def deputy_yes(turn: Turn) -> Outcome:
    if turn.member.role != Role.DEPUTY:
        return Notice(Text("welcome-deputy-no-more"))
    return Screen(Text("welcome-deputy-thanks"))


async def deputy_no(turn: Turn) -> Outcome:
    """A no is fine: the role goes, and the coordinators hear it from Vertti."""
    if turn.member.role != Role.DEPUTY:
        return Notice(Text("welcome-deputy-no-more"))
    turn.member.role = Role.PARTICIPANT
    for _, person in await members(turn.db, turn.forum.id, Role.COORDINATOR):
        await outbox.promise(
            turn.db, DECLINED, turn.forum.id, person.id, turn.now, member=turn.member.id
        )
    return Screen(Text("welcome-deputy-no-thanks"))


@promised
async def deputy_declined(turn: Turn, member: int) -> Outcome:
    found = await turn.db.get(Membership, member)
    if turn.member.role != Role.COORDINATOR or found is None or found.forum_id != turn.forum.id:
        return Skip("no_longer_needed")
    person = await turn.db.get_one(Person, found.person_id)
    return Screen(Text("welcome-deputy-declined", name=person.name))


def decline_button() -> Button:
    return Button(Text("welcome-deputy-no"), "welcome.deputy_no", with_inputs=False)
