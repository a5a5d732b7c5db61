"""Clients that others generate: from our document, and from the document that we came from."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import pytest

from callboard import load
from tests.acceptance.generating import Generated
from tests.acceptance.pages import read_page
from tests.acceptance.serving import Server

SEED = Path(__file__).parent / "vectors" / "seed-api.json"
LEAVE = read_page("README.md").partition("<<'YAML'\n")[2].partition("YAML\n")[0]


@pytest.fixture
def opened() -> Iterator[ExitStack]:
    with ExitStack() as until:
        yield until


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    made = Server(tmp_path / "callboard.db")
    made.start()
    yield made
    made.stop()


def last(response: Any) -> UUID:
    return UUID(response.headers["location"].rpartition("/")[2])


def test_a_client_of_our_document_runs_the_quick_start(
    server: Server, opened: ExitStack, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    document = tmp_path / "openapi.json"
    document.write_bytes(httpx.get(f"{server.url}/openapi.json").content)
    made = Generated(document, "generated_client", monkeypatch)
    models, tokens = made.module("models"), server.tokens()
    admin, alice, bob = (
        made.opened(server.url, tokens[who], opened) for who in ("admin", "alice", "bob")
    )

    def call(path: str, *args: Any, **options: Any) -> Any:
        return made.module(f"api.{path}").sync_detailed(*args, **options)

    scenario = models.Scenario.from_dict(load(LEAVE))
    assert call("scenarios.store_scenario", client=admin, body=scenario).status_code == 201
    response = {"from": date(2026, 8, 3).isoformat(), "days": 10}
    start = models.StartInstructions.from_dict(
        {"scenario": "leave-request", "action": {"key": "ask", "response": response}}
    )
    started = call("processes.start_process", client=alice, body=start)
    assert started.status_code == 201
    assert started.parsed.current.key == "asked"
    process = last(started)
    refused = call("processes.step_process", process, "approve", client=alice)
    assert (refused.status_code, refused.parsed.errors[0].code) == (400, "actor-not-allowed")
    assert call("processes.step_process", process, "approve", client=bob).status_code == 204
    shown = call("processes.get_process", process, client=alice).parsed
    assert (shown.current.key, shown.is_running) == ("(approved)", False)
    listed = call("processes.list_processes", client=alice).parsed
    assert [item.title for item in listed] == ["Leave request"]
    wanted = models.IssueApiKey.from_dict({"name": "report", "privileges": ["scenario:read"]})
    issued = call("api_keys.issue_api_key", client=admin, body=wanted).parsed
    key = made.opened(server.url, issued.token, opened)
    assert call("scenarios.list_scenarios", client=key).status_code == 200
    assert call("api_keys.revoke_api_key", issued.id, client=admin).status_code == 204
    assert call("scenarios.list_scenarios", client=key).status_code == 401


def test_a_client_of_the_seeds_document_works_too(
    server: Server, opened: ExitStack, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every operation but the list of processes, which no generator can make of that document: it
    writes query parameters as ones of the path.
    """
    made = Generated(Path(shutil.copy(SEED, tmp_path)), "seed_client", monkeypatch)
    models, tokens = made.module("models"), server.tokens()
    anyone = made.opened(server.url, None, opened)
    client = made.opened(server.url, tokens["admin"], opened)
    scenario_model = made.module(
        "models.scenario_controller_store_json_body"
        if (tmp_path / "seed_client/models/scenario_controller_store_json_body.py").exists()
        else "models.scenario_controller_store_body"
    )
    kind = next(v for k, v in vars(scenario_model).items() if k.startswith("ScenarioController"))

    def call(path: str, status: int, *args: Any, **options: Any) -> Any:
        group, _, name = path.partition(".")
        found = made.module(f"api.{group}.{name}").sync_detailed(
            *args, **({"client": client} | options)
        )
        assert found.status_code == status, (path, found.content)
        return found

    def ask(path: str, **options: Any) -> httpx.Response:
        """As the client asks, but unread: that document has every key used and revoked once."""
        asked = made.module(f"api.{path}")._get_kwargs(**options)
        answer: httpx.Response = client.get_httpx_client().request(**asked)
        return answer

    call("default.app_controller_get_info", 200, client=anyone)
    call("default.app_controller_get_demo_accounts", 200, client=anyone)
    stored = call("scenario.scenario_controller_store", 201, body=kind.from_dict(load(LEAVE)))
    scenario = last(stored)
    assert call("scenario.scenario_controller_list", 200).parsed
    call("scenario.scenario_controller_get", 200, scenario)
    start = models.StartInstructions.from_dict({"scenario": str(scenario)})
    started = call("process.process_controller_start", 201, body=start, as_actor="employee")
    process = last(started)
    call("process.process_controller_get", 200, process)
    step = "process.process_controller_step"
    refused = call(step, 400, process, "ask", body="ten days", as_actor="employee")
    assert b"/days" in refused.content or b"object" in refused.content
    wanted = models.IssueApiKeyDto.from_dict(
        {"name": "a", "description": "b", "privileges": ["process:read"], "processes": []}
    )
    issued = ask("api_key.api_key_controller_issue", body=wanted)
    assert issued.status_code == 201
    assert ask("api_key.api_key_controller_list").json()[0]["name"] == "a"
    key = issued.json()["id"]
    call("api_key.api_key_controller_revoke", 204, key)
    call("scenario.scenario_controller_disable", 204, scenario)
