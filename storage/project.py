"""Development projects: one an organisation, answered for by its contact person."""

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


class ProjectChange(SQLModel, table=True):
    """What a field of a project said before: the journey stays visible."""

    id: int = Field(default=None, primary_key=True)
    project_id: int = Field(foreign_key="project.id", index=True)
    membership_id: int = Field(foreign_key="membership.id")
    field: str
    before: str


async def project_of(db: Database, organisation: int | None) -> Project | None:
    if organisation is None:
        return None
    wanted = select(Project).where(Project.organisation_id == organisation)
    return (await db.exec(wanted)).first()


async def projects(db: Database, forum: int) -> list[tuple[Project, Organisation]]:
    """The forum's projects in the order of the organisations' names."""
    wanted = (
        select(Project, Organisation)
        .join(Organisation, col(Organisation.id) == Project.organisation_id)
        .where(Project.forum_id == forum, col(Organisation.left).is_(None))
        .order_by(Organisation.name)
    )
    return list((await db.exec(wanted)).all())
