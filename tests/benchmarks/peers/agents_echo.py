"""The successor's echo: Microsoft 365 Agents SDK, CloudAdapter and its token middleware.

A button is answered with a fixed card.

Only two things are redirected: where the signing keys are (a table of the SDK), and the outgoing
token, which is static. Runs in an environment of its own (requirements.txt beside this file).
"""

# This environment is not the one that mypy sees.
# mypy: disable-error-code="import-not-found,misc,no-any-return,untyped-decorator"

import argparse

from aiohttp import web
from azure.core.credentials_async import AsyncTokenCredential
from microsoft_agents.activity import AdaptiveCardInvokeResponse, AdaptiveCardInvokeValue
from microsoft_agents.hosting.aiohttp import CloudAdapter, jwt_authorization_middleware
from microsoft_agents.hosting.core import ActivityHandler, MessageFactory, TurnContext
from microsoft_agents.hosting.core.authorization import (
    AccessTokenProviderBase,
    AgentAuthConfiguration,
    AuthenticationConstants,
    ConnectionManager,
    _entra_issuers,
)

from tests.benchmarks.peers.card import CARD


class StaticToken(AccessTokenProviderBase):
    def __init__(self, configuration: AgentAuthConfiguration) -> None:
        self._configuration = configuration

    @property
    def configuration(self) -> AgentAuthConfiguration:
        return self._configuration

    async def get_access_token(
        self, resource_url: str, scopes: list[str], force_refresh: bool = False
    ) -> str:
        return "a-static-token"

    def get_token_credential(self) -> AsyncTokenCredential:
        raise NotImplementedError


class EchoAgent(ActivityHandler):
    async def on_message_activity(self, turn_context: TurnContext) -> None:
        await turn_context.send_activity(MessageFactory.text(f"Echo: {turn_context.activity.text}"))

    async def on_adaptive_card_invoke(
        self, turn_context: TurnContext, invoke_value: AdaptiveCardInvokeValue
    ) -> AdaptiveCardInvokeResponse:
        return AdaptiveCardInvokeResponse(
            status_code=200, type="application/vnd.microsoft.card.adaptive", value=CARD
        )


def application(app_id: str, keys: str) -> web.Application:
    issuer = AuthenticationConstants.AGENTS_SDK_TOKEN_ISSUER
    _entra_issuers.BOTFRAMEWORK_JWKS_URIS[issuer] = keys
    configuration = AgentAuthConfiguration(client_id=app_id)
    connections = ConnectionManager(StaticToken, {"SERVICE_CONNECTION": configuration})
    adapter, agent = CloudAdapter(connection_manager=connections), EchoAgent()

    async def messages(request: web.Request) -> web.StreamResponse:
        return await adapter.process(request, agent)

    app = web.Application(middlewares=[jwt_authorization_middleware])
    app["agent_configuration"] = configuration
    app.router.add_post("/api/messages", messages)
    return app


if __name__ == "__main__":
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--port", type=int, required=True)
    options.add_argument("--app-id", required=True)
    options.add_argument("--microsoft", required=True, help="address of the stand-in")
    chosen = options.parse_args()
    web.run_app(
        application(chosen.app_id, f"{chosen.microsoft}/keys"),
        host="127.0.0.1",
        port=chosen.port,
        print=None,
    )
