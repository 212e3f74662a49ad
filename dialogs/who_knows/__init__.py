"""Who knows? A wish for help meets somebody who offers it.

The helper is asked first. A yes introduces the two; a no, or five working days of silence, goes
on to the next; when nobody is left the asker hears so honestly and the coordinators see the wish.
"""

from dialogs.turn import Step
from dialogs.who_knows.conversation import (
    ask_for_me,
    find,
    for_checkin,
    introduce,
    nobody,
    start,
)
from dialogs.who_knows.helping import agree, asked, decline, due

STEPS: dict[str, Step] = {
    "who_knows.start": start,
    "who_knows.for_checkin": for_checkin,
    "who_knows.find": find,
    "who_knows.ask_for_me": ask_for_me,
    "who_knows.asked": asked,
    "who_knows.agree": agree,
    "who_knows.decline": decline,
    "who_knows.introduce": introduce,
    "who_knows.nobody": nobody,
}
__all__ = ["STEPS", "due"]
