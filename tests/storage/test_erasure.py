"""An erased person is in no row and in no byte any more; what is shared stays."""

from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlmodel import SQLModel, select

import storage.tables  # noqa: F401  # every table
from storage import erasure, outbox, sending
from storage.arrival import ExpectedPerson
from storage.checkin import CheckIn, Progress, Visibility
from storage.critical_friend import (
    Apart,
    Friend,
    FriendGroup,
    Insight,
    PairingRound,
    Volunteer,
)
from storage.database import Database, Transaction
from storage.forum import Forum, Organisation
from storage.help_request import HelperAsked, HelpRequest
from storage.outbox import Kind, Prompt, Status
from storage.people import Absence, Membership, Person
from storage.portfolio import Answer, Competence, Side
from storage.project import Project, ProjectChange, change
from storage.promise import Promise
from tests.builders import NOW, TENANT, TODAY, a_forum, a_museum, a_person, join

SECRET = "Vadelmavanukas"  # stands in everything the person has written


def test_every_column_that_points_to_people_is_decided_about() -> None:
    pointing = {
        f"{table.name}.{column.name}"
        for table in SQLModel.metadata.tables.values()
        for column in table.columns
        for key in column.foreign_keys
        if key.column.table.name in ("person", "membership")
    }

    assert pointing == {*erasure.GOES, *erasure.STAYS, "membership.person_id"}


async def _full_life(db: Database) -> tuple[Person, Person]:
    """Somebody with a row in every table, and a colleague with the same."""
    forum = a_forum()
    museum = await a_museum(db, forum)
    people = []
    for name in ("Zacharias Äyräpää", "Bo Berg"):
        person = a_person(name, listening={"step": "x", "args": {"said": f"{SECRET} {name}"}})
        member = await join(db, forum, person, museum, title=f"{SECRET} {name}")
        people.append((person, member))
    this = PairingRound(
        forum_id=forum.id, number=1, invites=TODAY, answer_by=TODAY, ends=TODAY, seed=1
    )
    db.add(this)
    await db.flush()
    group = FriendGroup(forum_id=forum.id, round_id=this.id)
    db.add(group)
    await db.flush()
    first, second = sorted(member.id for _, member in people)
    db.add(Apart(first_id=first, second_id=second))
    for number, (person, member) in enumerate(people):
        words = f"{SECRET} {person.name}"
        other = people[1 - number][1]
        db.add(ExpectedPerson(forum_id=forum.id, email=str(person.email), name=person.name))
        db.add(Volunteer(round_id=this.id, membership_id=member.id, joins=True, answered=NOW))
        db.add(Friend(group_id=group.id, membership_id=member.id, directness="ask"))
        db.add(
            Insight(forum_id=forum.id, membership_id=member.id, kind="try", words=words, told=NOW)
        )
        db.add(Absence(person_id=person.id, first=TODAY, last=TODAY))
        db.add(Competence(membership_id=member.id, side=Side.OFFER, key="digitointi"))
        db.add(Answer(membership_id=member.id, question="ex1", value=words, answered=NOW))
        db.add(Promise(membership_id=member.id, words=words, made=NOW))
        project = (await db.exec(select(Project))).one()
        change(db, project, member.id, NOW, for_whom=f"Kaikille {number}")
        for answers in (True, False):
            checkin = CheckIn(
                forum_id=forum.id,
                project_id=project.id,
                membership_id=member.id,
                answers_for_project=answers,
                progress=Progress.MOVING,
                moved=words,
                help_wanted=words,
                visibility=Visibility.CHANNEL,
                answered=NOW,
            )
            db.add(checkin)
            await db.flush()
            request = HelpRequest(
                forum_id=forum.id,
                membership_id=member.id,
                checkin_id=checkin.id,
                words=words,
                helper_id=other.id if answers else None,
                asked=NOW,
            )
            db.add(request)
            await db.flush()
            db.add(HelperAsked(request_id=request.id, membership_id=other.id, asked=NOW))
            await outbox.promise(
                db, Kind("who_knows.asked"), forum.id, other.person_id, NOW, request=request.id
            )
        await outbox.promise(
            db,
            Kind("help.from_participant"),
            forum.id,
            other.person_id,
            NOW,
            occasion=words,
            sender=person.id,
            said=words,
        )
        await outbox.promise(db, Kind("checkin.ask"), forum.id, person.id, NOW, occasion="wave")
    await db.flush()
    return people[0][0], people[1][0]


async def _everything(db: Database) -> str:
    rows: list[Any] = []
    for mapper in SQLModel._sa_registry.mappers:
        rows += (await db.exec(select(mapper.class_))).all()
    return "\n".join(repr(row) for row in rows)


async def test_no_row_holds_anything_of_an_erased_person(transaction: Transaction) -> None:
    async with transaction() as db:
        gone, stays = await _full_life(db)
        before = await _everything(db)
    for trace in (gone.name, gone.email, gone.aad_object_id, gone.teams_id, gone.conversation):
        assert str(trace) in before

    async with transaction() as db:
        await erasure.erase(db, await db.get_one(Person, gone.id), NOW)

    async with transaction() as db:
        after = await _everything(db)
        for trace in (gone.name, gone.email, gone.aad_object_id, gone.teams_id, gone.conversation):
            assert str(trace) not in after
        assert f"{SECRET} {stays.name}" in after
        mine = (await db.exec(select(Membership))).all()
        assert [member.person_id for member in mine] == [stays.id]


async def test_the_projects_journey_stays_without_the_name(transaction: Transaction) -> None:
    async with transaction() as db:
        gone, stays = await _full_life(db)
        [other] = (await db.exec(select(Membership).where(Membership.person_id == stays.id))).all()

    async with transaction() as db:
        await erasure.erase(db, await db.get_one(Person, gone.id), NOW)

    async with transaction() as db:
        checkins = (await db.exec(select(CheckIn).order_by(CheckIn.id))).all()  # type: ignore[arg-type]
        assert [(c.membership_id, c.answers_for_project, c.moved) for c in checkins] == [
            (None, True, None),
            (other.id, True, f"{SECRET} {stays.name}"),
            (other.id, False, f"{SECRET} {stays.name}"),
        ]
        assert [c.membership_id for c in (await db.exec(select(ProjectChange))).all()] == [other.id]
        assert (await db.exec(select(Organisation))).one().name == "Hopeahaaran museo"
        wishes = (await db.exec(select(HelpRequest))).all()
        assert [wish.membership_id for wish in wishes] == [other.id] * 2
        assert [wish.helper_id for wish in wishes] == [None] * 2


async def test_every_planned_message_stays_accounted_for(transaction: Transaction) -> None:
    async with transaction() as db:
        gone, stays = await _full_life(db)
        before = (await outbox.accounts(db)).total()

    async with transaction() as db:
        await erasure.erase(db, await db.get_one(Person, gone.id), NOW)

    async with transaction() as db:
        prompts = (await db.exec(select(Prompt))).all()
        assert len(prompts) == before
        theirs = [prompt for prompt in prompts if prompt.person_id is None]
        assert {(p.status, p.reason) for p in theirs} == {(Status.CANCELLED, "erased")}
        assert not any(p.initiative for p in theirs)
        # The colleague keeps their own question, and hears nothing more of the erased one's wishes.
        waiting = [p for p in prompts if p.status == Status.WAITING]
        assert [(p.person_id, p.step) for p in waiting] == [(stays.id, "checkin.ask")]


async def test_the_account_is_known_as_erased_and_may_come_back(transaction: Transaction) -> None:
    async with transaction() as db:
        gone, stays = await _full_life(db)
        await erasure.erase(db, await db.get_one(Person, gone.id), NOW)

    async with transaction() as db:
        assert await erasure.is_erased(db, TENANT, gone.aad_object_id)
        assert not await erasure.is_erased(db, TENANT, stays.aad_object_id)
        assert not await erasure.is_erased(db, "another tenant", gone.aad_object_id)
        await erasure.allow_back(db, TENANT, gone.aad_object_id)
        assert not await erasure.is_erased(db, TENANT, gone.aad_object_id)


async def test_no_byte_of_the_files_holds_an_erased_person(
    transaction: Transaction, database_url: str
) -> None:
    if not database_url.startswith("sqlite"):
        return  # PostgreSQL's files are its own; its rows are looked at above
    file = Path(database_url.removeprefix("sqlite:///"))
    async with transaction() as db:
        gone, stays = await _full_life(db)
        await db.flush()
        for number in range(200):  # so that pages are split and merged
            member = (await db.exec(select(Membership.id))).first()
            words = f"{SECRET} {gone.name} {number} " * 20
            db.add(Promise(membership_id=member or 0, words=words, made=NOW))
    traces = [str(gone.name), str(gone.email), gone.aad_object_id, f"{SECRET} {gone.name}"]
    held = _bytes(file)
    assert all(trace.encode() in held for trace in traces)

    async with transaction() as db:
        await erasure.erase(db, await db.get_one(Person, gone.id), NOW)

    held = _bytes(file)
    assert [trace for trace in traces if trace.encode() in held] == []
    assert stays.name.encode() in held


def _bytes(file: Path) -> bytes:
    return b"".join(path.read_bytes() for path in sorted(file.parent.glob(f"{file.name}*")))


async def test_a_message_that_is_just_being_sent_is_not_sent_again(
    transaction: Transaction,
) -> None:
    """Without its person it would go to the channel."""
    async with transaction() as db:
        gone, _ = await _full_life(db)
        prompt = (await db.exec(select(Prompt).where(Prompt.person_id == gone.id))).first()
        assert prompt is not None
        sending.begin(prompt, NOW)
    # From here on the sender holds this object, with the token of its sending.

    async with transaction() as db:
        await erasure.erase(db, await db.get_one(Person, gone.id), NOW)

    async with transaction() as db:
        assert not await sending.put_off(db, prompt, NOW, "later")
        await sending.give_back(db, NOW + timedelta(days=1))
        kept = await db.get_one(Prompt, prompt.id)
        assert (kept.status, kept.reason, kept.person_id) == (Status.UNKNOWN, "erased", None)


async def test_the_number_of_an_erased_person_is_never_given_anew(
    transaction: Transaction,
) -> None:
    """Old cards carry numbers; they must not come to mean somebody else."""
    async with transaction() as db:
        forum = a_forum()
        member = await join(db, forum, gone := a_person())
        numbers = (gone.id, member.id)
        await erasure.erase(db, gone, NOW)

    async with transaction() as db:
        newcomer = await join(db, await db.get_one(Forum, forum.id), a_person("Bo Berg"))
        assert newcomer.person_id > numbers[0]
        assert newcomer.id > numbers[1]
