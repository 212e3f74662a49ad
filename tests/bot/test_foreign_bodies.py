"""A well-signed activity of another channel, tenant, bot or service is refused."""

import pytest

from tests.benchmarks.activities import APP_ID
from tests.bot.knock import FOREIGN, ON_SQLITE, Knock, Spoil, assert_refused, body
from tests.builders import TENANT

OTHER_TENANT = "11111111-0000-4000-8000-000000000001"


def _both_tenants(knock: Knock) -> None:
    knock.body["conversation"]["tenantId"] = OTHER_TENANT
    knock.body["channelData"]["tenant"]["id"] = OTHER_TENANT


def _no_tenants(knock: Knock) -> None:
    del knock.body["conversation"]["tenantId"], knock.body["channelData"]["tenant"]


BODIES: dict[str, tuple[Spoil, str]] = {
    "no serviceUrl": (body("serviceUrl", to=None), "token is for another serviceUrl"),
    "empty serviceUrl": (body("serviceUrl", to=""), "token is for another serviceUrl"),
    "serviceUrl is a list": (body("serviceUrl", to=["x"]), "token is for another serviceUrl"),
    "serviceUrl is not the signed one": (
        body("serviceUrl", to=FOREIGN),
        "token is for another serviceUrl",
    ),
    "other channel": (body("channelId", to="emulator"), "key not endorsed for this channel"),
    "other endorsed channel": (body("channelId", to="webchat"), "other channel"),
    "no channel": (body("channelId", to=None), "key not endorsed for this channel"),
    "channel is a list": (
        body("channelId", to=["msteams"]),
        "key not endorsed for this channel",
    ),
    "other tenant": (_both_tenants, "other tenant"),
    "other tenant in the conversation": (
        body("conversation", "tenantId", to=OTHER_TENANT),
        "two tenants",
    ),
    "no tenant in the conversation": (body("conversation", "tenantId", to=None), "two tenants"),
    "other tenant in the channel data": (
        body("channelData", "tenant", "id", to=OTHER_TENANT),
        "other tenant",
    ),
    "no channel data": (body("channelData", to=None), "other tenant"),
    "no tenant": (_no_tenants, "other tenant"),
    "tenant is a list": (body("channelData", "tenant", "id", to=[TENANT]), "other tenant"),
    "tenant is an object": (body("channelData", "tenant", "id", to={}), "other tenant"),
    "conversation is a text": (body("conversation", to="a:aino"), "two tenants"),
    "other recipient": (body("recipient", "id", to="28:another-bot"), "other recipient"),
    "recipient without prefix": (body("recipient", "id", to=APP_ID), "other recipient"),
    "no recipient": (body("recipient", to=None), "other recipient"),
    "recipient is a list": (body("recipient", to=[]), "other recipient"),
}


@ON_SQLITE
@pytest.mark.parametrize("case", BODIES)
async def test_a_body_that_is_not_for_this_bot(
    knock: Knock, case: str, caplog: pytest.LogCaptureFixture
) -> None:
    spoil, why = BODIES[case]
    spoil(knock)
    await assert_refused(knock, 401, why, caplog)


LOOK_ALIKES = [
    FOREIGN,
    "https://evil.trafficmanager.net/emea/",
    "https://smba.trafficmanager.net.evil.example/",
    "https://smba.trafficmanager.net.:443/",
    "https://smba-trafficmanager.net/",
    "https://smba.trafficmanager.net@evil.example/",
    "https://smba.trafficmanager.net:secret@evil.example/",
    "https://evil.example/smba.trafficmanager.net/",
    "https://evil.example#smba.trafficmanager.net/",
    "https://evil.example?smba.trafficmanager.net/",
    "https://evil.example\\@smba.trafficmanager.net/",
    "https:\\\\smba.trafficmanager.net\\",
    "https://smba.trafficmanager.net:8443/",
    "https://smba.trafficmanager.net:0443/",
    "https://smba.trafficmanager.net:/",
    "http://smba.trafficmanager.net/",
    "ftp://smba.trafficmanager.net/",
    "//smba.trafficmanager.net/",
    "smba.trafficmanager.net",
    "https://smba.trafficmanager.net /",
    " https://smba.trafficmanager.net/",
    "https://smba.traffic\tmanager.net/",
    "https://smba.trafficmanager.net\n/",
    "https://smba.trafficmanager.net/%0d%0aHost:evil.example/",
    "https://smbа.trafficmanager.net/",  # a Cyrillic letter
    "https://smba。trafficmanager.net/",  # a full stop that some take for a dot
    "https://20.0.0.1/",
    "https://[::1]/",
    "https://2130706433/",
    "http://127.0.0.1:1/",
    "http://localhost.evil.example/",
    "http://169.254.169.254/metadata/identity/oauth2/token",
    "javascript:alert(1)",
]


@ON_SQLITE
@pytest.mark.parametrize("address", LOOK_ALIKES)
async def test_a_signed_look_alike_of_the_service(
    knock: Knock, address: str, caplog: pytest.LogCaptureFixture
) -> None:
    knock.signed_for(address)
    await assert_refused(knock, 401, "foreign serviceUrl", caplog)
