"""Draw a question with what holds now filled in, and say how an answer reads."""

from collections.abc import Mapping

from dialogs.competence import label, options
from dialogs.onboarding.questions import Card, Question
from dialogs.onboarding.rules import Value
from dialogs.screen import Ask, Choose, Note, Part, Text, Words

YES_NO = (("true", Text("onboarding-yes")), ("false", Text("onboarding-no")))

People = Mapping[str, Words]  # code to name, for questions about people


def field(question: Question, value: Value, people: People) -> Part:
    """The input for one question; it arrives as the argument of the question's id."""
    name, text = question.id, Text(f"onboarding-{question.id}")
    match question.kind:
        case "text":
            return Ask(name, text, str(value or ""), long=True, limit=question.limit)
        case "list":
            return Ask(
                name,
                text,
                "\n".join(_listed(value)),
                long=True,
                limit=question.limit * question.most,
                hint=Text("onboarding-one-a-line"),
            )
        case "tags":
            return Choose(name, text, options(), _listed(value), many=True, compact=True)
        case "multi":
            return Choose(name, text, choices(question), _listed(value), many=True)
        case "single":
            return Choose(name, text, choices(question), _listed(value))
        case "yes-no":
            chosen = [] if value is None else ["true" if value else "false"]
            return Choose(name, text, YES_NO, chosen)
        case "person":
            return Choose(name, text, list(people.items()), _listed(value), compact=True)


def choices(question: Question) -> list[tuple[str, Text]]:
    return [(code, Text(f"onboarding-{question.id}-{code}")) for code in question.options]


def spoken(question: Question, value: Value, people: People) -> Words:
    """An answer as people read it."""
    if value is None or value == []:
        return Text("onboarding-no-answer")
    match question.kind:
        case "text":
            return str(value)
        case "list":
            return " · ".join(_listed(value))
        case "tags":
            return Text("onboarding-several", things=[label(key) for key in _listed(value)])
        case "multi" | "single":
            known = dict(choices(question))
            things = [known[code] for code in _listed(value) if code in known]
            return Text("onboarding-several", things=things)
        case "yes-no":
            return Text("onboarding-yes" if value else "onboarding-no")
        case "person":
            return people.get(str(value), Text("onboarding-no-answer"))


def who_sees(card: Card) -> Note:
    return Note(Text(f"onboarding-seen-by-{card.seen_by}"))


def _listed(value: Value) -> list[str]:
    if isinstance(value, list):
        return value
    return [str(value)] if value else []
