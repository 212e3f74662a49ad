"""What Vertti asks a newcomer: five cards, as a table. The sentences stand in the .ftl files."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

Kind = Literal["tags", "text", "list", "single", "multi", "person", "yes-no"]
SeenBy = Literal["channel", "coordinators", "self"]

EVERYBODY = frozenset({"participant", "contact", "deputy", "coordinator", "expert"})
PROJECT_PEOPLE = frozenset({"participant", "contact", "deputy"})
PROJECT_HEADS = frozenset({"contact", "deputy"})

NOBODY = "nobody"  # the choice that an organisation has no deputy (yet)


@dataclass(frozen=True)
class Question:
    id: str
    kind: Kind
    limit: int = 0  # characters of a text
    most: int = 0  # how many tags or lines
    options: Sequence[str] = ()
    only_for: frozenset[str] = EVERYBODY  # roles
    project: str | None = None  # the field of the project that holds the answer
    setting: bool = False  # the answer is a setting, a role or a competence and is held as such

    @property
    def held_elsewhere(self) -> bool:
        """Whether the answer has a place of its own; then only that it was given is noted."""
        return self.project is not None or self.setting


@dataclass(frozen=True)
class Card:
    name: str
    seen_by: SeenBy
    questions: Sequence[Question]
    only_for: frozenset[str] = EVERYBODY


CARDS = (
    Card(
        "portfolio",
        "channel",
        (
            Question("pf1", "tags", most=5, setting=True),
            Question("pf2", "text", limit=280),
            Question("pf3", "tags", most=5, setting=True),
            Question("pf4", "text", limit=280),
            Question(
                "pf5", "multi", options=("chat", "call", "host_visit", "share_docs", "comment")
            ),
        ),
    ),
    Card(
        "expectations",
        "coordinators",
        (
            Question("ex1", "text", limit=400),
            Question("ex2", "text", limit=400, only_for=PROJECT_PEOPLE),
            Question("ex3", "text", limit=400),
            Question("ex4", "text", limit=400),
        ),
    ),
    Card(
        "goals",
        "channel",
        (
            Question("go1", "text", limit=240, project="goal"),
            Question("go2", "text", limit=240, project="for_whom"),
            Question("go3", "text", limit=240, project="need"),
            Question("go4", "list", limit=240, most=3, project="signs"),
            Question("go5", "text", limit=240, project="first_experiment"),
            Question("go6", "text", limit=400, project="help_wanted"),
        ),
        only_for=PROJECT_HEADS,
    ),
    Card(
        "roles",
        "coordinators",
        (
            Question("ro1", "person", setting=True),
            Question("ro2", "person", setting=True),
            Question("ro3", "text", limit=240, project="materials"),
            Question("ro4", "yes-no"),
            Question(
                "ro5",
                "single",
                options=("autumn1", "winter", "spring2", "cohost", "remote"),
                project="hosting",
            ),
        ),
        only_for=frozenset({"contact"}),
    ),
    Card(
        "settings",
        "self",
        (
            Question("se1", "single", options=("fi", "sv", "en"), setting=True),
            Question(
                "se2",
                "single",
                options=("14", "28", "42", "0"),
                only_for=PROJECT_PEOPLE,
                setting=True,
            ),
            Question("se3", "multi", options=("tue", "wed", "thu", "any"), setting=True),
            Question("se4", "yes-no", only_for=PROJECT_PEOPLE, setting=True),
        ),
    ),
)
QUESTIONS = {question.id: question for card in CARDS for question in card.questions}
