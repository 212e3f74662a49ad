"""What a card or a typed line may bring: step arguments are outside input."""

import unicodedata
from datetime import date
from typing import Annotated, Any

from pydantic import BeforeValidator, Field

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
