"""Welcome: one post in the channel, one personal hello each, never twice.

The hello opens the way to onboarding and asks, once, for the organisation when nobody has said
it. Deputies hear what is expected of them. House rules and privacy are told to whoever asks.
"""

from dialogs.turn import Step
from dialogs.welcome.conversation import (
    at_once,
    belong,
    channel,
    due,
    everybody,
    later,
    one,
    personal,
    place,
    privacy,
    rules_of_the_house,
    unplaced,
    which_organisation,
)
from dialogs.welcome.deputy import deputy, deputy_declined, deputy_no, deputy_yes, name_deputy

STEPS: dict[str, Step] = {
    "welcome.channel": channel,
    "welcome.rules": rules_of_the_house,
    "welcome.personal": personal,
    "welcome.organisation": which_organisation,
    "welcome.belong": belong,
    "welcome.unplaced": unplaced,
    "welcome.place": place,
    "welcome.later": later,
    "welcome.privacy": privacy,
    "welcome.deputy": deputy,
    "welcome.deputy_yes": deputy_yes,
    "welcome.deputy_no": deputy_no,
    "welcome.deputy_declined": deputy_declined,
}
__all__ = ["STEPS", "at_once", "due", "everybody", "name_deputy", "one"]
