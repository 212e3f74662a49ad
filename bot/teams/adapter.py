"""The SDK's CloudAdapter with Vertti's own validator and connector, through its public seams."""

from collections.abc import Awaitable, Callable
from typing import Any

from botbuilder.core import InvokeResponse, TurnContext
from botbuilder.integration.aiohttp import CloudAdapter
from botbuilder.schema import Activity, ActivityTypes
from botframework.connector.auth import (
    AuthenticateRequestResult,
    BotFrameworkAuthentication,
    ClaimsIdentity,
    ConnectorFactory,
)

from bot.settings import Settings
from bot.teams.connector import Connector
from bot.teams.incoming_token import TokenCheck
from bot.teams.outgoing_token import SCOPE


class OneConnector(ConnectorFactory):
    """Hands out the one pooled connector; the SDK would make a new client each turn."""

    def __init__(self, connector: Connector) -> None:
        self.connector = connector

    async def create(self, service_url: str, audience: str | None = None) -> Connector:
        return self.connector


class Authentication(BotFrameworkAuthentication):
    """Checks the token of each request; Vertti signs nobody in, so there is no token client."""

    def __init__(self, check: TokenCheck | None, connector: Connector) -> None:
        self._check = check  # None in development mode only
        self._factory = OneConnector(connector)

    async def authenticate_request(
        self, activity: Activity, auth_header: str
    ) -> AuthenticateRequestResult:
        claims: dict[str, Any] = {}
        if self._check is not None:
            claims = await self._check.claims(
                auth_header, activity.channel_id or "", activity.service_url or ""
            )
        result = AuthenticateRequestResult()
        result.claims_identity = ClaimsIdentity(claims, True)
        result.audience, result.caller_id = SCOPE, "urn:botframework:azure"
        result.connector_factory = self._factory
        return result

    async def authenticate_streaming_request(self, *_: object) -> AuthenticateRequestResult:
        raise PermissionError("streaming is not used")

    def create_connector_factory(self, claims_identity: ClaimsIdentity) -> ConnectorFactory:
        return self._factory

    async def create_user_token_client(self, claims_identity: ClaimsIdentity) -> None:
        return None


def adapter(settings: Settings, check: TokenCheck | None, connector: Connector) -> CloudAdapter:
    """The adapter of this service.

    Raises:
        ValueError: production without a token check.
    """
    if check is None and not settings.development:
        raise ValueError("production mode always checks tokens")
    return CloudAdapter(Authentication(check, connector))


async def answer_invoke(context: TurnContext, body: dict[str, Any], status: int = 200) -> None:
    """The body that goes back in the HTTP answer of an invoke.

    Straight to the adapter: the context would copy the whole card once more.
    """
    answer = InvokeResponse(status=status, body=body)
    activity = Activity(type=ActivityTypes.invoke_response, value=answer)
    await context.adapter.send_activities(context, [activity])


OnTurn = Callable[[TurnContext], Awaitable[None]]
