"""`callboard token`."""

from __future__ import annotations

import base64
import json

import pytest

from callboard.auth import DEMO_ACCOUNTS, DemoAccount
from tests.cli.running import callboard


def claims(token: str) -> dict[str, object]:
    """What a token says."""
    body = token.split(".")[1]
    decoded: dict[str, object] = json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
    return decoded


@pytest.mark.parametrize("account", DEMO_ACCOUNTS, ids=lambda account: account.id)
def test_a_token_says_who_it_is_for(account: DemoAccount) -> None:
    result = callboard("token", account.id)
    assert result.exit_code == 0
    assert claims(result.stdout)["id"] == account.id


def test_the_whole_header() -> None:
    assert callboard("token", "alice", "--header").stdout.startswith("Authorization: Bearer ey")


def test_an_unknown_account_is_wrong_usage() -> None:
    result = callboard("token", "mallory")
    assert result.exit_code == 2
    assert "alice" in result.stderr


def test_a_public_key_cannot_sign(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CALLBOARD_AUTH_JWT_PUBLIC_KEY", "-----BEGIN PUBLIC KEY-----")
    result = callboard("token", "alice")
    assert result.exit_code == 3
    assert "public key" in result.stderr
