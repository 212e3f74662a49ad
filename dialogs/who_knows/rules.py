"""Which competence was meant, and who is asked to help next."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz, process
from rapidfuzz.utils import default_process

_SURE = 80
_WORD = 5  # letters; shorter words say too little


@dataclass(frozen=True)
class Candidate:
    """Somebody who offers the competence."""

    membership: int
    organisation: int | None
    languages: frozenset[str]
    asked_before: int  # how often they have been asked to help in this forum
    free: bool  # reachable and not away
    waits: int = 0  # days until their budget of unasked messages lets them be asked


def next_helper(
    candidates: Sequence[Candidate],
    asker: Candidate,
    already_asked: frozenset[int],
) -> Candidate | None:
    """Whom to ask: never oneself or twice, somebody free; a colleague from another organisation
    and one who shares a language come first, then who can be asked soonest
    and has been asked least."""
    possible = [
        c
        for c in candidates
        if c.free and c.membership != asker.membership and c.membership not in already_asked
    ]
    return min(
        possible,
        key=lambda c: (
            c.organisation == asker.organisation,
            not (c.languages & asker.languages),
            c.waits,
            c.asked_before,
            c.membership,
        ),
        default=None,
    )


def meant(said: str, labels: Mapping[str, Sequence[str]]) -> str | None:
    """The competence whose label (in any language) a line names, typos and inflection allowed."""
    flat = [(key, label) for key, variants in labels.items() for label in variants]
    best = process.extractOne(
        said, [label for _, label in flat], scorer=fuzz.WRatio, processor=default_process
    )
    return flat[best[2]][0] if best and best[1] >= _SURE else None


def mentioned(words: str, labels: Mapping[str, Sequence[str]]) -> str | None:
    """The competence that a longer text speaks of, or None rather than a wild guess.

    A word of the text names a competence when it begins like a word of its label: Finnish and
    Swedish inflect and compound at the end ("saavutettavuudesta", "poistolupa").
    """
    tokens = [t for t in default_process(words).split() if len(t) >= _WORD]
    scores: dict[str, int] = {}
    for key, variants in labels.items():
        for label_word in {w for v in variants for w in default_process(v).split()}:
            if len(label_word) < _WORD:
                continue
            stem = label_word[: max(_WORD, len(label_word) - 3)]
            if any(token.startswith(stem) for token in tokens):
                scores[key] = max(scores.get(key, 0), len(stem))
    best = max(scores, key=lambda key: scores[key], default=None)
    return best
