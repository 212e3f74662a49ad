"""A forged token, or a good one in the wrong place, is refused; the good one works."""

import json
from typing import Any

import pytest

from tests.bot.knock import ON_SQLITE, Knock, Spoil, assert_refused
from tests.bot.rows import everything
from tests.microsoft.tokens import FLAWS, FORGERIES


@ON_SQLITE
async def test_the_good_one_is_let_in_and_stored(knock: Knock) -> None:
    before = await everything(knock.story.transaction)
    status, answer = await knock.knock()
    assert (status, json.loads(answer)["type"]) == (200, "application/vnd.microsoft.card.adaptive")
    after = await everything(knock.story.transaction)
    changed = {table for table in after if after[table] != before[table]}
    assert changed >= {"checkin", "seenactivity"}


WHY = {
    "signature": "token refused: InvalidSignatureError",
    "own key inside": "token refused: InvalidSignatureError",
    "claims changed": "token refused: InvalidSignatureError",
    "key": "unknown key id",
    "without key id": "unknown key id",
    "audience": "token refused: InvalidAudienceError",
    "for several": "token refused: InvalidAudienceError",
    "for nobody": "token refused: MissingRequiredClaimError",
    "issuer": "token refused: InvalidIssuerError",
    "from nobody": "token refused: MissingRequiredClaimError",
    "service_url": "token is for another serviceUrl",
    "without serviceUrl": "token is for another serviceUrl",
    "expired": "token refused: ExpiredSignatureError",
    "not yet valid": "token refused: ImmatureSignatureError",
    "endless": "token refused: MissingRequiredClaimError",
    "none": "token refused: InvalidAlgorithmError",
    "HS256": "token refused: InvalidAlgorithmError",
    "RS512": "token refused: InvalidAlgorithmError",
    "critical": "token refused: InvalidTokenError",
    "webchat's key": "key not endorsed for this channel",
    "key for no channel": "key not endorsed for this channel",
    "nested header": "token refused: DecodeError",
}


@ON_SQLITE
@pytest.mark.parametrize("flaw", [*FLAWS, *FORGERIES])
async def test_a_forged_token(knock: Knock, flaw: Any, caplog: pytest.LogCaptureFixture) -> None:
    knock.token = knock.story.microsoft.token(flaw=flaw)
    await assert_refused(knock, 401, WHY[flaw], caplog)


def _authorization(*values: str) -> Spoil:
    def spoil(knock: Knock) -> None:
        token = knock.token
        knock.headers = [("Content-Type", "application/json")]
        knock.headers += [("Authorization", value.replace("TOKEN", token)) for value in values]

    return spoil


HEADERS = {
    "none": (_authorization(), "no token"),
    "empty": (_authorization(""), "no token"),
    "no token behind the scheme": (_authorization("Bearer "), "no token"),
    "garbage": (_authorization("Bearer garbage"), "token refused: DecodeError"),
    "three dots": (_authorization("Bearer ..."), "token refused: DecodeError"),
    "no scheme": (_authorization("TOKEN"), "no token"),
    "wrong scheme": (_authorization("Basic TOKEN"), "no token"),
    "two tokens in one": (_authorization("Bearer TOKEN, Bearer x"), "token refused: DecodeError"),
    "two headers": (_authorization("Bearer x", "Bearer TOKEN"), "no token"),
    "the same header twice": (_authorization("Bearer TOKEN", "Bearer TOKEN"), "no token"),
    "half of a token": (_authorization("Bearer TOKEN"[:9]), "token refused: DecodeError"),
}


@ON_SQLITE
@pytest.mark.parametrize("case", HEADERS)
async def test_an_odd_authorization(
    knock: Knock, case: str, caplog: pytest.LogCaptureFixture
) -> None:
    spoil, why = HEADERS[case]
    spoil(knock)
    await assert_refused(knock, 401, why, caplog)
