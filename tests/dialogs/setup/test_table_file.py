"""Bytes become cells, or a clear refusal: never an exception, never a guess."""

from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from dialogs.setup.table_file import BIGGEST, MOST_LINES, Broken, cells

HEADER = "Organisaatio;Sähköposti"
ROW = "Hämeen Öljymuseo Åbo;aino@museo.example"
TEXT = f"{HEADER}\r\n{ROW}\r\n"
LINES = [(1, HEADER.split(";")), (2, ROW.split(";"))]


def workbook(*rows: list[object]) -> bytes:
    book = Workbook()
    for row in rows:
        book.active.append(row)
    file = BytesIO()
    book.save(file)
    return file.getvalue()


def problem_of(content: bytes) -> str:
    with pytest.raises(Broken) as broken:
        cells(content)
    [problem] = broken.value.problems
    return problem.code


@pytest.mark.parametrize(
    "content",
    [
        TEXT.encode(),
        TEXT.encode("utf-8-sig"),
        TEXT.encode("cp1252"),
        TEXT.encode("utf-16"),
        TEXT.encode("utf-16-le"),
        TEXT.encode("utf-16-be"),
        TEXT.replace(";", ",").encode(),
        TEXT.replace(";", "\t").encode(),
        TEXT.replace("\r\n", "\n").encode(),
        TEXT.replace("\r\n", "\r").encode(),
        workbook(*(line[1] for line in LINES)),
    ],
)
def test_every_usual_way_of_saving_is_read(content: bytes) -> None:
    assert cells(content) == LINES


def test_lines_are_counted_as_people_see_them() -> None:
    text = 'a;b\n\n"two\nlines";c\nlast;d\n'
    assert cells(text.encode()) == [(1, ["a", "b"]), (3, ["two\nlines", "c"]), (5, ["last", "d"])]
    assert [n for n, _ in cells(workbook(["a"], [None], ["b"]))] == [1, 3]


def test_a_formula_is_shown_as_one_whatever_its_kind() -> None:
    assert cells(workbook(["a"], ["=1+1"])) == [(1, ["a"]), (2, ["=1+1"])]


def _zip(name: str, content: bytes) -> bytes:
    file = BytesIO()
    with ZipFile(file, "w", ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
    return file.getvalue()


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty"),
        (b" \r\n\t\n", "empty"),
        (b";;\n;;\n", "empty"),
        (workbook([None]), "empty"),
        (b"x" * (BIGGEST + 1), "too_big"),
        (b"a;b\n" * (MOST_LINES + 1), "too_many_lines"),
        (workbook(*[["a"]] * (MOST_LINES + 1)), "too_many_lines"),
        (_zip("xl/sharedStrings.xml", b" " * (20 * 1024 * 1024)), "too_big"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 an old workbook", "old_excel"),
        (b"PK\x03\x04 and then nothing of a zip", "damaged"),
        (workbook(["a"])[:-200], "damaged"),
        (_zip("word/document.xml", b"<w/>"), "damaged"),
        (TEXT.encode("mac_roman"), "encoding"),
        (TEXT.encode("cp850"), "encoding"),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "encoding"),
        (b"a;b\n\x00\x01;c", "encoding"),
        (TEXT.encode("utf-16")[:-1], "encoding"),
        (b'a;b\n"' + b"x" * 140_000 + b'";c', "not_a_table"),
    ],
)
def test_what_cannot_be_read_is_refused_by_name(content: bytes, code: str) -> None:
    assert problem_of(content) == code


def cells_or_problems(content: bytes) -> list[object]:
    try:
        return list(cells(content))
    except Broken as broken:
        return list(broken.problems)


@given(st.binary(max_size=400) | st.binary(max_size=200).map(lambda tail: b"PK\x03\x04" + tail))
def test_any_bytes_are_cells_or_a_problem(content: bytes) -> None:
    assert cells_or_problems(content)


GOOD = workbook(["organisaatio", "sähköposti"], ["Museo", "aino@museo.example"])


@given(st.integers(0, len(GOOD) - 1), st.integers(0, 255))
def test_a_workbook_with_one_wrong_byte_never_fails_otherwise(at: int, byte: int) -> None:
    assert cells_or_problems(GOOD[:at] + bytes([byte]) + GOOD[at + 1 :])
