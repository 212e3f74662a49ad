"""Who one is in this terminal, and the beginning and end of it."""

import os
from typing import Any

from bot.development.talk.client import Client
from bot.development.talk.connection import Connection, Unreachable
from bot.development.talk.paper import Paper
from dialogs.texts import LANGUAGES, Reader

Json = dict[str, Any]


def talk(at: str, wanted: str) -> int:
    """Be somebody in this terminal; the exit code."""
    system = (os.environ.get("LC_ALL") or os.environ.get("LANG") or "")[:2]
    paper = Paper(Reader(system if system in LANGUAGES else "en"))
    talking: list[Client] = []
    connection = Connection(at, lambda frame: talking[0].heard(frame))
    try:
        me = _choose(paper, connection.everybody(), wanted)
        if me is None:
            return 1
        paper.reader = Reader(me["language"])
        talking.append(Client(paper, connection, me))
        connection.open(me["key"])
        talking[0].run()
    except Unreachable:
        paper.say("talk-no-bot", address=at)
        return 1
    except (KeyboardInterrupt, EOFError):
        return 0
    finally:
        connection.close()
    return 0


def _choose(paper: Paper, everybody: list[Json], wanted: str) -> Json | None:
    """The person meant by an id or a part of a name; asked for until there is just one."""
    shown = bool(wanted)
    while True:
        found = [row for row in everybody if row["key"] == wanted.casefold()] or [
            row for row in everybody if wanted and wanted.casefold() in row["name"].casefold()
        ]
        if len(found) == 1:
            return found[0]
        for row in found or everybody:
            role = paper.words(f"talk-role-{row['role']}")
            museum = f", {row['museum']}" if row["museum"] else ""
            paper.show(f"  {row['key']}  {row['name']} ({row['language']}), {role}{museum}")
        if shown and not found:
            paper.say("talk-nobody", wanted=wanted)
        shown = True
        wanted = paper.ask(paper.words("talk-who-are-you") + " ")
