"""The card that both peers give back when a check-in is answered: fixed, nothing stored."""

from typing import Any

CARD: dict[str, Any] = {
    "type": "AdaptiveCard",
    "version": "1.5",
    "body": [
        {"type": "TextBlock", "text": "Kiitos!", "size": "Large", "weight": "Bolder"},
        {"type": "TextBlock", "text": "Vastauksesi on tallessa.", "wrap": True},
        {"type": "TextBlock", "text": "Voit muuttaa sitä.", "wrap": True, "isSubtle": True},
    ],
    "actions": [
        {
            "type": "Action.Execute",
            "title": "Muuta vastausta",
            "verb": "checkin.ask",
            "data": {"checkin": 1},
        }
    ],
}
