"""What the environment must tell us. Vertti refuses to start half-configured."""

import re
from collections.abc import Iterator
from enum import StrEnum
from ipaddress import ip_address
from typing import Annotated
from urllib.parse import urlsplit
from uuid import UUID

from pydantic import (
    AfterValidator,
    AliasChoices,
    BeforeValidator,
    Field,
    SecretStr,
    ValidationError,
)
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


class LogLevel(StrEnum):
    DEBUG = "DEBUG"
    INFO = "INFO"
    WARNING = "WARNING"
    ERROR = "ERROR"


def _listed(value: object) -> object:
    if isinstance(value, str):
        return [part.strip().lower() for part in value.split(",") if part.strip()]
    return value


def _as_microsoft_writes(value: str) -> str:
    return value.strip().lower()


# Ids are compared letter by letter, and Microsoft sends them in lower case.
Id = Annotated[str, AfterValidator(_as_microsoft_writes)]
Listed = Annotated[frozenset[str], NoDecode, BeforeValidator(_listed)]
Upper = BeforeValidator(lambda value: value.upper() if isinstance(value, str) else value)


def _bot_framework(name: str, default: object = "") -> object:
    """The names that every Bot Framework guide uses."""
    return Field(default=default, validation_alias=AliasChoices(name, name.upper()))


class Settings(BaseSettings):
    model_config = SettingsConfigDict(
        env_prefix="VERTTI_",
        env_ignore_empty=True,  # compose files pass on what is not set as an empty text
        extra="ignore",
        case_sensitive=False,
        populate_by_name=True,
    )

    app_id: Id = _bot_framework("MicrosoftAppId")  # type: ignore[assignment]  # pydantic's Field
    app_password: SecretStr = _bot_framework("MicrosoftAppPassword", SecretStr(""))  # type: ignore[assignment]
    app_type: AppType = _bot_framework("MicrosoftAppType", AppType.SINGLE_TENANT)  # type: ignore[assignment]
    app_tenant_id: Id = _bot_framework("MicrosoftAppTenantId")  # type: ignore[assignment]
    mode: Mode = Mode.PRODUCTION
    database_url: str = Field(default="sqlite:///vertti.db", repr=False)  # may hold a password
    host: str = "127.0.0.1"
    port: int = Field(default=3978, ge=0, le=65535)
    allowed_tenants: Listed = frozenset()  # none given: the bot's own tenant
    service_hosts: Listed = frozenset({TEAMS_HOST})  # exact hosts, with the port if not 443
    file_hosts: Listed = frozenset()  # hosts besides SharePoint that files may come from
    openid_metadata_url: str = METADATA
    token_issuer: str = ISSUER
    token_authority: str = ""  # none given: login.microsoftonline.com and the bot's tenant
    coordinators: Listed = frozenset()  # Entra object ids of those who may set up a forum
    messages_per_second: float = Field(default=48.0, gt=0, le=50)  # Teams: 50 an app and tenant
    log_level: Annotated[LogLevel, Upper] = LogLevel.INFO

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


# By the name that pydantic complains about: the alias where there is one.
_DEFAULTS = {
    field.validation_alias.choices[0]
    if isinstance(field.validation_alias, AliasChoices)
    else name: field.default
    for name, field in Settings.model_fields.items()
}
_DATABASE = re.compile(
    r"sqlite:///(?!:memory:)[^?]+"
    r"|postgresql://([^/@\s]+@)?(\[[0-9a-f:]+\]|[^/@:\s]*)(:[0-9]+)?/[^/?\s]+(\?\S*)?"
)
_HOST = re.compile(r"[a-z0-9.-]+(:[0-9]+)?")


class SettingsError(Exception):
    """One line for each thing that is wrong, all at once."""


def read_settings() -> Settings:
    """The settings from the environment.

    Raises:
        SettingsError: with every problem on a line of its own.
    """
    settings, problems = _read()
    if settings.development:
        given = "database_url" in settings.model_fields_set
        settings = settings.model_copy(
            update={
                "app_id": settings.app_id or DEVELOPMENT_APP,
                "database_url": settings.database_url if given else DEVELOPMENT_DATABASE,
            }
        )
    problems += _problems(settings)
    if problems:
        raise SettingsError("\n".join(problems))
    return settings


def _read() -> tuple[Settings, list[str]]:
    """What can be understood, with defaults for the rest, and a line for each of the rest."""
    try:
        return Settings(), []
    except ValidationError as error:
        # No line says what stood there: it may be a secret in the wrong place.
        wrong = {str(e["loc"][0]): f"{e['msg']}." for e in error.errors()}
        rest = Settings(**{name: _DEFAULTS[name] for name in wrong})
        return rest, [f"{_variable(name)}: {why}" for name, why in wrong.items()]


def _problems(settings: Settings) -> Iterator[str]:
    if settings.development:
        if not _is_loopback(settings.host):
            yield (
                "VERTTI_HOST: development mode checks no tokens and listens on loopback only,"
                f" not on {settings.host}. Use 127.0.0.1."
            )
    else:
        yield from _missing_credentials(settings)
    if not _DATABASE.fullmatch(settings.database_url):
        yield "VERTTI_DATABASE_URL: must be sqlite:///file or postgresql://user@host/name."
    if not settings.service_hosts or not all(map(_HOST.fullmatch, settings.service_hosts)):
        yield "VERTTI_SERVICE_HOSTS: exact host names only, no wildcards or addresses."
    if not all(map(_HOST.fullmatch, settings.file_hosts)):
        yield "VERTTI_FILE_HOSTS: exact host names only, no wildcards or addresses."
    if not all(map(_is_id, settings.allowed_tenants)):
        yield "VERTTI_ALLOWED_TENANTS: ids of Entra tenants only, with commas between."
    if not all(map(_is_id, settings.coordinators)):
        yield "VERTTI_COORDINATORS: Entra object ids only, with commas between."
    for name in ("openid_metadata_url", "token_authority"):
        # Keys and the client secret travel there.
        if not _is_safe(getattr(settings, name)):
            yield f"{_variable(name)}: must begin with https://."


def _missing_credentials(settings: Settings) -> Iterator[str]:
    if not _is_id(settings.app_id):
        yield "MicrosoftAppId: missing or not an id. It stands on the Azure Bot's page."
    if not _is_id(settings.app_tenant_id):
        yield "MicrosoftAppTenantId: missing or not an id. It is the bot's home tenant."
    alone = settings.app_type == AppType.SINGLE_TENANT
    if alone and not settings.app_password.get_secret_value():
        yield "MicrosoftAppPassword: missing. SingleTenant needs a client secret."


def _variable(name: str) -> str:
    return name if name.startswith("Microsoft") else f"VERTTI_{name.upper()}"


def _is_id(text: str) -> bool:
    try:
        return str(UUID(text)) == text
    except ValueError:
        return False


def _is_safe(address: str) -> bool:
    parts = urlsplit(address)
    return not address or parts.scheme == "https" or _is_loopback(parts.hostname or "")


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
