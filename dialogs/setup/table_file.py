"""Bytes of a CSV or Excel file to cells of text. Pure; every other file is refused by name."""

import csv
import re
from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO, StringIO
from itertools import islice
from typing import Any
from zipfile import BadZipFile, ZipFile

BIGGEST = 2 * 1024 * 1024  # bytes of a file
BIGGEST_UNPACKED = 16 * 1024 * 1024  # bytes inside an .xlsx, which is a zip
MOST_LINES = 2000
MOST_COLUMNS = 60

_ZIP = b"PK\x03\x04"
_OLD_EXCEL = b"\xd0\xcf\x11\xe0"  # .xls, and an .xlsx behind a password
# What ä, ö and å of other code pages (Mac, DOS) look like when read as Windows-1252.
_OTHER_CODE_PAGE = re.compile(r"(?<=\w)[€„…†‡ŠŒ”](?=\w)|(?<!\w)[€…†‡](?=\w)|šš")
_NOT_TEXT = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f-\x9f\ufffd\ufffe\uffff]")


@dataclass(frozen=True)
class Problem:
    """What is wrong, as a code, and where: line and column as people count them."""

    code: str
    line: int | None = None
    column: str = ""  # the code of a column we know
    value: str = ""  # what stands there
    near: str = ""  # what may have been meant


class Broken(Exception):
    """A file that cannot be used, with everything that is wrong with it."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__(", ".join(p.code for p in problems))
        self.problems = list(problems)


Line = tuple[int, list[str]]  # its number, its cells


def cells(content: bytes) -> list[Line]:
    """The lines of a file that have something in them. A formula begins with "=".

    Raises:
        Broken: it is empty, too big, or no table.
    """
    if not content.strip():
        raise Broken([Problem("empty")])
    if len(content) > BIGGEST:
        raise Broken([Problem("too_big")])
    if content.startswith(_OLD_EXCEL):
        raise Broken([Problem("old_excel")])
    lines = _excel(content) if content.startswith(_ZIP) else cells_of_text(decode(content))
    if not lines:
        raise Broken([Problem("empty")])
    return lines


def cells_of_text(text: str) -> list[Line]:
    """The same for text: comma, semicolon or tab, whichever its first line has most of.

    Raises:
        Broken
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    first = next((line for line in text.split("\n") if line.strip()), "")
    delimiter = max(";\t,", key=first.count)
    reader = csv.reader(StringIO(text, newline=""), delimiter=delimiter)
    found: list[Line] = []
    number = 1
    try:
        for values in reader:
            found.append((number, [value.strip() for value in values]))
            number = reader.line_num + 1
            if len(found) > MOST_LINES:
                raise Broken([Problem("too_many_lines")])
    except csv.Error as error:
        raise Broken([Problem("not_a_table", number)]) from error
    return _filled(found)


def decode(content: bytes) -> str:
    """Text in UTF-8, UTF-16 or Windows-1252 (what Finnish Excel writes).

    Guessing more than these goes wrong on short lists, and a wrong guess spoils people's
    names in silence, so the rest is refused.

    Raises:
        Broken
    """
    if content.startswith((BOM_UTF16_LE, BOM_UTF16_BE)):
        encodings = ["utf-16"]
    elif content.startswith(BOM_UTF8):
        encodings = ["utf-8-sig"]
    elif b"\x00" in content[:4]:
        encodings = ["utf-16-be" if content[0] == 0 else "utf-16-le"]
    else:
        encodings = ["utf-8", "cp1252"]
    for encoding in encodings:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if _NOT_TEXT.search(text) or (encoding == "cp1252" and _OTHER_CODE_PAGE.search(text)):
            break
        return text
    raise Broken([Problem("encoding")])


def _excel(content: bytes) -> list[Line]:
    try:
        with ZipFile(BytesIO(content)) as archive:
            unpacked = sum(entry.file_size for entry in archive.infolist())
    except (BadZipFile, ValueError, NotImplementedError, OSError) as error:
        raise Broken([Problem("damaged")]) from error
    if unpacked > BIGGEST_UNPACKED:
        raise Broken([Problem("too_big")])
    try:
        return _first_sheet(content)
    except Broken:
        raise
    except Exception as error:
        # A damaged workbook fails anywhere inside openpyxl, with anything.
        raise Broken([Problem("damaged")]) from error


def _first_sheet(content: bytes) -> list[Line]:
    from openpyxl import load_workbook  # noqa: PLC0415  # 16 MB, for a file or two in a lifetime

    book = load_workbook(BytesIO(content), read_only=True, data_only=False)
    try:
        sheet: Any = book.worksheets[0]
        sheet.reset_dimensions()  # what the file says of its own size may be wrong
        rows = sheet.iter_rows(max_col=MOST_COLUMNS)
        found = [
            (number, [_said(cell) for cell in row])
            for number, row in enumerate(islice(rows, MOST_LINES + 1), start=1)
        ]
    finally:
        book.close()
    if len(found) > MOST_LINES:
        raise Broken([Problem("too_many_lines")])
    return _filled(found)


def _filled(lines: list[Line]) -> list[Line]:
    """Without empty lines, and without the empty cells at the end of the others."""
    for _, values in lines:
        while values and not values[-1]:
            values.pop()
    return [line for line in lines if line[1]]


def _said(cell: Any) -> str:
    value = cell.value
    if value is None:
        return ""
    if cell.data_type in ("f", "e"):  # a formula, or the error that one has left behind
        return f"={str(value).removeprefix('=')}" if isinstance(value, str) else "="
    return str(value).strip()
