"""Show what was told to those who may see it: the channel, and the project's own people."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from dialogs.checkin import rules
from dialogs.screen import (
    Button,
    Facts,
    Heading,
    Note,
    Part,
    Quote,
    Screen,
    Skip,
    Text,
    Words,
)
from dialogs.turn import Outcome, Turn, promised, public
from storage import checkin as memory
from storage.checkin import CheckIn
from storage.forum import Organisation
from storage.people import (
    author_of,
)
from storage.project import Project, project_of


@promised
@public
async def round_up(turn: Turn, since: date) -> Outcome:
    """To the channel, two days after a wave: what people said everybody may see."""
    start_of_day = datetime.combine(since, datetime.min.time(), ZoneInfo(turn.forum.zone))
    answers = await memory.of_forum(turn.db, turn.forum.id, start_of_day)
    told: dict[int, tuple[Text, str]] = {}
    for answer in answers:
        if answer.project_id is None or not rules.may_see(answer.visibility, "forum_member"):
            continue
        project = await turn.db.get_one(Project, answer.project_id)
        organisation = await turn.db.get_one(Organisation, project.organisation_id)
        said = answer.moved or ""
        if answer.answers_for_project or answer.project_id not in told:
            told[answer.project_id] = (
                Text(
                    "checkin-round-up-row",
                    organisation=organisation.name,
                    progress=Text(f"checkin-progress-{answer.progress}"),
                ),
                said,
            )
    if not told:
        return Skip("nothing_to_tell")
    rows: list[Part] = []
    for row, said in sorted(told.values(), key=lambda entry: str(entry[0].values["organisation"])):
        rows += [row, *([Quote(said)] if said else [])]
    return Screen(
        Heading(Text("checkin-round-up-title")),
        *rows,
        Note(Text("checkin-round-up-note")),
        Button(Text("checkin-title"), "checkin.start"),
    )


async def project(turn: Turn, rest: str = "") -> Outcome:
    """Our project: its latest answers, as far as I may see each of them."""
    mine = await project_of(turn.db, turn.member.organisation_id)
    if mine is None:
        return Screen(Text("checkin-no-project"))
    parts: list[Part] = [Heading(mine.title)]
    if mine.goal:
        parts.append(Quote(mine.goal))
    for answer in await memory.of_project(turn.db, mine.id, limit=8, additions=True):
        own = answer.membership_id == turn.member.id
        if not rules.may_see(answer.visibility, "author" if own else "colleague"):
            continue
        author = await author_of(turn.db, answer.membership_id)
        parts += [
            Text(
                "checkin-told-by",
                name=author or Text("checkin-somebody"),
                day=turn.day(answer.answered),
            ),
            what_was_told(answer),
        ]
    if len(parts) < 3:
        parts.append(Text("checkin-nothing-yet"))
    return Screen(*parts, Button(Text("checkin-title"), "checkin.start"))


def what_was_told(answer: CheckIn) -> Facts:
    rows: list[tuple[Words, Words]] = [
        (Text("checkin-where"), Text(f"checkin-progress-{answer.progress}"))
    ]
    if answer.moved:
        rows.append((Text("checkin-moved-short"), answer.moved))
    if answer.help_wanted:
        rows.append((Text("checkin-help-short"), answer.help_wanted))
    rows.append((Text("checkin-visibility"), Text(f"checkin-visibility-{answer.visibility}")))
    return Facts(rows)
