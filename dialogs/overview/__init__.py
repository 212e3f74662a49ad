"""The coordinators' calm overview: where each project stands and how it moved. No ranking."""

from dialogs.overview.conversation import show
from dialogs.turn import Step

STEPS: dict[str, Step] = {"overview.show": show}
