"""What a card of Vertti must be: the official schema, made strict, and rules of our own.

Every card that arrives anywhere in a story is held against it (tests/story.py).
"""

import json
from functools import lru_cache
from typing import Any

from tests.card_schema.rules import rules_broken
from tests.card_schema.strict import schema_broken

__all__ = ["assert_good", "problems"]


def assert_good(card: Any) -> None:
    assert not (found := _known(json.dumps(card))), (found, card)


@lru_cache(maxsize=1000)
def _known(card: str) -> list[str]:
    return problems(json.loads(card))


def problems(card: Any) -> list[str]:
    """Everything that is wrong with a card, a line each."""
    found = schema_broken(card)
    if not found and isinstance(card, dict):
        found = list(rules_broken(card))
    return found
