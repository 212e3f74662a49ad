"""Store what a file says of organisations and people: all of it, or nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache

from dialogs.screen import Text
from dialogs.setup.people_file import COLUMNS, Row, Vocabulary, same, unknown_organisations
from dialogs.setup.placing import place
from dialogs.setup.table_file import Broken, Problem
from dialogs.texts import LANGUAGES, words_of
from storage.arrival import ExpectedPerson, expected
from storage.database import Database
from storage.forum import Forum, Organisation, ever_organisations, organisations
from storage.people import Role, members

SHOWN = 20  # problems, or names, at once


@cache
def vocabulary() -> Vocabulary:
    """The words for columns, roles and languages, as the .ftl files have them."""
    return Vocabulary(
        columns={code: words_of(f"setup-column-{code}-words") for code in COLUMNS},
        roles={role.value: words_of(f"setup-role-{role}-words") for role in Role},
        languages={code: words_of(f"setup-language-{code}-words") for code in LANGUAGES},
    )


@dataclass(frozen=True)
class TakenIn:
    """What an import did."""

    organisations: list[str]  # new ones
    placed: int  # people of the team who got their organisation, role or language
    awaited: list[str]  # people who are not in the team yet


async def take_in(db: Database, forum: Forum, rows: Sequence[Row], now: datetime) -> TakenIn:
    """Store organisations and people in the transaction that is open.

    Raises:
        Broken: an organisation is unknown; nothing was changed.
    """
    present = [o.name for o in await organisations(db, forum.id)]
    if problems := unknown_organisations(rows, present):
        raise Broken(problems)
    everything = await ever_organisations(db, forum.id)
    new: list[str] = []
    for row in rows:
        if not row.organisation:
            continue
        found = next((o for o in everything if same(o.name, row.organisation)), None)
        if found is None:
            found = Organisation(forum_id=forum.id, name=row.organisation)
            db.add(found)
            everything.append(found)
            new.append(found.name)
        found.left = None
    await db.flush()
    in_team = {(p.email or "").lower(): (m, p) for m, p in await members(db, forum.id)}
    awaited = {person.email: person for person in await expected(db, forum.id)}
    placed, names = 0, []
    for row in rows:
        if not row.email:
            continue
        at = next((o.id for o in everything if same(o.name, row.organisation)), None)
        role = Role(row.role) if row.role else None
        if row.email in in_team:
            member, person = in_team[row.email]
            await place(db, forum, member, person, now, at, role, row.language)
            placed += 1
        else:
            _expect(db, forum, awaited.get(row.email), row, at, role)
            names.append(row.name or row.email)
    await db.flush()
    return TakenIn(new, placed, names)


def told(problem: Problem) -> Text:
    """A problem in words."""
    near = "-near" if problem.near and problem.code.startswith("unknown_") else ""
    return Text(
        f"setup-problem-{problem.code}{near}",
        line=problem.line or 0,
        column=Text(f"setup-column-{problem.column}") if problem.column else "",
        value=problem.value,
        near=problem.near,
    )


def some(names: Sequence[str]) -> Text:
    """Names as far as they fit."""
    if not names:
        return Text("setup-nothing")
    if len(names) <= SHOWN:
        return Text("setup-list", names=list(names))
    return Text("setup-list-more", names=list(names[:SHOWN]), count=len(names) - SHOWN)


def _expect(
    db: Database,
    forum: Forum,
    known: ExpectedPerson | None,
    row: Row,
    organisation: int | None,
    role: Role | None,
) -> None:
    person = known or ExpectedPerson(forum_id=forum.id, email=row.email)
    person.name = row.name or person.name
    person.organisation_id = organisation or person.organisation_id
    person.role, person.language = role or person.role, row.language or person.language
    db.add(person)
