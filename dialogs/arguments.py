"""What a card or a typed line may bring: step arguments are outside input."""

import unicodedata
from collections.abc import Awaitable, Callable
from datetime import date
from functools import cache, reduce
from inspect import signature
from operator import or_
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin, get_type_hints

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, create_model

_KEEP = {"\n", "\t", "\u200d", "\u200c"}  # line ends, and what joins emoji and scripts


def clean(value: Any) -> Any:
    """Text without control and direction-override characters, trimmed; other types as they are."""
    if not isinstance(value, str):
        return value
    value = unicodedata.normalize("NFC", value.replace("\r\n", "\n"))
    kept = (c for c in value if c in _KEEP or unicodedata.category(c) not in {"Cc", "Cf", "Cs"})
    return "".join(kept).strip()


def _empty_is_none(value: Any) -> Any:
    return None if value == "" else value


def _split(value: Any) -> Any:
    return [part for part in value.split(",") if part] if isinstance(value, str) else value


Line = Annotated[str, BeforeValidator(clean), Field(max_length=280)]
Lines = Annotated[str, BeforeValidator(clean), Field(max_length=2000)]
Codes = Annotated[list[str], BeforeValidator(_split), Field(max_length=60)]
Day = Annotated[date | None, BeforeValidator(_empty_is_none)]
YesNo = Annotated[bool | None, BeforeValidator(_empty_is_none)]

_Number = Annotated[int, Field(ge=-(2**31), lt=2**31)]  # what every database takes
_Words = Annotated[str, BeforeValidator(clean), Field(max_length=4000)]


@cache
def arguments_of(step: Callable[..., Awaitable[Any]]) -> type[BaseModel]:
    """A model of a step's arguments: the types on its signature, and a bound for plain ones."""
    hints = get_type_hints(step, include_extras=True)
    fields: dict[str, Any] = {
        name: (_bounded(hints[name]), ... if given.default is given.empty else given.default)
        for name, given in list(signature(step).parameters.items())[1:]
    }
    return create_model(
        step.__name__, __config__=ConfigDict(arbitrary_types_allowed=True), **fields
    )


def _bounded(hint: Any) -> Any:
    if hint is int:
        return _Number
    if hint is str:
        return _Words
    if get_origin(hint) in (Union, UnionType):
        return reduce(or_, map(_bounded, get_args(hint)))
    if get_origin(hint) is list:
        return list[_bounded(get_args(hint)[0])]  # type: ignore[misc]  # made while running
    return hint
