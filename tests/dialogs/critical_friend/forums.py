"""Small forums of every kind, for hypothesis."""

from itertools import combinations

from hypothesis import strategies as st

from dialogs.critical_friend.people import Past, Person

LANGUAGES = ("fi", "sv", "en")
THEMES = ("memory", "open", "together")
COMPETENCES = ("access", "digital", "funding", "schools", "volunteers")


def some(names: tuple[str, ...], most: int) -> st.SearchStrategy[frozenset[str]]:
    return st.frozensets(st.sampled_from(names), max_size=most)


@st.composite
def people(draw: st.DrawFn, least: int = 2, most: int = 9) -> list[Person]:
    number = draw(st.integers(least, most))
    houses = draw(st.integers(1, max(2, number)))
    one = st.builds(
        Person,
        id=st.just(0),
        organisation=st.one_of(st.integers(1, houses), st.none()),
        kind=st.sampled_from(("", "art", "history")),
        size=st.sampled_from((0, 3.5, 5, 12.0)),
        languages=some(LANGUAGES, 2),
        themes=some(THEMES, 2),
        offers=some(COMPETENCES, 3),
        wishes=some(COMPETENCES, 3),
        trios=st.integers(0, 2),
        waited=st.integers(0, 4),
    )
    found = draw(st.lists(one, min_size=number, max_size=number))
    ids = draw(st.permutations(range(1, number + 1)))
    return [Person(**{**vars(person), "id": new}) for person, new in zip(found, ids, strict=True)]


@st.composite
def pasts(draw: st.DrawFn, here: list[Person], pins: bool = False) -> Past:
    """Some have been together, some must not be; with pins, some shall be, sensibly or not."""
    ids = [person.id for person in here]
    pairs = [frozenset(pair) for pair in combinations(ids, 2)] or [frozenset({1, 2})]
    together = draw(st.dictionaries(st.sampled_from(pairs), st.integers(1, 10), max_size=20))
    apart = draw(st.frozensets(st.sampled_from(pairs), max_size=6))
    pinned: list[tuple[int, ...]] = []
    if pins:
        strangers = st.sampled_from([*ids, 99])
        group = st.lists(strangers, min_size=2, max_size=3, unique=True).map(tuple)
        pinned = draw(st.lists(group, max_size=3))
    return Past(together, apart, tuple(pinned))


@st.composite
def forums(
    draw: st.DrawFn, least: int = 2, most: int = 9, pins: bool = False
) -> tuple[list[Person], Past]:
    here = draw(people(least, most))
    return here, draw(pasts(here, pins))
