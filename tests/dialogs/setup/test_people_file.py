"""Cells become organisations and people; what is wrong is told by line and column, all at once."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialogs.setup.people_file import Row, read, read_pasted, unknown_organisations
from dialogs.setup.table_file import Broken, Problem
from dialogs.setup.taking_in import vocabulary

WORDS = vocabulary()
AINO = Row(2, "Hopeahaaran museo", "Aino Aalto", "aino@museo.example", "contact", "fi")


def problems(text: str) -> list[Problem]:
    with pytest.raises(Broken) as broken:
        read(text.encode(), WORDS)
    return broken.value.problems


@pytest.mark.parametrize(
    "text",
    [
        "Organisaatio;Nimi;Sähköposti;Rooli;Kieli\n"
        "Hopeahaaran museo;Aino Aalto;Aino@Museo.example;yhteyshenkilö;suomi",
        "e-post,namn,MUSEUM,språk,roll\n"
        "aino@museo.example,Aino Aalto,Hopeahaaran museo,finska,kontaktperson",
        "Email:;Name;Role *;Organization;Language\n"
        "aino@museo.example;  Aino   Aalto ;Contact person;Hopeahaaran museo;FI",
    ],
)
def test_columns_have_their_names_in_three_languages_and_any_order(text: str) -> None:
    assert read(text.encode(), WORDS) == [AINO]


def test_role_and_language_may_be_left_out() -> None:
    text = "organisaatio;sähköposti;rooli\nMuseo;aino@museo.example;-\n"
    assert read(text.encode(), WORDS) == [Row(2, "Museo", "", "aino@museo.example")]


def test_an_organisation_may_stand_alone() -> None:
    assert read(b"museo\nYksi\nKaksi\n", WORDS) == [Row(2, "Yksi"), Row(3, "Kaksi")]
    mixed = "museo;sähköposti\nYksi;\nYksi;aino@museo.example"
    assert [row.email for row in read(mixed.encode(), WORDS)] == ["", "aino@museo.example"]


def test_coordinators_and_experts_need_no_organisation() -> None:
    text = "museo;sähköposti;rooli\n;k@museo.example;koordinaattori\n;a@museo.example;asiantuntija"
    assert [row.role for row in read(text.encode(), WORDS)] == ["coordinator", "expert"]


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("Hopeahaaran museo;aino@museo.example", [Problem("no_header", 1)]),
        ("museo;nimi\nX;Y", [Problem("missing_column", 1, "email")]),
        ("sähköposti\na@b.example", [Problem("missing_column", 1, "organisation")]),
        (
            "museo;sähköposti;puhelin\n",
            [Problem("unknown_column", 1, value="puhelin")],
        ),
        ("museo;kirjasto;sähköposti", [Problem("column_twice", 1, "organisation")]),
        ("museo;sähköposti\n", [Problem("empty")]),
        ("museo;sähköposti\n;a@b.example", [Problem("missing", 2, "organisation")]),
        ("museo;sähköposti;nimi\nX;;Aino", [Problem("missing", 2, "email")]),
        ("museo;sähköposti\nX;aino(at)museo", [Problem("bad_email", 2, "email", "aino(at)museo")]),
        ("museo;sähköposti\nX;a@b.example;Y", [Problem("no_such_column", 2, value="Y")]),
        (
            "museo;sähköposti\nX;a@b.example\n\nX;A@B.example",
            [Problem("twice", 4, "email", "a@b.example", "2")],
        ),
        (
            "museo;sähköposti\n=HAKU(A1);a@b.example",
            [Problem("formula", 2, "organisation", "=HAKU(A1)")],
        ),
        (
            "museo;sähköposti\n@SUM(1);a@b.example",
            [Problem("formula", 2, "organisation", "@SUM(1)")],
        ),
        (
            f"museo;sähköposti\n{'X' * 121};a@b.example",
            [Problem("too_long", 2, "organisation", "X" * 120)],
        ),
        (
            "museo;sähköposti;rooli\nX;a@b.example;yhteyshenkilo",
            [Problem("unknown_role", 2, "role", "yhteyshenkilo", "yhteyshenkilö")],
        ),
        (
            "museo;sähköposti;rooli\nX;a@b.example;pomo",
            [Problem("unknown_role", 2, "role", "pomo")],
        ),
        (
            "museo;sähköposti;kieli\nX;a@b.example;saame",
            [Problem("unknown_language", 2, "language", "saame")],
        ),
    ],
)
def test_each_mistake_is_told_where_it_stands(text: str, wrong: list[Problem]) -> None:
    assert problems(text) == wrong


def test_every_mistake_is_told_at_once() -> None:
    text = "museo;sähköposti;rooli\nX;aino;pomo\n;b@b.example;\nX;c@c.example;=A1"
    assert [(p.line, p.code) for p in problems(text)] == [
        (2, "unknown_role"),
        (2, "bad_email"),
        (3, "missing"),
        (4, "formula"),
    ]


def test_pasted_lines_need_no_header() -> None:
    bare = "Hopeahaaran museo; Aino Aalto; aino@museo.example; yhteyshenkilö; suomi"
    assert read_pasted(bare, WORDS) == [replace(AINO, line=1)]
    assert read_pasted("Museo", WORDS) == [Row(1, "Museo")]
    assert read_pasted("Museo; ; aino@museo.example", WORDS)[0].organisation == "Museo"
    assert read_pasted(f"museo; nimi; sähköposti; rooli; kieli\n{bare}", WORDS) == [AINO]


@pytest.mark.parametrize(
    ("existing", "rows", "unknown"),
    [
        ([], [Row(1, "Museo", email="a@b.example")], []),
        (["Museo"], [Row(1, "  museo", email="a@b.example")], []),
        (["Museo"], [Row(1, "Uusi"), Row(2, "uusi", email="a@b.example")], []),
        (
            ["Hopeahaaran museo"],
            [Row(3, "Hopehaaran museo", email="a@b.example")],
            [
                Problem(
                    "unknown_organisation",
                    3,
                    "organisation",
                    "Hopehaaran museo",
                    "Hopeahaaran museo",
                )
            ],
        ),
        (
            ["Hopeahaaran museo"],
            [Row(3, "Kirjasto", email="a@b.example")],
            [Problem("unknown_organisation", 3, "organisation", "Kirjasto")],
        ),
        (["Museo"], [Row(1, "", email="a@b.example", role="expert")], []),
    ],
)
def test_a_name_that_nobody_has_introduced_is_unknown(
    existing: list[str], rows: list[Row], unknown: list[Problem]
) -> None:
    assert unknown_organisations(rows, existing) == unknown


def rows_or_problems(reading: Callable[[], list[Row]]) -> list[Row] | list[Problem]:
    try:
        return reading()
    except Broken as broken:
        return broken.problems


@given(st.binary(max_size=300))
def test_any_bytes_are_rows_or_problems(content: bytes) -> None:
    assert rows_or_problems(lambda: read(content, WORDS))
    headed = "organisaatio;sähköposti;rooli\n".encode() + content
    assert rows_or_problems(lambda: read(headed, WORDS))


@given(st.text(max_size=300))
def test_any_pasted_text_is_rows_or_problems(text: str) -> None:
    found = rows_or_problems(lambda: read_pasted(text, WORDS))
    assert found
    emails = [row.email for row in found if isinstance(row, Row) and row.email]
    assert len(set(emails)) == len(emails)
