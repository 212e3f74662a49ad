"""Cells to organisations and people. Pure: the words for columns, roles and languages are given."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from rapidfuzz import fuzz, process

from dialogs.arguments import clean
from dialogs.setup.table_file import Broken, Line, Problem, cells, cells_of_text

COLUMNS = ("organisation", "name", "email", "role", "language")  # the order of pasted lines
LONGEST = 120  # characters of a cell

_EMAIL = re.compile(r"[^@\s,;]+@[^@\s,;]+\.[^@\s,;.]+")
_FORMULA = ("=", "+", "-", "@")  # how a spreadsheet recognises one
_NOTHING = {"-", "–", "—"}
_WITHOUT_ORGANISATION = {"coordinator", "expert"}
_LIKE = 75  # similarity (0..100) from which a name may have been meant

Words = Mapping[str, Sequence[str]]  # code -> what people write for it


@dataclass(frozen=True)
class Vocabulary:
    """What people write for columns, roles and languages, in every language of ours."""

    columns: Words
    roles: Words
    languages: Words


@dataclass(frozen=True)
class Row:
    """A person with their organisation; or, without an address, an organisation alone."""

    line: int
    organisation: str = ""
    name: str = ""
    email: str = ""  # in lower case
    role: str | None = None
    language: str | None = None


def read(content: bytes, words: Vocabulary) -> list[Row]:
    """The rows of a CSV or Excel file, whose first line names the columns.

    Raises:
        Broken: with everything that is wrong.
    """
    lines = cells(content)
    return _rows(lines[1:], _header(lines[0], words), words)


def read_pasted(text: str, words: Vocabulary) -> list[Row]:
    """The same for lines in a chat, which may leave the header out.

    Raises:
        Broken
    """
    lines = cells_of_text(text)
    if not lines:
        raise Broken([Problem("empty")])
    known = {_normal(word) for variants in words.columns.values() for word in variants}
    first = lines[0][1]
    headed = any(_normal(cell) in known for cell in first) and "@" not in "".join(first)
    if headed and len(lines) > 1:
        return _rows(lines[1:], _header(lines[0], words), words)
    return _rows(lines, list(COLUMNS), words)


def unknown_organisations(rows: Iterable[Row], existing: Sequence[str]) -> list[Problem]:
    """Names that are neither the forum's nor introduced by a line of their own.

    A forum without organisations takes them all: somebody has to begin.
    """
    rows = list(rows)
    if not existing:
        return []
    names = [*existing, *(row.organisation for row in rows if not row.email)]
    known = {_normal(name) for name in names}
    return [
        Problem(
            "unknown_organisation",
            row.line,
            "organisation",
            row.organisation,
            _nearest(row.organisation, names),
        )
        for row in rows
        if row.organisation and _normal(row.organisation) not in known
    ]


def same(one: str, other: str) -> bool:
    """Whether two names are one for people: case and spaces do not matter."""
    return _normal(one) == _normal(other)


def _header(line: Line, words: Vocabulary) -> list[str | None]:
    """The column each cell of the first line names; None for an empty one."""
    number, names = line
    codes = {_normal(word): code for code, all_ in words.columns.items() for word in all_}
    found = [codes.get(_normal(name)) for name in names]
    if not any(found):
        raise Broken([Problem("no_header", number)])
    problems = [
        Problem("unknown_column", number, value=name[:LONGEST])
        for name, code in zip(names, found, strict=True)
        if name and code is None
    ]
    present = [code for code in found if code]
    problems += [
        Problem("column_twice", number, code)
        for code in dict.fromkeys(present)
        if present.count(code) > 1
    ]
    # A list of organisations alone needs no addresses.
    wanted = ["organisation"] if present == ["organisation"] else ["organisation", "email"]
    problems += [Problem("missing_column", number, c) for c in wanted if c not in present]
    if problems:
        raise Broken(problems)
    return found


def _rows(lines: Sequence[Line], header: Sequence[str | None], words: Vocabulary) -> list[Row]:
    reading = _Reading(words)
    for number, values in lines:
        reading.take(number, values, header)
    if not reading.rows and not reading.problems:
        reading.problems.append(Problem("empty"))
    if reading.problems:
        raise Broken(reading.problems)
    return reading.rows


@dataclass
class _Reading:
    """The rows so far, and everything wrong so far: a person wants to mend a file in one go."""

    words: Vocabulary
    rows: list[Row] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    lines: dict[str, int] = field(default_factory=dict)  # address -> where it stood first

    def take(self, number: int, values: Sequence[str], header: Sequence[str | None]) -> None:
        given = dict.fromkeys(COLUMNS, "")
        before = len(self.problems)

        def wrong(code: str, column: str = "", value: str = "", near: str = "") -> None:
            self.problems.append(Problem(code, number, column, value[:LONGEST], near))

        for at, value in enumerate(str(clean(v)) for v in values):
            column = header[at] if at < len(header) else None
            if not value or value in _NOTHING:
                continue
            if column is None:
                wrong("no_such_column", value=value)
            elif value.startswith(_FORMULA):
                wrong("formula", column, value)
            elif len(value) > LONGEST:
                wrong("too_long", column, value)
            else:
                given[column] = " ".join(value.split())
        if len(self.problems) > before or not any(given.values()):
            return
        row = Row(
            number,
            given["organisation"],
            given["name"],
            given["email"].lower(),
            self._code("role", given["role"], self.words.roles, wrong),
            self._code("language", given["language"], self.words.languages, wrong),
        )
        self._check(row, any(given[c] for c in COLUMNS if c != "organisation"), wrong)
        if len(self.problems) == before:
            self.rows.append(row)

    def _code(self, column: str, said: str, known: Words, wrong: Callable[..., None]) -> str | None:
        if not said:
            return None
        for code, variants in known.items():
            if any(same(said, variant) for variant in variants):
                return code
        everything = [variant for variants in known.values() for variant in variants]
        wrong(f"unknown_{column}", column, said, _nearest(said, everything))
        return None

    def _check(self, row: Row, is_person: bool, wrong: Callable[..., None]) -> None:
        if not is_person:
            return
        if not row.email:
            wrong("missing", "email")
        elif not _EMAIL.fullmatch(row.email):
            wrong("bad_email", "email", row.email)
        elif row.email in self.lines:
            wrong("twice", "email", row.email, str(self.lines[row.email]))
        else:
            self.lines[row.email] = row.line
        if not row.organisation and row.role not in _WITHOUT_ORGANISATION:
            wrong("missing", "organisation")


def _nearest(said: str, names: Sequence[str]) -> str:
    found = process.extractOne(
        said, names, scorer=fuzz.ratio, processor=str.casefold, score_cutoff=_LIKE
    )
    return str(found[0]) if found else ""


def _normal(name: str) -> str:
    return " ".join(name.casefold().strip(" :*\ufeff").split())
