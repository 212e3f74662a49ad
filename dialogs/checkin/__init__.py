"""Status check-in: how is your project doing?

The calendar has waves; a person's own rhythm says which of them ask. The two-minute card takes
an answer, "same as last time", "ask next week", "less often" or "on pause". Who may see it is
chosen per answer. A wish for help goes on to "who knows?", a promise is asked about once.
"""

from dialogs.checkin.conversation import (
    ask,
    ask_later,
    due,
    edit,
    less_often,
    pause,
    said_in_words,
    same_as_last_time,
    save,
    start,
)
from dialogs.checkin.showing import project, round_up
from dialogs.turn import Step

STEPS: dict[str, Step] = {
    "checkin.ask": ask,
    "checkin.start": start,
    "checkin.save": save,
    "checkin.said": said_in_words,
    "checkin.same": same_as_last_time,
    "checkin.later": ask_later,
    "checkin.rarer": less_often,
    "checkin.pause": pause,
    "checkin.edit": edit,
    "checkin.round_up": round_up,
    "checkin.project": project,
}
__all__ = ["STEPS", "due"]
