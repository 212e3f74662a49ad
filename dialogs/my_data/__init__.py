"""My data: everything kept about me, what others see of it, the way to change or erase it.

Shown in pages that a card can hold, also to people who have left. Erasing is asked twice, done in
one transaction, and leaves a hash of the account so that nobody is welcomed again by mistake.
"""

from dialogs.my_data.conversation import as_text, change, seen_by, show
from dialogs.my_data.erasing import come_back, erase, erase_now, erase_sure, without_contact
from dialogs.turn import Step

STEPS: dict[str, Step] = {
    "my_data.show": show,
    "my_data.seen_by": seen_by,
    "my_data.as_text": as_text,
    "my_data.change": change,
    "my_data.erase": erase,
    "my_data.erase_sure": erase_sure,
    "my_data.erase_now": erase_now,
    "my_data.come_back": come_back,
    "my_data.without_contact": without_contact,
}
