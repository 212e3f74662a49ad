"""One's own settings: language, rhythm, a pause, quiet times, days that suit.

By card ("asetukset") or in one line, in any language: "kieli ruotsi", "harvemmin", "tauko 15.1.
asti". Each change says what holds now and offers the way back. A pause ends by itself.
"""

from dialogs.settings.conversation import (
    english,
    finnish,
    language,
    oftener,
    put_back,
    rarer,
    save,
    show,
    swedish,
)
from dialogs.settings.quiet_times import away, end_pause, pause, remove, resume, until
from dialogs.turn import Step

STEPS: dict[str, Step] = {
    "settings.show": show,
    "settings.save": save,
    "settings.put_back": put_back,
    "settings.language": language,
    "settings.finnish": finnish,
    "settings.swedish": swedish,
    "settings.english": english,
    "settings.rarer": rarer,
    "settings.oftener": oftener,
    "settings.pause": pause,
    "settings.until": until,
    "settings.away": away,
    "settings.remove": remove,
    "settings.end_pause": end_pause,
    "settings.resume": resume,
}
