"""Valid things with one interesting difference."""

from datetime import UTC, date, datetime
from typing import Any

from storage.forum import Forum, Organisation, Phase
from storage.people import Membership, Person, Role
from storage.project import Project

NOW = datetime(2027, 5, 11, 7, 0, tzinfo=UTC)  # a Tuesday, ten in the morning in Helsinki
TODAY = date(2027, 5, 11)
TENANT = "7e000000-0000-4000-8000-000000000001"


def a_forum(**given: Any) -> Forum:
    return Forum(
        **{
            "tenant_id": TENANT,
            "team_id": "19:team@thread.tacv2",
            "name": "Foorumi",
            "languages": ["fi", "sv"],
            "channel": "19:channel@thread.tacv2",
            "service_url": "http://127.0.0.1:1/",
            "phase": Phase.OPEN,
            "begins": date(2027, 4, 14),
            "ends": date(2028, 9, 30),
            "roster_read": NOW,
            **given,
        }
    )


def a_person(name: str = "Aino Aalto", **given: Any) -> Person:
    key = name.split()[0].lower()
    return Person(
        **{
            "tenant_id": TENANT,
            "aad_object_id": f"aad-{key}",
            "teams_id": f"29:{key}",
            "conversation": f"a:{key}",
            "name": name,
            "email": f"{key}@museo.example",
            **given,
        }
    )


async def join(
    db: Any,
    forum: Forum,
    person: Person,
    organisation: Organisation | None = None,
    role: Role = Role.CONTACT,
    **given: Any,
) -> Membership:
    """Store a person as a member of a forum."""
    if forum.id is None:
        db.add(forum)
    db.add(person)
    if organisation is not None:
        db.add(organisation)
    await db.flush()
    if organisation is not None and organisation.forum_id is None:
        organisation.forum_id = forum.id
    member = Membership(
        forum_id=forum.id,
        person_id=person.id,
        organisation_id=organisation.id if organisation else None,
        role=role,
        joined=TODAY,
        **given,
    )
    db.add(member)
    await db.flush()
    return member


async def a_museum(db: Any, forum: Forum, name: str = "Hopeahaaran museo") -> Organisation:
    """Store a museum with its project."""
    if forum.id is None:
        db.add(forum)
        await db.flush()
    museum = Organisation(forum_id=forum.id, name=name)
    db.add(museum)
    await db.flush()
    db.add(Project(forum_id=forum.id, organisation_id=museum.id, title="Poistot hallitusti"))
    await db.flush()
    return museum
