"""The sample forum: 13 invented museums, 50 people, their projects and their calendar."""

import json
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from storage.checkin import CheckIn, Progress, Visibility, Wave
from storage.database import Database
from storage.forum import Channel, Forum, Organisation, Phase, QuietPeriod, forum_of_team
from storage.people import Membership, Person, Role, members
from storage.portfolio import Competence, Side
from storage.project import Project

TENANT = "5a3f0000-0000-4000-8000-00000000f1f1"
TEAM = "19:sample-team@thread.tacv2"
CHANNEL = "19:sample-channel@thread.tacv2"
NAME = "Museoiden vertaiskehittämisfoorumi"
CHANNEL_NAME = "Foorumi"
COORDINATOR = "k01"
ROLES = {"member": Role.PARTICIPANT, "contact": Role.CONTACT, "deputy": Role.DEPUTY}

_FOLDER = Path(__file__).parent / "sample_forum"
_LONG_AGO = timedelta(weeks=30)


def data(name: str) -> Any:
    """One of the sample's files: museums, participants, projects, calendar."""
    return json.loads((_FOLDER / f"{name}.json").read_text("utf-8"))


def teams_id(key: str) -> str:
    """The Teams id of a sample person, such as p01."""
    return f"29:{key}"


def chat_id(key: str) -> str:
    """The personal chat of a sample person."""
    return f"a:{key}"


def role(row: dict[str, Any]) -> Role:
    """What a person of the files is in the forum."""
    return ROLES.get(row.get("forum_role", ""), Role.COORDINATOR)


def everybody() -> list[dict[str, Any]]:
    """Participants and coordinators as the files hold them."""
    people = data("participants")
    return [*people["coordinators"], *people["participants"]]


async def add_sample(db: Database, service_url: str, today: date | None = None) -> Forum:
    """Fill an empty database.

    With `today` the whole season is moved by whole weeks, so that the forum began thirty weeks
    ago and its calendar is under way; without, it has its own dates.
    """
    calendar = data("calendar")
    begins = date.fromisoformat(calendar["meta"]["starts"])
    shift = timedelta(0)
    if today is not None:
        shift = timedelta(weeks=(today - _LONG_AGO - begins).days // 7)
    forum = Forum(
        tenant_id=TENANT,
        team_id=TEAM,
        name=NAME,
        languages=["fi", "sv"],
        begins=begins + shift,
        ends=date.fromisoformat(calendar["meta"]["ends"]) + shift,
        channel=CHANNEL,
        service_url=service_url,
        phase=Phase.OPEN,
        roster_read=_morning(begins + shift),
    )
    db.add(forum)
    await db.flush()
    db.add_all(
        [
            Channel(id=TEAM, forum_id=forum.id, name="Yleinen"),
            Channel(id=CHANNEL, forum_id=forum.id, name=CHANNEL_NAME),
        ]
    )
    museums = await _organisations(db, forum)
    joined = await _people(db, forum, museums, shift)
    await _projects(db, forum, museums, joined, shift, today)
    for row in calendar["checkin_waves"]:
        wave = Wave(forum_id=forum.id, day=date.fromisoformat(row["date"]) + shift)
        if today is not None and wave.day < today:
            wave.opened = _morning(wave.day)
            for member in joined.values():
                member.checkin_asked = wave.day
        db.add(wave)
    for period in calendar["quiet_periods"] if today is None else []:
        first, last = date.fromisoformat(period["from"]), date.fromisoformat(period["to"])
        db.add(QuietPeriod(forum_id=forum.id, first=first, last=last, why=period["why"]))
    await db.flush()
    return forum


async def move(db: Database, service_url: str) -> None:
    """Have the sample forum's messages sent to this address, whoever wrote from elsewhere since."""
    forum = await forum_of_team(db, TEAM)
    if forum is None:
        return
    forum.service_url = service_url
    keys = {row["aad_object_id"]: row["id"] for row in everybody()}
    for _, person in await members(db, forum.id):
        if key := keys.get(person.aad_object_id):
            person.service_url, person.conversation = service_url, chat_id(key)
            person.teams_id = teams_id(key)


async def _organisations(db: Database, forum: Forum) -> dict[str, Organisation]:
    museums = {
        m["id"]: Organisation(
            forum_id=forum.id, name=m["name"]["fi"], kind=m["kind"], size=m["staff_fte"]
        )
        for m in data("museums")["museums"]
    }
    db.add_all(museums.values())
    await db.flush()
    return museums


async def _people(
    db: Database, forum: Forum, museums: dict[str, Organisation], shift: timedelta
) -> dict[str, Membership]:
    members: dict[str, Membership] = {}
    for row in everybody():
        person = Person(
            tenant_id=TENANT,
            aad_object_id=row["aad_object_id"],
            teams_id=teams_id(row["id"]),
            name=row["display_name"],
            email=row["email"],
            language=row["language"],
            conversation=chat_id(row["id"]),
            service_url=forum.service_url,
            preferred_days=[
                d for d in row.get("settings", {}).get("preferred_days", []) if d != "any"
            ],
        )
        db.add(person)
        await db.flush()
        member = Membership(
            forum_id=forum.id,
            person_id=person.id,
            organisation_id=museums[row["museum"]].id if "museum" in row else None,
            role=role(row),
            title=row["title"]["fi"] if isinstance(row.get("title"), dict) else row.get("title"),
            joined=(forum.begins or date.min),
            checkin_days=row.get("settings", {}).get("checkin_every_days", 0),
            critical_friend=row.get("critical_friend", {}).get("opt_in"),
        )
        db.add(member)
        await db.flush()
        members[row["id"]] = member
        for side, keys in ((Side.OFFER, row.get("offers", [])), (Side.WISH, row.get("wants", []))):
            db.add_all(Competence(membership_id=member.id, side=side, key=key) for key in keys)
    return members


async def _projects(
    db: Database,
    forum: Forum,
    museums: dict[str, Organisation],
    members: dict[str, Membership],
    shift: timedelta,
    today: date | None,
) -> None:
    for row in data("projects")["projects"]:
        project = Project(
            forum_id=forum.id,
            organisation_id=museums[row["museum"]].id,
            title=row["title"]["sv" if row["language"] == "sv" else "fi"],
            theme=row["theme"],
            goal=row["goal"],
            for_whom=row["for_whom"],
            signs=row["signs_of_success"],
            first_experiment=row["experiments"][0]["what"],
            help_wanted=row["asks_help_with"],
        )
        db.add(project)
        await db.flush()
        for entry in row["status_log"]:
            day = date.fromisoformat(entry["date"]) + shift
            if today is None or day >= today:
                continue
            db.add(
                CheckIn(
                    forum_id=forum.id,
                    project_id=project.id,
                    membership_id=members[entry["by"]].id,
                    answers_for_project=True,
                    progress=Progress(entry["progress"]),
                    moved=entry["text"],
                    help_wanted=entry["help_wanted"],
                    visibility=Visibility(entry["visibility"]),
                    answered=_morning(day),
                )
            )


def _morning(day: date) -> datetime:
    return datetime.combine(day, time(10), ZoneInfo("Europe/Helsinki"))
