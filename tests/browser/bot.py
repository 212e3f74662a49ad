"""A fresh development bot with the Playground in front, as `make run` starts it."""

import asyncio
import os
import re
import signal
import sys
import tempfile
from asyncio.subprocess import PIPE, STDOUT
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from uuid import uuid4

import aiohttp

from bot.development import sample
from tests.benchmarks.processes import free_port

PATIENCE = 90.0  # seconds to start, and again to stop
READY = "Ctrl-C"


@dataclass
class RunningBot:
    address: str
    playground: str
    said: list[str] = field(default_factory=list)  # what it wrote to its terminal

    async def say(self, who: str, text: str) -> None:
        """Somebody writes from a terminal, before the page is open."""
        async with (
            aiohttp.ClientSession() as http,
            http.ws_connect(f"{self.address}/development/talk?as={who}") as window,
        ):
            await window.send_json({"number": 1, "say": text, "place": "personal"})
            while (await window.receive_json(timeout=PATIENCE))["kind"] != "answer":
                pass

    async def invoke(self, account: dict[str, str], verb: str, data: dict[str, object]) -> None:
        """Somebody presses a button, as their own Teams client would send it."""
        tenant = {"id": sample.TENANT}
        activity = {
            "type": "invoke",
            "name": "adaptiveCard/action",
            "id": uuid4().hex,
            "channelId": "msteams",
            "serviceUrl": f"{self.address}/development/teams",
            "from": account,
            "recipient": {"id": "28:vertti"},
            "conversation": {
                "id": f"a:{account['id'].removeprefix('29:')}",
                "conversationType": "personal",
                "tenantId": sample.TENANT,
            },
            "channelData": {"tenant": tenant},
            "value": {"action": {"type": "Action.Execute", "verb": verb, "data": data}},
        }
        async with (
            aiohttp.ClientSession() as http,
            http.post(f"{self.address}/api/messages", json=activity) as answer,
        ):
            assert answer.status == 200, await answer.text()


@asynccontextmanager
async def fresh_bot(who: str) -> AsyncIterator[RunningBot]:
    """It must start, say nothing worrying, and end cleanly with all it started."""
    with tempfile.TemporaryDirectory(prefix="vertti-") as folder:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "bot", "serve", "--as", who),
            *("--playground", str(free_port())),
            env={
                **os.environ,
                "VERTTI_MODE": "development",
                "VERTTI_PORT": "0",
                "VERTTI_DATABASE_URL": f"sqlite:///{Path(folder) / 'vertti.db'}",
            },
            stdout=PIPE,
            stderr=STDOUT,
            # Ctrl-C ends it, also when the walk itself runs in the background.
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
        )
        assert process.stdout is not None
        bot = RunningBot("", "")
        try:
            async with asyncio.timeout(PATIENCE):
                while READY not in "".join(bot.said):
                    line = await process.stdout.readline()
                    assert line, f"The bot ended at once:\n{''.join(bot.said)}"
                    bot.said.append(line.decode())
            addresses = re.findall(r"http://127\.0\.0\.1:\d+", "".join(bot.said))
            assert len(addresses) == 2, f"The Playground did not start:\n{''.join(bot.said)}"
            bot.address, bot.playground = addresses
            yield bot
        finally:
            if process.returncode is None:
                process.send_signal(signal.SIGINT)
            async with asyncio.timeout(PATIENCE):
                bot.said.append((await process.stdout.read()).decode())
                await process.wait()
    said = "".join(bot.said)
    assert process.returncode == 0, f"The bot ended with {process.returncode}:\n{said}"
    assert "ERROR" not in said, said
    assert "Traceback" not in said, said
    assert not await _answers(bot.playground), "The Playground outlived the bot."


async def _answers(address: str) -> bool:
    try:
        async with aiohttp.ClientSession() as http, http.get(address):
            return True
    except aiohttp.ClientConnectionError:
        return False
