"""The stock echo: botbuilder-core's CloudAdapter, as in Microsoft's sample, nothing replaced.

A button is answered with a fixed card. `on_adaptive_card_invoke` is where the SDK means that to
happen, but 4.17.1 serialises what it returns twice and answers 500; hence one step above it.

Only two things are redirected: where the signing keys are, and the outgoing token, which is static
(MSAL, the default, would fetch one on every turn and make the bot several times slower still).
"""

import argparse

from aiohttp import web
from botbuilder.core import ActivityHandler, InvokeResponse, MessageFactory, TurnContext
from botbuilder.integration.aiohttp import CloudAdapter, ConfigurationBotFrameworkAuthentication
from botbuilder.schema import AdaptiveCardInvokeResponse
from botframework.connector.auth import (
    AppCredentials,
    ChannelValidation,
    PasswordServiceClientCredentialFactory,
)

from tests.benchmarks.peers.card import CARD


class StaticToken(AppCredentials):  # type: ignore[misc]  # the SDK has no types
    def get_access_token(self, force_refresh: bool = False) -> str:
        return "a-static-token"


class StaticTokens(PasswordServiceClientCredentialFactory):  # type: ignore[misc]  # no types
    async def create_credentials(
        self, app_id: str, oauth_scope: str, login_endpoint: str, validate_authority: bool
    ) -> StaticToken:
        return StaticToken(app_id, oauth_scope=oauth_scope)


class EchoBot(ActivityHandler):  # type: ignore[misc]  # the SDK has no types
    async def on_message_activity(self, turn_context: TurnContext) -> None:
        await turn_context.send_activity(MessageFactory.text(f"Echo: {turn_context.activity.text}"))

    async def on_invoke_activity(self, turn_context: TurnContext) -> InvokeResponse:
        card = AdaptiveCardInvokeResponse(
            status_code=200, type="application/vnd.microsoft.card.adaptive", value=CARD
        )
        return InvokeResponse(status=200, body=card)


def application(app_id: str, metadata: str) -> web.Application:
    ChannelValidation.open_id_metadata_endpoint = metadata
    adapter = CloudAdapter(
        ConfigurationBotFrameworkAuthentication(
            object(), credentials_factory=StaticTokens(app_id, "a secret of nobody")
        )
    )
    bot = EchoBot()

    async def messages(request: web.Request) -> web.StreamResponse | None:
        response: web.StreamResponse | None = await adapter.process(request, bot)
        return response

    app = web.Application()
    app.router.add_post("/api/messages", messages)  # type: ignore[arg-type]  # as in the sample
    return app


if __name__ == "__main__":
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--port", type=int, required=True)
    options.add_argument("--app-id", required=True)
    options.add_argument("--microsoft", required=True, help="address of the stand-in")
    chosen = options.parse_args()
    web.run_app(
        application(chosen.app_id, f"{chosen.microsoft}/openidconfiguration"),
        host="127.0.0.1",
        port=chosen.port,
        print=None,
    )
