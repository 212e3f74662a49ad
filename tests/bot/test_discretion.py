"""No name, word, address or token of anybody reaches a log line or a metric, whatever fails."""

import asyncio
import json
import logging
import os
import sqlite3
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from types import SimpleNamespace
from typing import Any

import aiohttp

from bot.log import JsonLines
from storage.database import connect, transactions
from storage.people import Person, Role
from tests.benchmarks.vertti import COMMAND, environment
from tests.bot.knock import ON_SQLITE
from tests.bot.test_database_trouble import locked
from tests.builders import TENANT, a_forum, a_museum, a_person, join
from tests.microsoft.server import Microsoft, Rule
from tests.story import Clock, Story

NAME, WORDS, EMAIL = "Kanaria Kuiskaaja", "Salaisuus-kaksitoista", "kanaria@kuiskaus.example"
SECRET = "a secret of nobody"
CANARIES = [
    *(NAME, "Kuiskaaja", WORDS, WORDS.lower(), EMAIL),
    *("aad-kanaria", "29:kanaria", "a:kanaria"),
    *(SECRET, "outgoing-", "eyJ"),  # tokens
]
FAULT = "CREATE TRIGGER fault BEFORE INSERT ON promise BEGIN SELECT RAISE(ABORT, 'fault'); END"


@asynccontextmanager
async def a_real_process(database_url: str, log: list[str]) -> AsyncIterator[Story]:
    """`python -m bot serve` at its most talkative, with the stand-in in Microsoft's place."""
    async with Microsoft(keep=True, roster=[]).running() as microsoft:
        microsoft.limits.on = False
        process = await asyncio.create_subprocess_exec(
            *COMMAND,
            env=os.environ
            | environment(0, database_url, microsoft.url)
            | {
                "MicrosoftAppTenantId": TENANT,
                "VERTTI_ALLOWED_TENANTS": TENANT,
                "VERTTI_LOG_LEVEL": "DEBUG",
                "PYTHONDEVMODE": "1",
            },
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.PIPE,
        )
        url = asyncio.get_running_loop().create_future()
        reading = asyncio.create_task(_read(process, log, url))
        try:
            async with asyncio.timeout(60):
                address = await url
            engine = connect(database_url)
            parts: Any = SimpleNamespace(transaction=transactions(engine))
            async with aiohttp.ClientSession() as http:
                yield Story(microsoft, parts, address, http, Clock())
            await engine.dispose()
        finally:
            if process.returncode is None:
                process.terminate()
            await asyncio.gather(process.wait(), reading)


async def _read(
    process: asyncio.subprocess.Process, log: list[str], url: asyncio.Future[str]
) -> None:
    assert process.stderr is not None
    async for raw in process.stderr:
        log.append(raw.decode().rstrip("\n"))
        _, said, address = log[-1].partition("Vertti listens at ")
        if said and not url.done():
            url.set_result(address.partition('"')[0])
    if not url.done():
        url.set_exception(RuntimeError("\n".join(log)))


async def _people(story: Story) -> tuple[Person, Person]:
    where = {"service_url": story.microsoft.service_url}
    async with story.transaction() as db:
        forum = a_forum(**where)
        bo = a_person("Bo Berg", **where)
        kanaria = a_person(NAME, email=EMAIL, **where)
        await join(db, forum, kanaria, await a_museum(db, forum))
        await join(db, forum, bo, role=Role.COORDINATOR)
    return kanaria, bo


async def _everything_goes_wrong(story: Story, file: str) -> None:
    kanaria, _ = await _people(story)
    rules, data = story.microsoft.rules, {"progress": "moving", "moved": WORDS, "promise": WORDS}
    await story.say(kanaria, WORDS)
    await story.invoke(kanaria, "checkin.save", data)
    await story.invoke(kanaria, "checkin.save", {"progress": WORDS})
    await story.invoke(kanaria, "who_knows.find", {"competence": WORDS})
    rules.append(Rule(match="a:bo", status=403, code="BotDisabled"))
    await story.invoke(kanaria, "help.tell_coordinator", {"said": WORDS})
    members = [{"id": "29:x", "name": NAME, "aadObjectId": "aad-kanaria"}]
    await story.send(story.activity(kanaria, type="conversationUpdate", membersAdded=members))
    await story.send(story.activity(kanaria, type=WORDS, name=NAME))
    for flaw in ("signature", "key", "expired", "HS256"):
        token = story.microsoft.token(flaw=flaw)
        await _post(story, story.activity(kanaria, type="message", text=WORDS), token)
    body = story.activity(kanaria, type="message", text=WORDS, recipient={"id": NAME})
    await _post(story, body, story.microsoft.token())
    for raw in (f'{{"text": "{WORDS}"', f'["{NAME}"]', f'"{WORDS}' + "x" * 300_000):
        await _post(story, raw, story.microsoft.token())
    rules.append(Rule(match="a:kanaria", status=502, times=1))
    await story.say(kanaria, WORDS)
    with locked(file):
        await story.invoke(kanaria, "checkin.save", data)
    with closing(sqlite3.connect(file)) as database:
        database.execute(FAULT)
    await story.invoke(kanaria, "checkin.save", data)


async def _post(story: Story, body: Any, token: str) -> None:
    async with story.http.post(
        f"{story.url}/api/messages",
        data=body if isinstance(body, str) else json.dumps(body),
        headers={"Authorization": f"Bearer {token}", "Content-Type": "application/json"},
    ) as answer:
        assert answer.status in (400, 401, 413)


MENTIONED = [
    "refused a request: token refused: InvalidSignatureError",
    "refused a request: unknown key id",
    "refused a request: other recipient",
    "refused a request: not an activity",
    "refused a request: too big",
    "refused arguments of checkin.save",
    "answer did not get through: http 502",
    "the database does not answer: database is locked",
    "a step failed",
]


@ON_SQLITE
async def test_logs_and_metrics_name_nobody(database_url: str) -> None:
    log: list[str] = []
    file = database_url.removeprefix("sqlite:///")
    async with a_real_process(database_url, log) as story:
        await _everything_goes_wrong(story, file)
        metrics = ""
        async with asyncio.timeout(30):  # until the coordinator's message was refused
            while "vertti_unreachable_total{" not in metrics:
                async with story.http.get(f"{story.url}/metrics") as answer:
                    metrics = await answer.text()
    lines = [json.loads(line) for line in log]  # JSON, each of them
    for expected in MENTIONED:
        assert any(line["message"].startswith(expected) for line in lines), expected
    [failed] = [line for line in lines if line["message"] == "a step failed"]
    assert failed["error"] == "IntegrityError"
    assert " < storage/checkin.py:" in failed["at"]
    assert len({line["turn"] for line in lines}) > len(MENTIONED)
    for canary in CANARIES:
        assert [line for line in log if canary in line] == []
        assert canary not in metrics


def _formatted(name: str, message: str, error: Exception | None = None) -> dict[str, Any]:
    try:
        if error is not None:
            raise error
        info = None
    except Exception:
        info = sys.exc_info()
    record = logging.LogRecord(name, logging.ERROR, __file__, 1, message, None, info)
    found: dict[str, Any] = json.loads(JsonLines().format(record))
    return found


def test_the_text_of_an_exception_stays_out() -> None:
    line = _formatted("bot.teams.bot", "a step failed", ValueError(WORDS))
    assert (line["message"], line["error"]) == ("a step failed", "ValueError")
    assert WORDS not in json.dumps(line)
    assert "test_discretion.py:" in line["at"]


def test_what_a_library_quotes_below_its_first_line_stays_out() -> None:
    said = f"Task exception was never retrieved\nfuture: <Task exception=ValueError('{WORDS}')>"
    assert _formatted("asyncio", said)["message"] == "Task exception was never retrieved"
    assert len(_formatted("aiohttp.server", "x" * 9000)["message"]) == 200
