"""Why two people might suit each other: codes become sentences in the reader's language."""

from typing import Any

from dialogs.competence import COMPETENCES, label
from dialogs.screen import Text

THEMES = ("muisti", "avoin", "yhdessa", "tieto")


def as_text(reason: dict[str, Any], reader: int | None = None) -> Text:
    """One reason; `reader` is the membership of the one who reads, for "you" and "the other"."""
    match reason:
        case {"code": "wish_met", "competence": str(key), "wisher": wisher} if key in COMPETENCES:
            who = "you" if wisher == reader else "other"
            if reader is None:
                who = "somebody"
            return Text(f"critical-friend-reason-wish-{who}", competence=label(key))
        case {"code": "shared_theme", "theme": str(theme)} if theme in THEMES:
            return Text(
                "critical-friend-reason-theme", theme=Text(f"critical-friend-theme-{theme}")
            )
        case {"code": "different_kind"}:
            return Text("critical-friend-reason-different")
        case {"code": "shared_language"}:
            return Text("critical-friend-reason-language")
        case {"code": "waited"}:
            return Text("critical-friend-reason-waited")
        case _:
            return Text("critical-friend-reason-new")
