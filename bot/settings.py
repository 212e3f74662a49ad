"""What the environment must tell us. Vertti refuses to start half-configured."""

from enum import StrEnum
from ipaddress import ip_address
from typing import Annotated

from pydantic import AliasChoices, BeforeValidator, Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

TEAMS_HOST = "smba.trafficmanager.net"
METADATA = "https://login.botframework.com/v1/.well-known/openidconfiguration"
ISSUER = "https://api.botframework.com"
DEVELOPMENT_APP = "00000000-0000-0000-0000-000000000001"
DEVELOPMENT_DATABASE = "sqlite:///build/vertti-development.db"


class Mode(StrEnum):
    PRODUCTION = "production"
    DEVELOPMENT = "development"  # no tokens; loopback only; sample forum


class AppType(StrEnum):
    SINGLE_TENANT = "SingleTenant"
    MANAGED_IDENTITY = "UserAssignedMSI"


def _listed(value: object) -> object:
    if isinstance(value, str):
        return [part.strip() for part in value.split(",") if part.strip()]
    return value


Listed = Annotated[frozenset[str], NoDecode, BeforeValidator(_listed)]


def _bot_framework(name: str, default: object = "") -> object:
    """The names that every Bot Framework guide uses."""
    return Field(default=default, validation_alias=AliasChoices(name, name.upper()))


class Settings(BaseSettings):
    model_config = SettingsConfigDict(
        env_prefix="VERTTI_", extra="ignore", case_sensitive=False, populate_by_name=True
    )

    app_id: str = _bot_framework("MicrosoftAppId")  # type: ignore[assignment]  # pydantic's Field
    app_password: SecretStr = _bot_framework("MicrosoftAppPassword", SecretStr(""))  # type: ignore[assignment]
    app_type: AppType = _bot_framework("MicrosoftAppType", AppType.SINGLE_TENANT)  # type: ignore[assignment]
    app_tenant_id: str = _bot_framework("MicrosoftAppTenantId")  # type: ignore[assignment]
    mode: Mode = Mode.PRODUCTION
    database_url: str = "sqlite:///vertti.db"
    host: str = "127.0.0.1"
    port: int = Field(default=3978, ge=0, le=65535)
    allowed_tenants: Listed = frozenset()  # none given: the bot's own tenant
    service_hosts: Listed = frozenset({TEAMS_HOST})  # exact hosts, with the port if not 443
    openid_metadata_url: str = METADATA
    token_issuer: str = ISSUER
    token_authority: str = ""  # none given: login.microsoftonline.com and the bot's tenant
    coordinators: Listed = frozenset()  # Entra object ids of those who may set up a forum
    messages_per_second: float = Field(default=48.0, gt=0, le=50)  # Teams: 50 an app and tenant
    log_level: str = "INFO"

    @property
    def development(self) -> bool:
        return self.mode == Mode.DEVELOPMENT

    @property
    def tenants(self) -> frozenset[str]:
        return self.allowed_tenants or frozenset({self.app_tenant_id})

    @property
    def authority(self) -> str:
        tenant = self.app_tenant_id
        return (self.token_authority or f"https://login.microsoftonline.com/{tenant}").rstrip("/")


class SettingsError(Exception):
    """One line for each thing that is wrong, all at once."""


def read_settings() -> Settings:
    """The settings from the environment.

    Raises:
        SettingsError: with every problem on a line of its own.
    """
    try:
        settings = Settings()
    except ValidationError as error:
        lines = [
            f"{_variable(str(e['loc'][0]))}: {e['msg'].removeprefix('Value error, ')}"
            for e in error.errors()
        ]
        raise SettingsError("\n".join(lines)) from None
    if settings.development:
        given = "database_url" in settings.model_fields_set
        settings = settings.model_copy(
            update={
                "app_id": settings.app_id or DEVELOPMENT_APP,
                "database_url": settings.database_url if given else DEVELOPMENT_DATABASE,
            }
        )
    if problems := _problems(settings):
        raise SettingsError("\n".join(problems))
    return settings


def _problems(settings: Settings) -> list[str]:
    found = []
    if settings.development:
        if not _is_loopback(settings.host):
            found.append(
                f"VERTTI_HOST: development mode checks no tokens and listens on loopback only,"
                f" not on {settings.host}. Use 127.0.0.1."
            )
    else:
        if not settings.app_id:
            found.append("MicrosoftAppId: missing. It stands on the Azure Bot's page.")
        if not settings.app_tenant_id:
            found.append("MicrosoftAppTenantId: missing. It is the bot's home tenant.")
        if (
            settings.app_type == AppType.SINGLE_TENANT
            and not settings.app_password.get_secret_value()
        ):
            found.append("MicrosoftAppPassword: missing. SingleTenant needs a client secret.")
    if not settings.database_url.startswith(("sqlite:///", "postgresql://")):
        found.append("VERTTI_DATABASE_URL: must begin with sqlite:/// or postgresql://.")
    if any("*" in host or "/" in host for host in settings.service_hosts):
        found.append("VERTTI_SERVICE_HOSTS: exact host names only, no wildcards or addresses.")
    return found


def _variable(name: str) -> str:
    return name if name.startswith("Microsoft") else f"VERTTI_{name.upper()}"


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
