"""Scenarios, API keys and the system through the client."""

from __future__ import annotations

import subprocess
import sys

import pytest

from callboard.client import (
    Client,
    ForbiddenError,
    InvalidError,
    UnauthenticatedError,
)
from tests.acceptance.serving import Server
from tests.client.conftest import Clients

SCENARIO = """\
name: greeting
version: 1.0.0
title: Greeting
actions: {greet: {}}
states:
  initial: {on: greet, goto: (done)}
"""


def test_a_scenario_is_stored_read_and_disabled(client: Clients) -> None:
    admin = client("admin")
    scenario_id = admin.scenarios.store(SCENARIO)
    assert admin.scenarios.store(SCENARIO) == scenario_id
    scenario = admin.scenarios.get(scenario_id)
    assert (scenario.title, scenario.disabled, scenario.id) == ("Greeting", False, scenario_id)
    assert admin.scenarios.store(dict(scenario.raw)) == scenario_id
    assert "title: Greeting" in admin.scenarios.text(scenario_id)
    assert scenario_id in {item.id for item in admin.scenarios.list()}
    admin.scenarios.disable(scenario_id)
    assert admin.scenarios.get(scenario_id).disabled


def test_all_that_is_wrong_with_a_scenario_is_told(client: Clients) -> None:
    with pytest.raises(InvalidError) as caught:
        client("admin").scenarios.store("states: {initial: {on: a, goto: nowhere}}")
    assert caught.value.code == "scenario-invalid"
    assert all(reason.message in str(caught.value) for reason in caught.value.errors)


def test_a_key_is_issued_used_and_revoked(client: Clients, server: Server) -> None:
    admin = client("admin")
    key = admin.api_keys.issue("Reporting", ["scenario:read"], days=2)
    assert key.expiration is not None
    assert key.token.startswith("lfl_")
    with Client(server.url, token=key.token) as reporting:
        assert reporting.scenarios.list()
        with pytest.raises(ForbiddenError):
            list(reporting.processes())
        admin.api_keys.revoke(key)
        with pytest.raises(UnauthenticatedError):
            reporting.scenarios.list()
    [shown] = [item for item in admin.api_keys.list() if item.id == key.id]
    assert shown.revoked
    assert shown.token != key.token


def test_what_the_installation_is(client: Clients, tokens: dict[str, str]) -> None:
    callboard = client("alice")
    assert callboard.info().environment == "development"
    assert callboard.ready()
    assert "alice" in {account.id for account in callboard.demo_accounts()}
    assert tokens["alice"] not in repr(callboard)


def test_an_address_has_to_be_one() -> None:
    with pytest.raises(ValueError, match="no address"):
        Client("localhost:8080")


def test_without_httpx_it_says_what_is_missing() -> None:
    code = "import sys; sys.modules['httpx'] = None; import callboard.client"
    run = subprocess.run([sys.executable, "-c", code], check=False, capture_output=True, text=True)
    assert "pip install 'callboard[client]'" in run.stderr
