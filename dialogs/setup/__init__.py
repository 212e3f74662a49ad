"""Setting up a forum: one card at a time, in the coordinator's personal chat.

Name, languages and days; the channel; who coordinates; the quiet periods of the Finnish
calendar; organisations and people from a file; the waves of check-ins. Each card can be skipped,
left and continued. Opening the forum promises one post in the channel and one welcome each.
"""

from dialogs.setup.basics import basics, channel, save_basics, save_channel
from dialogs.setup.calendar import quiet, save_quiet, save_waves, waves
from dialogs.setup.conversation import invite, later, menu, open_forum, skip, start, summary
from dialogs.setup.coordinators import coordinators, save_coordinators
from dialogs.setup.people import file, pasted, people
from dialogs.turn import Step

STEPS: dict[str, Step] = {
    "setup.invite": invite,
    "setup.start": start,
    "setup.menu": menu,
    "setup.skip": skip,
    "setup.later": later,
    "setup.basics": basics,
    "setup.save_basics": save_basics,
    "setup.channel": channel,
    "setup.save_channel": save_channel,
    "setup.coordinators": coordinators,
    "setup.save_coordinators": save_coordinators,
    "setup.quiet": quiet,
    "setup.save_quiet": save_quiet,
    "setup.people": people,
    "setup.pasted": pasted,
    "setup.file": file,
    "setup.waves": waves,
    "setup.save_waves": save_waves,
    "setup.summary": summary,
    "setup.open": open_forum,
}
