"""Starts the Microsoft 365 Agents Playground in front of a local bot, on this computer only."""

import asyncio
import json
import os
import shutil
import socket
from asyncio.subprocess import DEVNULL, PIPE, STDOUT, Process
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

PACKAGE = Path(__file__).resolve().parents[2] / "deployment" / "playground"
TOOL = PACKAGE / "node_modules" / "@microsoft" / "m365agentsplayground"
LOOPBACK = "127.0.0.1"
PEOPLE = 6
INSTALL_SECONDS = 180.0
START_SECONDS = 30.0
STOP_SECONDS = 5.0
POLL_SECONDS = 0.1


@dataclass(frozen=True)
class PlaygroundPerson:
    """One pretended person; the first in a list is the one who types."""

    id: str
    name: str
    aad_object_id: str
    email: str


@dataclass(frozen=True)
class PlaygroundTeam:
    """The pretended organisation: its team, the channel beside General, and the bot in it."""

    id: str
    name: str
    aad_group_id: str
    channel_id: str
    channel_name: str
    tenant_id: str
    bot_id: str
    bot_name: str
    personal_chat_id: str = "personal-chat"
    group_chat_id: str = "group-chat"
    group_chat_name: str = "Group chat"


async def start(
    bot_url: str,
    folder: Path,
    people: Sequence[PlaygroundPerson],
    team: PlaygroundTeam,
    port: int,
    service_url: str = "",
) -> tuple[Process | None, str]:
    """Returns the running process and its address, or None and the reason in one line.

    Without a `service_url` the bot is told to answer to the Playground itself.
    """
    node = shutil.which("node")
    if node is None:
        return None, "Node.js 20 or newer is not installed."
    if not _is_free(port):
        return None, f"Port {port} is taken, so the Playground was not started."
    if problem := await _install():
        return None, problem
    log = _prepare(folder, people, team)
    address = f"http://{LOOPBACK}:{port}"
    with log.open("wb") as output:
        process = await asyncio.create_subprocess_exec(
            node,
            *("--require", str(PACKAGE / "loopback.cjs"), str(TOOL / "cli.js"), "start"),
            *("-e", bot_url, "-c", "msteams", "-p", str(port)),
            *("--service-url", service_url or f"{address}/_connector"),
            "--disable-telemetry",
            cwd=folder,
            env=_environment(folder),
            stdin=PIPE,
            stdout=output,
            stderr=STDOUT,
            start_new_session=True,
        )
    try:
        async with asyncio.timeout(START_SECONDS):
            while not await _answers(port):
                if process.returncode is not None:
                    return None, f"The Playground ended at once; see {log}."
                await asyncio.sleep(POLL_SECONDS)
    except TimeoutError:
        await stop(process)
        return None, f"The Playground did not answer in {START_SECONDS:.0f} s; see {log}."
    except BaseException:
        await stop(process)
        raise
    return process, address


async def stop(process: Process) -> None:
    """Asks the process to end, then insists."""
    if process.returncode is not None:
        return
    process.terminate()
    try:
        await asyncio.wait_for(process.wait(), STOP_SECONDS)
    except TimeoutError:
        process.kill()
        await process.wait()


def configuration(people: Sequence[PlaygroundPerson], team: PlaygroundTeam) -> dict[str, object]:
    """The content of .m365agentsplayground.yml."""
    if len(people) != PEOPLE:
        raise ValueError(f"The Playground takes {PEOPLE} people, not {len(people)}.")
    current, *others = [_person(person) for person in people]
    return {
        "version": "0.1.1",
        "tenantId": team.tenant_id,
        "bot": {"id": team.bot_id, "name": team.bot_name},
        "currentUser": current,
        "users": others,
        "personalChat": {"id": team.personal_chat_id},
        "groupChat": {"id": team.group_chat_id, "name": team.group_chat_name},
        "team": {
            "id": team.id,
            "name": team.name,
            "aadGroupId": team.aad_group_id,
            "channels": [{"id": team.channel_id, "name": team.channel_name}],
        },
    }


def _person(person: PlaygroundPerson) -> dict[str, str]:
    given, _, surname = person.name.partition(" ")
    return {
        "id": person.id,
        "name": person.name,
        "userPrincipleName": person.email,  # spelled so by the Playground
        "aadObjectId": person.aad_object_id,
        "givenName": given,
        "surname": surname or given,
        "email": person.email,
    }


def _prepare(folder: Path, people: Sequence[PlaygroundPerson], team: PlaygroundTeam) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    # JSON is YAML, so no YAML library is needed.
    content = json.dumps(configuration(people, team), ensure_ascii=False, indent=2)
    (folder / ".m365agentsplayground.yml").write_text(content + "\n", encoding="utf-8")
    return folder / "playground.log"


def _environment(folder: Path) -> dict[str, str]:
    """Next to nothing is inherited, so no proxy and no credentials; and no browser is opened."""
    inherited = {name: os.environ[name] for name in ("PATH", "SYSTEMROOT") if name in os.environ}
    return inherited | {
        "HOME": str(folder),
        "TEAMSAPPTESTER_BROWSER": "none",
        "APPLICATION_INSIGHTS_NO_STATSBEAT": "true",  # --disable-telemetry leaves this part on
        "PLAYGROUND_ENDS_WITH_STDIN": "1",
    }


async def _install() -> str:
    """Fetches the pinned tool once; returns the problem, or nothing."""
    wanted = json.loads((PACKAGE / "package.json").read_bytes())["dependencies"].values()
    found = TOOL / "package.json"
    if found.is_file() and json.loads(found.read_bytes())["version"] in wanted:
        return ""
    npm = shutil.which("npm")
    if npm is None:
        return "npm is not installed, so the Playground cannot be fetched."
    process = await asyncio.create_subprocess_exec(
        npm, "ci", cwd=PACKAGE, stdin=DEVNULL, stdout=DEVNULL, stderr=DEVNULL
    )
    try:
        code = await asyncio.wait_for(process.wait(), INSTALL_SECONDS)
    except TimeoutError:
        await stop(process)
        code = -1
    return "" if code == 0 else "The Playground is not here, and `npm ci` could not fetch it."


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            return False
    return True


async def _answers(port: int) -> bool:
    try:
        _, writer = await asyncio.open_connection(LOOPBACK, port)
    except OSError:
        return False
    writer.close()
    return True
