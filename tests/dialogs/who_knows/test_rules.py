import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialogs.competence import COMPETENCES, label
from dialogs.texts import LANGUAGES, Reader, say
from dialogs.who_knows.rules import Candidate, meant, mentioned, next_helper

LABELS = {k: [say(label(k), Reader(language)) for language in LANGUAGES] for k in COMPETENCES}


def somebody(membership: int, **given: object) -> Candidate:
    usual: dict[str, object] = {
        "organisation": membership,
        "languages": frozenset({"fi"}),
        "asked_before": 0,
        "free": True,
    }
    return Candidate(membership, **{**usual, **given})  # type: ignore[arg-type]


ME = somebody(1, organisation=1)


@pytest.mark.parametrize(
    ("candidates", "already", "expected"),
    [
        ([], set(), None),
        ([ME], set(), None),
        ([somebody(2, free=False)], set(), None),
        ([somebody(2)], {2}, None),
        ([somebody(2), somebody(3)], {2}, 3),
        ([somebody(2, asked_before=3), somebody(3, asked_before=1)], set(), 3),
        ([somebody(2, organisation=1), somebody(3, asked_before=9)], set(), 3),
        ([somebody(2, organisation=1)], set(), 2),  # a colleague is better than nobody
        ([somebody(2, languages=frozenset({"sv"})), somebody(3, asked_before=2)], set(), 3),
    ],
)
def test_who_is_asked_to_help(
    candidates: list[Candidate], already: set[int], expected: int | None
) -> None:
    helper = next_helper(candidates, ME, frozenset(already))
    assert (helper.membership if helper else None) == expected


@given(
    st.lists(
        st.builds(
            Candidate,
            membership=st.integers(1, 9),
            organisation=st.integers(1, 3),
            languages=st.frozensets(st.sampled_from(["fi", "sv", "en"]), min_size=1),
            asked_before=st.integers(0, 5),
            free=st.booleans(),
        ),
        max_size=9,
    ),
    st.frozensets(st.integers(1, 9)),
)
def test_a_helper_is_free_new_and_somebody_else(
    candidates: list[Candidate], already: frozenset[int]
) -> None:
    helper = next_helper(candidates, ME, already)
    possible = [
        c for c in candidates if c.free and c.membership != 1 and c.membership not in already
    ]
    assert (helper in possible) if possible else helper is None


@pytest.mark.parametrize(
    ("said", "key"),
    [
        ("saavutettavuus", "saavutettavuus"),
        ("saavutettavuutta", "saavutettavuus"),
        ("tillgänglighet", "saavutettavuus"),
        ("accessibility", "saavutettavuus"),
        ("digitointi", "digitointi"),
        ("Kokoelmapoistot", "poistot"),
        ("xyzzy", None),
    ],
)
def test_what_who_knows_is_asked_about(said: str, key: str | None) -> None:
    assert meant(said, LABELS) == key


@pytest.mark.parametrize(
    ("words", "key"),
    [
        ("Kuka osaisi auttaa saavutettavuuden arvioinnissa?", "saavutettavuus"),
        ("Digitoinnista olisi kysyttävää", "digitointi"),
        ("Har någon erfarenhet av frivilligarbete?", "vapaaehtoiset"),
        ("Onko kenelläkään valmista kirjettä lahjoittajalle?", None),
        ("", None),
    ],
)
def test_what_a_wish_speaks_of(words: str, key: str | None) -> None:
    assert mentioned(words, LABELS) == key
