"""Vertti refuses to start half-configured, and says everything that is wrong, at once."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from bot.settings import Settings, SettingsError, read_settings

SECRET = "s3cret-of-nobody"
APP = "6f1c1c0e-0000-4000-8000-00000000b070"
TENANT = "7a3d2b1e-0000-4000-8000-000000007e4a"
GOOD = {
    "MicrosoftAppId": APP,
    "MicrosoftAppPassword": SECRET,
    "MicrosoftAppTenantId": TENANT,
    "VERTTI_DATABASE_URL": "sqlite:///vertti.db",
}


def read(monkeypatch: pytest.MonkeyPatch, **environment: str) -> Settings:
    for name in list(os.environ):
        if name.upper().startswith(("VERTTI_", "MICROSOFTAPP")):
            monkeypatch.delenv(name)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    return read_settings()


def serve(tmp_path: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """`python -m bot serve`, which is expected to stop by itself."""
    clean = {k: v for k, v in os.environ.items() if not k.upper().startswith(("VERTTI_", "MICRO"))}
    return subprocess.run(
        [sys.executable, "-m", "bot", "serve"],
        env={**clean, "PYTHONPATH": str(Path(__file__).parents[2]), **environment},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_everything_that_is_wrong_is_said_at_once_and_no_secret(tmp_path: Path) -> None:
    done = serve(
        tmp_path,
        MicrosoftAppId="vertti",
        MicrosoftAppPassword="",
        MicrosoftAppType="MultiTenant",
        VERTTI_PORT=SECRET,
        VERTTI_LOG_LEVEL=SECRET,
        VERTTI_SERVICE_HOSTS=f"*.trafficmanager.net,{SECRET}",
        VERTTI_DATABASE_URL=f"mysql://vertti:{SECRET}@db/vertti",
        VERTTI_TOKEN_AUTHORITY=f"http://{SECRET}.example",
        VERTTI_ALLOWED_TENANTS="common",
        VERTTI_COORDINATORS="aino@museo.example",
        VERTTI_MESSAGES_PER_SECOND="51",
    )
    assert done.returncode == 1
    first, *lines = done.stderr.splitlines()
    assert first == "Vertti cannot start:"
    assert [line.partition(":")[0] for line in lines] == [
        "MicrosoftAppType",
        "VERTTI_PORT",
        "VERTTI_MESSAGES_PER_SECOND",
        "VERTTI_LOG_LEVEL",
        "MicrosoftAppId",
        "MicrosoftAppTenantId",
        "MicrosoftAppPassword",
        "VERTTI_DATABASE_URL",
        "VERTTI_SERVICE_HOSTS",
        "VERTTI_ALLOWED_TENANTS",
        "VERTTI_COORDINATORS",
        "VERTTI_TOKEN_AUTHORITY",
    ]
    assert SECRET not in done.stderr + done.stdout
    assert list(tmp_path.iterdir()) == []


def test_production_does_not_start_without_credentials(tmp_path: Path) -> None:
    done = serve(tmp_path)
    assert done.returncode == 1
    assert [line.partition(":")[0] for line in done.stderr.splitlines()[1:]] == [
        "MicrosoftAppId",
        "MicrosoftAppTenantId",
        "MicrosoftAppPassword",
    ]


def test_development_does_not_listen_to_others(tmp_path: Path) -> None:
    done = serve(tmp_path, VERTTI_MODE="development", VERTTI_HOST="0.0.0.0")  # noqa: S104  # refused
    assert done.returncode == 1
    [_, line] = done.stderr.splitlines()
    assert line.startswith("VERTTI_HOST: development mode checks no tokens")


def test_a_database_that_cannot_be_opened_is_named_in_one_line(tmp_path: Path) -> None:
    done = serve(tmp_path, **GOOD | {"VERTTI_DATABASE_URL": "sqlite:////nowhere/at/all.db"})
    assert done.returncode == 1
    lines = done.stderr.splitlines()
    assert lines[-1] == "VERTTI_DATABASE_URL: unable to open database file."
    assert "Traceback" not in done.stderr


def test_good_settings_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    found = read(monkeypatch, **GOOD | {"MicrosoftAppId": f" {APP.upper()} "})
    assert (found.app_id, found.tenants) == (APP, {TENANT})
    assert found.service_hosts == {"smba.trafficmanager.net"}
    assert found.authority == f"https://login.microsoftonline.com/{TENANT}"
    assert SECRET not in repr(found) + str(found)


def test_what_is_set_to_nothing_is_not_set(monkeypatch: pytest.MonkeyPatch) -> None:
    """Compose files pass on every variable that they name."""
    empty = dict.fromkeys(
        ("VERTTI_PORT", "VERTTI_MODE", "VERTTI_SERVICE_HOSTS", "MicrosoftAppType"), ""
    )
    found = read(monkeypatch, **GOOD, **empty)
    assert (found.port, found.development) == (3978, False)
    assert found.service_hosts == {"smba.trafficmanager.net"}


def test_a_password_in_the_database_url_is_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    url = f"postgresql://vertti:{SECRET}@db/vertti"
    assert SECRET not in repr(read(monkeypatch, **GOOD | {"VERTTI_DATABASE_URL": url}))


ONE_WRONG = [
    ("MicrosoftAppId", "vertti"),
    ("MicrosoftAppId", ""),
    ("MicrosoftAppTenantId", "common"),
    ("MicrosoftAppPassword", ""),
    ("MicrosoftAppType", "MultiTenant"),
    ("VERTTI_MODE", "prod"),
    ("VERTTI_MODE", "Development!"),
    ("VERTTI_PORT", "70000"),
    ("VERTTI_PORT", "-1"),
    ("VERTTI_LOG_LEVEL", "everything"),
    ("VERTTI_MESSAGES_PER_SECOND", "0"),
    ("VERTTI_DATABASE_URL", "vertti.db"),
    ("VERTTI_DATABASE_URL", "sqlite://"),
    ("VERTTI_DATABASE_URL", "sqlite:///"),
    ("VERTTI_DATABASE_URL", "sqlite:///:memory:"),
    ("VERTTI_DATABASE_URL", "postgres://db/vertti"),
    ("VERTTI_DATABASE_URL", "postgresql://db"),
    ("VERTTI_DATABASE_URL", "postgresql://db:port/vertti"),
    ("VERTTI_DATABASE_URL", "postgresql+asyncpg://db/vertti"),
    ("VERTTI_SERVICE_HOSTS", "*"),
    ("VERTTI_SERVICE_HOSTS", "*.trafficmanager.net"),
    ("VERTTI_SERVICE_HOSTS", "https://smba.trafficmanager.net/"),
    ("VERTTI_SERVICE_HOSTS", "smba.trafficmanager.net, evil@example"),
    ("VERTTI_SERVICE_HOSTS", ","),
    ("VERTTI_ALLOWED_TENANTS", "*"),
    ("VERTTI_ALLOWED_TENANTS", f"{TENANT},common"),
    ("VERTTI_COORDINATORS", "aino@museo.example"),
    ("VERTTI_OPENID_METADATA_URL", "http://login.botframework.com/keys"),
    ("VERTTI_OPENID_METADATA_URL", "file:///etc/passwd"),
    ("VERTTI_TOKEN_AUTHORITY", "http://login.microsoftonline.com/x"),
    ("VERTTI_TOKEN_AUTHORITY", "login.microsoftonline.com"),
]


@pytest.mark.parametrize(("name", "value"), ONE_WRONG)
def test_one_thing_is_wrong(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    with pytest.raises(SettingsError) as error:
        read(monkeypatch, **GOOD | {name: value})
    [line] = str(error.value).splitlines()
    assert line.startswith(f"{name}: ")


FINE = [
    ("VERTTI_DATABASE_URL", "sqlite:////var/lib/vertti/vertti.db"),
    ("VERTTI_DATABASE_URL", "postgresql://vertti@db/vertti"),
    ("VERTTI_DATABASE_URL", "postgresql://vertti:p%40ss@db.example:5432/vertti?sslmode=require"),
    ("VERTTI_DATABASE_URL", "postgresql://vertti@[::1]:5432/vertti"),
    ("VERTTI_DATABASE_URL", "postgresql:///vertti?host=/var/run/postgresql"),
    ("VERTTI_SERVICE_HOSTS", "SMBA.trafficmanager.net, 127.0.0.1:8080"),
    ("VERTTI_ALLOWED_TENANTS", f"{TENANT.upper()}, {APP}"),
    ("VERTTI_LOG_LEVEL", "debug"),
    ("VERTTI_TOKEN_AUTHORITY", "https://login.microsoftonline.us/x/"),
    ("VERTTI_OPENID_METADATA_URL", "http://127.0.0.1:1/openid"),
]


@pytest.mark.parametrize(("name", "value"), FINE)
def test_one_thing_is_special_and_fine(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    read(monkeypatch, **GOOD | {name: value})


def test_a_managed_identity_has_no_password(monkeypatch: pytest.MonkeyPatch) -> None:
    identity = {"MicrosoftAppType": "UserAssignedMSI", "MicrosoftAppPassword": ""}
    assert read(monkeypatch, **GOOD | identity).app_type == "UserAssignedMSI"


@pytest.mark.parametrize("host", ["127.0.0.1", "127.9.9.9", "::1", "localhost"])
def test_development_listens_on_loopback_and_needs_no_credentials(
    monkeypatch: pytest.MonkeyPatch, host: str
) -> None:
    assert read(monkeypatch, VERTTI_MODE="development", VERTTI_HOST=host).development


OTHER_HOSTS = ["0.0.0.0", "::", "192.168.1.5", "vertti.example", "127.0.0.1.nip"]  # noqa: S104


@pytest.mark.parametrize("host", OTHER_HOSTS)
def test_development_listens_nowhere_else(monkeypatch: pytest.MonkeyPatch, host: str) -> None:
    with pytest.raises(SettingsError, match="VERTTI_HOST"):
        read(monkeypatch, VERTTI_MODE="development", VERTTI_HOST=host)
