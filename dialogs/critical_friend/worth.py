"""What makes a round of critical friends good: the objective, most important first."""

from typing import NamedTuple


class Worth(NamedTuple):
    """The objective in its order. Costs are negative, so comparing two of them is the order."""

    alone: int = 0  # people without a group
    extra_trios: int = 0  # beyond the one of an odd number
    repeats: int = 0  # pairs that have been together
    recency: int = 0  # of the repeats: rather those from long ago
    turns: int = 0  # of the trio: rather those who have not been in one
    tongues: int = 0  # groups without a language that all of them speak
    wishes: int = 0  # wishes that somebody else of the group can meet
    waited: int = 0  # how long those who now get a wish met had gone without
    saved: int = 0  # pairs of two who wait for the trio's turn: it is kept possible for them
    fit: int = 0  # 2 for each shared theme, 1 for another kind, 1 for another size

    def plus(self, other: "Worth") -> "Worth":
        return Worth(*map(sum, zip(self, other, strict=True)))
