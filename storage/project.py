"""Development projects: one an organisation, answered for by its contact person."""

from datetime import datetime
from typing import Any

from sqlalchemy import bindparam
from sqlmodel import Field, SQLModel, col, select

from storage.database import Database, Json
from storage.forum import Organisation


class Project(SQLModel, table=True):
    id: int = Field(default=None, primary_key=True)
    forum_id: int = Field(foreign_key="forum.id", index=True)
    organisation_id: int = Field(foreign_key="organisation.id", unique=True)
    title: str
    theme: str | None = None
    goal: str | None = None  # in one sentence
    for_whom: str | None = None
    need: str | None = None  # where it arose
    signs: list[str] = Field(default_factory=list, sa_type=Json)  # signs of success
    first_experiment: str | None = None
    help_wanted: str | None = None
    materials: str | None = None  # where the deputy finds them
    hosting: str | None = None  # when the organisation could host a meeting: a code


class ProjectChange(SQLModel, table=True):
    """What a field of a project said before: the journey stays visible."""

    id: int = Field(default=None, primary_key=True)
    project_id: int = Field(foreign_key="project.id", index=True)
    # Who changed it; nobody any more when that person has been erased.
    membership_id: int | None = Field(default=None, foreign_key="membership.id", index=True)
    field: str
    before: str
    changed: datetime


# Asked in every check-in, and therefore built once.
_PROJECT_OF = select(Project).where(col(Project.organisation_id) == bindparam("organisation"))


async def project_of(db: Database, organisation: int | None) -> Project | None:
    if organisation is None:
        return None
    return (await db.exec(_PROJECT_OF, params={"organisation": organisation})).first()


async def projects(db: Database, forum: int) -> list[tuple[Project, Organisation]]:
    """The forum's projects in the order of the organisations' names."""
    wanted = (
        select(Project, Organisation)
        .join(Organisation, col(Organisation.id) == Project.organisation_id)
        .where(Project.forum_id == forum, col(Organisation.left).is_(None))
        .order_by(Organisation.name)
    )
    return list((await db.exec(wanted)).all())


def change(
    db: Database, project: Project, membership: int, now: datetime, **said: Any
) -> list[str]:
    """Set fields of a project and keep what they said before. Returns those that changed."""
    changed = [name for name, value in said.items() if getattr(project, name) != value]
    for name in changed:
        before = getattr(project, name)
        if before:
            words = "\n".join(before) if isinstance(before, list) else str(before)
            db.add(
                ProjectChange(
                    project_id=project.id,
                    membership_id=membership,
                    field=name,
                    before=words,
                    changed=now,
                )
            )
        setattr(project, name, said[name])
    return changed


async def changes_by(db: Database, membership: int) -> list[ProjectChange]:
    """What this member has changed in a project, oldest first."""
    wanted = select(ProjectChange).where(ProjectChange.membership_id == membership)
    return list((await db.exec(wanted.order_by(col(ProjectChange.id)))).all())
