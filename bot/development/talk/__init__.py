"""Our own terminal client: be any sample person, in as many terminals as you like."""

from bot.development.talk.begin import talk

__all__ = ["talk"]
