"""Give somebody their organisation and role, and tell them what they should know of it."""

from datetime import datetime, timedelta

from dialogs import welcome
from storage import outbox
from storage.database import Database
from storage.forum import Forum
from storage.outbox import Doubt, Kind
from storage.people import Membership, Person, Role

INVITE = Kind("setup.invite", initiative=False, doubt=Doubt.RESEND, lives=timedelta(days=60))


async def make_coordinator(db: Database, forum: Forum, member: Membership, now: datetime) -> None:
    """Told at once: they have just installed Vertti, or a colleague has just chosen them."""
    member.role = Role.COORDINATOR
    await outbox.promise_anew(db, INVITE, forum.id, member.person_id, now)


async def place(
    db: Database,
    forum: Forum,
    member: Membership,
    person: Person,
    now: datetime,
    organisation: int | None,
    role: Role | None,
    language: str | None,
) -> None:
    """What a file (or a colleague) says of a person.

    Nobody ceases to be a coordinator this way, so that a forum cannot lose its last one by a
    slip in a file. The language is the person's own once they have talked with Vertti.
    """
    if organisation is not None:
        member.organisation_id = organisation
    if language is not None and person.conversation is None:
        person.language = language
    if role is None or role == member.role or member.role == Role.COORDINATOR:
        return
    if role == Role.COORDINATOR:
        await make_coordinator(db, forum, member, now)
        return
    member.role = role
    if role == Role.DEPUTY:
        await welcome.name_deputy(db, forum, member, now)
