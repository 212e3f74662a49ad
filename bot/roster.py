"""Who is in each team, and which channels it has: read from Teams once a day and after news.

Never inside a transaction: first the forum to read, then the network, then the rows. What fails
is tried again after a pause that grows; until then everything stays as it was.
"""

import asyncio
import logging
from collections.abc import Callable, Collection
from datetime import datetime, timedelta
from typing import Any

from bot.teams.connector import Connector, Doubtful, Later, Refused
from dialogs import arrival
from dialogs.arrival import Account
from storage.arrival import rosters_due
from storage.database import Transaction, reason
from storage.forum import Forum

log = logging.getLogger(__name__)

PATIENCE = 30.0  # seconds for one roster; sending waits that long at most
LONGEST_PAUSE = timedelta(hours=1)
GUEST = "#ext#"  # in the account name of a guest, whose own address stands before it

Json = dict[str, Any]


class Roster:
    def __init__(
        self,
        transaction: Transaction,
        connector: Connector,
        clock: Callable[[], datetime],
        coordinators: Collection[str],
    ) -> None:
        self._transaction, self._connector, self._clock = transaction, connector, clock
        self._coordinators = coordinators
        self._failures: dict[int, tuple[int, datetime]] = {}  # forum -> how many, not before

    async def read(self) -> None:
        """Read one team that is due; one a tick is enough."""
        now = self._clock()
        async with self._transaction() as db:
            due = await rosters_due(db, now)
        forum = next((f for f in due if self._may_try(f.id, now)), None)
        if forum is None:
            return
        try:
            async with asyncio.timeout(PATIENCE):
                await self._read(forum, now)
            self._failures.pop(forum.id, None)
        except (Later, Refused, Doubtful, LookupError) as error:
            self._pause(forum.id, now, str(error))
        except Exception as error:
            self._pause(forum.id, now, reason(error))  # the rest may hold people's names

    async def _read(self, forum: Forum, began: datetime) -> None:
        channels = await self._channels(forum)
        people = [
            account
            async for member in self._connector.members(forum.service_url, forum.team_id)
            if (account := read_member(member)) is not None
        ]
        if not people:
            raise LookupError("an empty roster")  # a team has an owner: something is wrong
        async with self._transaction() as db:
            done = await arrival.read_roster(
                db, self._clock(), forum.id, began, people, self._coordinators
            )
            if done and channels:
                await arrival.read_channels(db, self._clock(), forum.id, channels)

    async def _channels(self, forum: Forum) -> dict[str, str]:
        """Id and name of each; none when Teams does not tell, which is no reason to stop."""
        try:
            found = await self._connector.channels(forum.service_url, forum.team_id)
        except (Later, Refused, Doubtful) as error:
            log.warning("could not read the channels of forum %s: %s", forum.id, error)
            return {}
        return {str(c["id"]): str(c.get("name") or "") for c in found if c.get("id")}

    def _may_try(self, forum: int, now: datetime) -> bool:
        return forum not in self._failures or self._failures[forum][1] <= now

    def _pause(self, forum: int, now: datetime, why: str) -> None:
        log.warning("could not read the roster of forum %s: %s", forum, why)
        times = self._failures[forum][0] + 1 if forum in self._failures else 1
        pause = min(timedelta(minutes=2 ** min(times - 1, 6)), LONGEST_PAUSE)
        self._failures[forum] = (times, now + pause)


def read_member(member: Json) -> Account | None:
    """A person of the roster; nothing for bots, and for accounts without an Entra id."""
    teams_id = str(member.get("id") or "")
    key = str(member.get("aadObjectId") or member.get("objectId") or "")
    if not key or teams_id.startswith("28:"):
        return None
    given = (str(member.get(part) or "") for part in ("givenName", "surname"))
    return Account(
        aad_object_id=key,
        teams_id=teams_id or None,
        name=str(member.get("name") or " ".join(given)).strip(),
        email=address_of(member),
    )


def address_of(member: Json) -> str | None:
    """Somebody's e-mail address. A guest may have one in the account name only:
    aino_museo.example#EXT#@host.example is aino@museo.example."""
    if email := member.get("email"):
        return str(email)
    account = str(member.get("userPrincipalName") or "")
    own, guest, _ = account.lower().partition(GUEST)
    if guest and "_" in own:
        name, _, host = own.rpartition("_")
        return f"{name}@{host}"
    return account or None
