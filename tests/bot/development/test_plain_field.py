"""What is typed in a terminal is an answer, or is refused with a reason."""

import pytest

from bot.development.plain_field import Field, Unfit, answer

OPTIONS = [("🟢 Etenee", "moving"), ("🟡 Hitaasti", "slow"), ("⏸️ Tauolla", "paused")]


def a_field(**given: object) -> Field:
    return Field(**{"number": 1, "name": "x", "kind": "text", "label": "X", **given})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("given", "typed", "value"),
    [
        ({}, "  hylly 3 ", "hylly 3"),
        ({"value": "ennen"}, "", "ennen"),
        ({"value": "ennen"}, "-", ""),
        ({"limit": 5}, "viisi", "viisi"),
        ({"pattern": "^[a-z]+$"}, "abc", "abc"),
        ({"kind": "choice", "options": OPTIONS}, "2", "slow"),
        ({"kind": "choice", "options": OPTIONS}, "tauolla", "paused"),
        ({"kind": "choice", "options": OPTIONS, "value": "slow", "required": True}, "", "slow"),
        ({"kind": "choice", "options": OPTIONS, "many": True}, "1, 3", "moving,paused"),
        ({"kind": "choice", "options": OPTIONS, "many": True, "value": "slow"}, "-", ""),
        ({"kind": "toggle", "options": [("Kyllä", "true"), ("–", "false")]}, "1", "true"),
        ({"kind": "number", "least": "1", "most": "10"}, "2,5", "2.5"),
        ({"kind": "number"}, "-3", "-3"),
        ({"kind": "date"}, "11.5.2027", "2027-05-11"),
        ({"kind": "date", "least": "2027-05-11"}, "2027-05-11", "2027-05-11"),
        ({"kind": "time"}, "9.05", "09:05"),
    ],
)
def test_an_answer(given: dict[str, object], typed: str, value: str) -> None:
    assert answer(a_field(**given), typed) == value


@pytest.mark.parametrize(
    ("given", "typed", "why"),
    [
        ({"required": True}, "", "required"),
        ({"required": True, "value": "ennen"}, "-", "required"),
        ({"limit": 5}, "kuusi!", "long"),
        ({"pattern": "^[a-z]+$"}, "123", "pattern"),
        ({"kind": "choice", "options": OPTIONS}, "4", "option"),
        ({"kind": "choice", "options": OPTIONS}, "0", "option"),
        ({"kind": "choice", "options": OPTIONS}, "t", "option"),
        ({"kind": "choice", "options": OPTIONS, "many": True}, "1,9", "option"),
        ({"kind": "number"}, "nan", "number"),
        ({"kind": "number", "least": "1"}, "0", "range"),
        ({"kind": "number", "most": "10"}, "11", "range"),
        ({"kind": "date"}, "31.2.2027", "day"),
        ({"kind": "date", "most": "2027-05-11"}, "2027-05-12", "range"),
        ({"kind": "time"}, "25:00", "time"),
    ],
)
def test_no_answer(given: dict[str, object], typed: str, why: str) -> None:
    field = a_field(**given)
    before = field.value

    with pytest.raises(Unfit) as refused:
        answer(field, typed)

    assert refused.value.why == why
    assert field.value == before
