"""A request that holds no activity is refused before anybody looks at it."""

import asyncio
import gzip
import json
from collections.abc import Callable
from typing import Any

import aiohttp
import pytest

from tests.bot.knock import FOREIGN, ON_SQLITE, Knock, Spoil, assert_refused, body
from tests.bot.rows import everything

TYPE = ("Content-Type", "application/json")


def _raw(change: Callable[[str], str | bytes]) -> Spoil:
    def spoil(knock: Knock) -> None:
        changed = change(json.dumps(knock.body))
        knock.raw = changed if isinstance(changed, bytes) else changed.encode()

    return spoil


def _typed(*headers: tuple[str, str]) -> Spoil:
    def spoil(knock: Knock) -> None:
        knock.headers = [("Authorization", f"Bearer {knock.token}"), *headers]

    return spoil


def _padded(text: str, size: int = 300 * 1024) -> str:
    return text + " " * size


def _in_chunks(knock: Knock) -> None:
    """Without a Content-Length."""

    async def chunks() -> Any:
        text = _padded(json.dumps(knock.body)).encode()
        for at in range(0, len(text), 16_384):
            yield text[at : at + 16_384]

    knock.raw = chunks()


def _zipped(knock: Knock) -> None:
    knock.raw = gzip.compress(json.dumps(knock.body).encode())
    _typed(TYPE, ("Content-Encoding", "gzip"))(knock)


def _by(method: str) -> Spoil:
    def spoil(knock: Knock) -> None:
        knock.method = method

    return spoil


REQUESTS: dict[str, tuple[Spoil, int, str]] = {
    "too big": (_raw(_padded), 413, "too big"),
    "too big, without a length": (_in_chunks, 413, "too big"),
    "zipped": (_zipped, 415, "content type"),
    "no type": (_typed(("Content-Type", "")), 415, "content type"),
    "a form": (_typed(("Content-Type", "application/x-www-form-urlencoded")), 415, "content type"),
    "plain text": (_typed(("Content-Type", "text/plain")), 415, "content type"),
    "nearly JSON": (_typed(("Content-Type", "application/jsonp")), 415, "content type"),
    "no body": (_raw(lambda text: ""), 400, "not an activity"),
    "half of it": (_raw(lambda text: text[: len(text) // 2]), 400, "not an activity"),
    "two of it": (_raw(lambda text: text * 2), 400, "not an activity"),
    "a list": (_raw(lambda text: f"[{text}]"), 400, "not an activity"),
    "a word": (_raw(lambda text: '"message"'), 400, "not an activity"),
    "nothing": (_raw(lambda text: "null"), 400, "not an activity"),
    "no number": (_raw(lambda text: text.replace('"f:1"', "NaN")), 400, "not an activity"),
    "endless number": (
        _raw(lambda text: text.replace('"f:1"', "1" * 9000)),
        400,
        "not an activity",
    ),
    "deep": (_raw(lambda text: text.replace('"f:1"', "[" * 40 + "]" * 40)), 400, "too deep"),
    "very deep": (_raw(lambda text: "[" * 100_000), 400, "not an activity"),
    "other alphabet": (_raw(lambda text: text.encode("utf-16")), 400, "not an activity"),
    "broken alphabet": (_raw(lambda text: text.encode() + b"\xff"), 400, "not an activity"),
    "no activity type": (body("type", to=None), 400, "not an activity"),
    "activity type is a list": (body("type", to=["invoke"]), 400, "not an activity"),
    **{
        method: (_by(method), 405, "not a POST")
        for method in ("GET", "PUT", "PATCH", "DELETE", "OPTIONS")
    },
}


@ON_SQLITE
@pytest.mark.parametrize("case", REQUESTS)
async def test_a_request_that_is_no_activity(
    knock: Knock, case: str, caplog: pytest.LogCaptureFixture
) -> None:
    spoil, status, why = REQUESTS[case]
    spoil(knock)
    await assert_refused(knock, status, why, caplog)


@ON_SQLITE
async def test_the_last_of_two_equal_keys_counts_for_the_check_and_for_the_turn(
    knock: Knock, caplog: pytest.LogCaptureFixture
) -> None:
    knock.raw = (json.dumps(knock.body)[:-1] + f', "serviceUrl": "{FOREIGN}"}}').encode()
    await assert_refused(knock, 401, "token is for another serviceUrl", caplog)


@ON_SQLITE
async def test_answers_say_nothing_about_what_answers(knock: Knock) -> None:
    async with aiohttp.ClientSession(knock.story.url) as http:
        for path in ("/api/messages", "/", "/nowhere", "/healthz"):
            async with http.get(path) as answer:
                assert answer.headers["Server"] == "Vertti"
                assert "aiohttp" not in await answer.text()


async def send_bytes(knock: Knock, request: bytes, end: bool = False) -> bytes:
    """Send bytes as they are; what comes back until the line is closed."""
    host, port = knock.story.url.removeprefix("http://").split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    writer.write(request)
    if end:
        writer.write_eof()
    try:
        async with asyncio.timeout(10):
            return await reader.read()
    finally:
        writer.close()
        await writer.wait_closed()


HEAD = (
    b"POST /api/messages HTTP/1.1\r\nHost: x\r\n"
    b"Content-Type: application/json\r\nConnection: close\r\n"
)
RAW: dict[str, bytes] = {
    "no length at all": HEAD + b"\r\n",
    "a length that is no number": HEAD + b"Content-Length: many\r\n\r\n{}",
    "a negative length": HEAD + b"Content-Length: -1\r\n\r\n{}",
    "two lengths": HEAD + b"Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}",
    "a length and chunks": (
        HEAD + b"Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n"
    ),
    "broken chunks": HEAD + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n",
    "a header without end": HEAD + b"X-Long: " + b"x" * 100_000,
    "too many headers": HEAD + b"X: y\r\n" * 20_000 + b"\r\n",
    "no HTTP": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
    "a line feed in a header": HEAD + b"Authorization: x\n\r: y\r\nContent-Length: 2\r\n\r\n{}",
}


@ON_SQLITE
@pytest.mark.parametrize("case", RAW)
async def test_what_is_hardly_http(
    knock: Knock, case: str, caplog: pytest.LogCaptureFixture
) -> None:
    before = await everything(knock.story.transaction)
    answer = await send_bytes(knock, RAW[case], end=True)
    assert not answer or answer.split(b" ", 2)[1] in (b"400", b"401", b"413", b"431")
    assert await everything(knock.story.transaction) == before
    assert "an activity failed" not in caplog.messages
    assert (await knock.knock())[0] == 200  # and the next one is served


@ON_SQLITE
async def test_a_body_that_breaks_off(knock: Knock, caplog: pytest.LogCaptureFixture) -> None:
    before = await everything(knock.story.transaction)
    await send_bytes(knock, HEAD + b'Content-Length: 900\r\n\r\n{"type": "mess', end=True)
    assert await everything(knock.story.transaction) == before
    assert not [record for record in caplog.records if record.levelname == "ERROR"]
    assert (await knock.knock())[0] == 200
