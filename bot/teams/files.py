"""A file that somebody sends in the personal chat: fetched from where Teams keeps it, and read.

The address comes from outside. It is fetched only from Microsoft's SharePoint (or a host that
the operator lists), without a token, without following redirects, and not beyond 2 MB.
"""

import asyncio
import logging
import re

import aiohttp
from yarl import URL

from bot.settings import Settings
from bot.teams.checks import LOOPBACK
from dialogs.setup.people_file import Row, read
from dialogs.setup.table_file import BIGGEST, Broken, Problem
from dialogs.setup.taking_in import vocabulary

log = logging.getLogger(__name__)

TIMEOUT = 10  # seconds; Teams waits 15 for the whole turn
CHUNK = 64 * 1024

_ADDRESS = re.compile(
    r"(?P<scheme>https?)://(?P<host>[a-z0-9.-]+|\[::1\])(?P<port>:[1-9][0-9]{0,4})?/[!-\[\]-~]*",
    re.IGNORECASE | re.ASCII,
)
_SHAREPOINT = ".sharepoint.com"


class Files:
    def __init__(self, http: aiohttp.ClientSession, settings: Settings) -> None:
        self._http, self._settings = http, settings

    async def people(self, address: str) -> tuple[list[Row], list[Problem]]:
        """The organisations and people in a file, or what is wrong with it."""
        try:
            content = await self._fetch(address)
            # A workbook takes a while; the others should not wait for it.
            return await asyncio.to_thread(read, content, vocabulary()), []
        except Broken as broken:
            return [], broken.problems

    async def _fetch(self, address: str) -> bytes:
        if not is_fetched_from(address, self._settings):
            log.warning("refused to fetch a file from a host that is not listed")
            raise Broken([Problem("not_fetched")])
        content = bytearray()
        try:
            async with self._http.get(
                URL(address, encoded=True),
                allow_redirects=False,
                timeout=aiohttp.ClientTimeout(total=TIMEOUT),
            ) as answer:
                if answer.status != 200:
                    log.warning("could not fetch a file: http %s", answer.status)
                    raise Broken([Problem("not_fetched")])
                async for chunk in answer.content.iter_chunked(CHUNK):
                    content += chunk
                    if len(content) > BIGGEST:
                        raise Broken([Problem("too_big")])
        except (aiohttp.ClientError, TimeoutError) as error:
            log.warning("could not fetch a file: %s", type(error).__name__)
            raise Broken([Problem("not_fetched")]) from None
        return bytes(content)


def is_fetched_from(address: str, settings: Settings) -> bool:
    """Whether a file may be fetched from there. Plain http is for loopback only."""
    found = _ADDRESS.fullmatch(address)
    if found is None:
        return False
    scheme, host = found["scheme"].lower(), found["host"].lower()
    if scheme == "http" and host not in LOOPBACK:
        return False
    if settings.development and host in LOOPBACK:
        return True
    port = "" if found["port"] == ":443" else found["port"] or ""
    ours = host.endswith(_SHAREPOINT) and not port
    return (ours and scheme == "https") or host + port in settings.file_hosts
