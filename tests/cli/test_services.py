"""Services that are wrong, or not there: `callboard serve`, `lint` and `doctor` say it."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

import pytest

from callboard.core.scenario.normalize import normalize
from callboard.core.scenario.text import load
from callboard.ports.records import ScenarioRecord
from callboard.store import open_sqlite
from tests.cli.running import callboard

SECRET = "whsec_" + "c2VjcmV0" * 5
SETTINGS = f"""
[services.stock]
provider = "webhook"
url = "https://stock.example/?key=hidden"
secret = ["{SECRET}"]
headers = {{ Authorization = "Bearer hidden" }}
"""
SCENARIO = """
title: Supply
actions: {reserve: {actor: 'service:stock'}}
states:
  initial: {on: reserve, by: 'service:stok', goto: reserved}
  reserved: {notify: carrier, on: ship, by: 'service:carrier', goto: (shipped)}
"""


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    Path("callboard.toml").write_text(SETTINGS)
    Path("supply.yaml").write_text(SCENARIO)
    return tmp_path


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('"webhook"', '"webhok"', 'Unknown provider "webhok". Did you mean "webhook"?'),
        ('provider = "webhook"\n', "", "provider is missing"),
        ("url =", "ulr =", 'Unknown setting of webhook "ulr". Did you mean "url"?'),
        ('url = "https://stock.example/?key=hidden"\n', "", "services.stock: url is missing"),
        ("https", "ftp", "url is to be an http or https address"),
        ("whsec_", "hidden", "secret is to be whsec_"),
    ],
)
def test_the_server_does_not_start_and_says_why_without_secrets(
    folder: Path, old: str, new: str, said: str
) -> None:
    Path("callboard.toml").write_text(SETTINGS.replace(old, new))
    result = callboard("serve", "--dev", "--port", "0", "--config", "callboard.toml")
    assert result.exit_code == 3
    assert said in result.stderr
    assert "hidden" not in result.output
    assert SECRET not in result.output
    assert not (folder / "callboard.db").exists()


def test_a_library_that_is_missing_is_said_with_its_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in sys.modules if name.startswith("callboard.transports.nats")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "nats", None)
    text = '[services.stock]\nprovider = "nats"\nservers = ["nats://x:4222"]\npassword = "hidden"\n'
    Path("callboard.toml").write_text(text)
    result = callboard("serve", "--dev", "--port", "0", "--config", "callboard.toml")
    assert result.exit_code == 3
    assert 'pip install "callboard[nats]"' in result.stderr
    assert "hidden" not in result.output


def test_lint_knows_the_services_of_a_file_and_the_environment(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    arguments = ["lint", "--select", "unknown-service", "supply.yaml"]
    assert callboard(*arguments).exit_code == 0
    result = callboard(*arguments, "--config", "callboard.toml")
    assert result.exit_code == 1
    assert "No service 'stok' is configured. Did you mean 'stock'?" in result.stdout
    assert "No service 'carrier' is configured. The services are 'stock'." in result.stdout
    assert "hidden" not in result.output
    monkeypatch.setenv("SERVICE_CARRIER_PROVIDER", "webhook")
    monkeypatch.setenv("CALLBOARD_SERVICES", '{"stok": {"provider": "pigeon"}}')
    assert callboard(*arguments, "--config", "callboard.toml").exit_code == 0


def test_lint_with_a_file_that_is_not_there_is_a_failure() -> None:
    assert callboard("lint", "supply.yaml", "--config", "no.toml").exit_code == 3


def test_the_doctor_names_what_scenarios_miss(folder: Path) -> None:
    async def put() -> None:
        store = open_sqlite(folder / "callboard.db")
        document = normalize(load(SCENARIO))
        identity, at = "0b8f3c52-6f4e-4c0e-9a44-7a1d1a3f2f10", "2026-01-01T00:00:00.000Z"
        await store.put_scenario(
            ScenarioRecord(identity, document, SCENARIO, "application/yaml", at)
        )
        await store.close()

    asyncio.run(put())
    result = callboard("doctor", "--config", "callboard.toml", "--dev")
    assert "carrier is not configured, but scenarios name it: Supply." in result.stdout
    assert result.exit_code == 0
    assert "hidden" not in result.output
    assert SECRET not in result.output
