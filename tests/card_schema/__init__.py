"""What a card of Vertti must be: the official schema, made strict, and rules of our own."""

from tests.card_schema.rules import rules_broken
from tests.card_schema.strict import schema_broken

__all__ = ["problems"]


def problems(card: object) -> list[str]:
    """Everything that is wrong with a card, a line each."""
    found = schema_broken(card)
    if not found and isinstance(card, dict):
        found = list(rules_broken(card))
    return found
