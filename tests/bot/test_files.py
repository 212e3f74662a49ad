"""Where a file may be fetched from; and the address of a guest."""

from typing import Any

import pytest

from bot.roster import address_of, read_member
from bot.settings import Mode, Settings
from bot.teams.files import is_fetched_from
from dialogs.arrival import Account

PRODUCTION = Settings(file_hosts=frozenset({"files.example", "127.0.0.1:5001"}))
DEVELOPMENT = Settings(mode=Mode.DEVELOPMENT)


@pytest.mark.parametrize(
    ("address", "production", "development"),
    [
        ("https://contoso-my.sharepoint.com/personal/x?tempauth=a.b-c_d%2B", True, True),
        ("https://contoso.sharepoint.com:443/x", True, True),
        ("HTTPS://Contoso.SharePoint.com/x", True, True),
        ("https://files.example/x", True, False),
        ("http://127.0.0.1:5001/files/x", True, True),
        ("http://127.0.0.1:3000/files/x", False, True),
        ("http://localhost:3000/files/x", False, True),
        ("http://contoso.sharepoint.com/x", False, False),
        ("https://contoso.sharepoint.com:8443/x", False, False),
        ("https://sharepoint.com/x", False, False),
        ("https://evilsharepoint.com/x", False, False),
        ("https://contoso.sharepoint.com.evil.example/x", False, False),
        ("https://evil.example/x.sharepoint.com", False, False),
        ("https://evil.example/?contoso.sharepoint.com/", False, False),
        ("https://evil.example#.sharepoint.com/x", False, False),
        ("https://user@contoso.sharepoint.com/x", False, False),
        ("https://contoso.sharepoint.com@evil.example/x", False, False),
        ("https://evil.example\\.sharepoint.com/x", False, False),
        ("https://evil.example/\\.sharepoint.com/x", False, False),
        ("https://contoso。sharepoint.com/x", False, False),
        ("https://contoso.sharepoint.com/a b", False, False),
        ("https://contoso.sharepoint.com/a\nHost: evil", False, False),
        ("https://sub.files.example/x", False, False),
        ("http://files.example/x", False, False),
        ("ftp://contoso.sharepoint.com/x", False, False),
        ("//contoso.sharepoint.com/x", False, False),
        ("https://contoso.sharepoint.com", False, False),
        ("", False, False),
    ],
)
def test_files_come_from_sharepoint_or_a_listed_host(
    address: str, production: bool, development: bool
) -> None:
    assert is_fetched_from(address, PRODUCTION) == production
    assert is_fetched_from(address, DEVELOPMENT) == development


@pytest.mark.parametrize(
    ("member", "email"),
    [
        ({"email": "Aino@museo.example", "userPrincipalName": "x"}, "Aino@museo.example"),
        ({"userPrincipalName": "aino@museo.example"}, "aino@museo.example"),
        (
            {"userPrincipalName": "aino_a_museo.example#EXT#@host.onmicrosoft.example"},
            "aino_a@museo.example",
        ),
        ({"userPrincipalName": "odd#EXT#@host.example"}, "odd#EXT#@host.example"),
        ({}, None),
    ],
)
def test_a_guests_address_stands_in_the_account_name(
    member: dict[str, Any], email: str | None
) -> None:
    assert address_of(member) == email


@pytest.mark.parametrize(
    ("member", "account"),
    [
        (
            {"id": "29:a", "aadObjectId": "aad-a", "name": " Aino Aalto ", "email": "a@b.example"},
            Account("aad-a", "29:a", "Aino Aalto", "a@b.example"),
        ),
        (
            {"objectId": "aad-a", "givenName": "Aino", "surname": "Aalto", "userRole": "guest"},
            Account("aad-a", None, "Aino Aalto"),
        ),
        ({"id": "28:bot", "aadObjectId": "aad-bot", "name": "Another bot"}, None),
        ({"id": "29:a", "name": "No Entra id"}, None),
    ],
)
def test_people_of_a_roster(member: dict[str, Any], account: Account | None) -> None:
    assert read_member(member) == account
