"""Log lines as JSON, each with the turn it belongs to; never a name or a word people wrote."""

import json
import logging
import sys
from contextvars import ContextVar
from datetime import UTC, datetime
from pathlib import Path
from traceback import walk_tb
from types import TracebackType

ROOT = Path(__file__).parents[1]
OURS = ("bot", "dialogs", "storage", "vertti")

correlation: ContextVar[str] = ContextVar("correlation", default="-")


class JsonLines(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        message = record.getMessage()
        if record.name.partition(".")[0] not in OURS:
            # Libraries quote what they choked on, on the lines below.
            message = message.partition("\n")[0][:200]
        line = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "turn": correlation.get(),
            "message": message,
        }
        if record.exc_info and record.exc_info[0] is not None:
            # The places, not the message: an exception's text may hold what somebody wrote.
            line["error"] = record.exc_info[0].__name__
            line["at"] = _places(record.exc_info[2])
        return json.dumps(line, ensure_ascii=False)


def _places(trace: TracebackType | None) -> str:
    """Where it was raised, and where in our own code that was asked for."""
    frames = [(Path(frame.f_code.co_filename), number) for frame, number in walk_tb(trace)]
    ours = [(file, number) for file, number in frames if _is_ours(file)]
    places = dict.fromkeys(frames[-1:] + ours[-1:])
    return " < ".join(f"{_short(file)}:{number}" for file, number in places)


def _short(file: Path) -> str:
    return str(file.relative_to(ROOT)) if _is_ours(file) else "/".join(file.parts[-3:])


def _is_ours(file: Path) -> bool:
    return file.is_relative_to(ROOT) and file.relative_to(ROOT).parts[0] in OURS


def start_logging(level: str, *, for_people: bool = False) -> None:
    """JSON lines to standard error; in a developer's terminal, plain ones."""
    handler = logging.StreamHandler(sys.stderr)
    if for_people:
        handler.setFormatter(
            logging.Formatter("%(asctime)s %(levelname)-7s %(message)s", "%H:%M:%S")
        )
    else:
        handler.setFormatter(JsonLines())
    logging.basicConfig(level=level.upper(), handlers=[handler], force=True)
    logging.getLogger("alembic").setLevel(logging.WARNING)
    # A tick that sends for a minute is as it should be; apscheduler warns of it each second.
    logging.getLogger("apscheduler").setLevel(logging.ERROR)
    logging.getLogger("procrastinate").setLevel(logging.WARNING)
    logging.getLogger("aiohttp.access").setLevel(logging.WARNING)
