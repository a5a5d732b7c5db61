"""The pages about services: what they show is run from end to end, and their figures are true."""

from __future__ import annotations

import importlib
import json
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml

from callboard.compose.system import MovableClock
from callboard.engine.circuit import FAILURES
from callboard.engine.config import EngineConfig
from callboard.engine.delivery import FACTOR
from callboard.engine.dispatch import CONCURRENCY
from callboard.server.app import ROUTES
from callboard.settings import DROP_IN, SettingsError, load_settings
from callboard.telemetry.metrics import METRICS
from tests.acceptance.pages import BLOCK, free_port, read_page
from tests.acceptance.serving import Server
from tests.cli.running import callboard
from tests.server.staging import Stage, staged
from tests.server.world import world
from tests.transports.receiver import answer

CONNECT = read_page("docs/how-to/connect-a-service.md")
FAILS = read_page("docs/how-to/when-a-service-fails.md")
WRITE = read_page("docs/how-to/write-a-transport.md")
MOVE = read_page("docs/how-to/move-a-deployment.md")
WHY = read_page("docs/explanation/services.md")


def shown(page: str, kind: str) -> list[str]:
    return [match["text"] for match in BLOCK.finditer(page) if match["kind"] == kind]


def until(found: Callable[[], Any], seconds: float = 20) -> Any:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if value := found():
            return value
        time.sleep(0.05)
    raise AssertionError("it did not happen")


@contextmanager
def program(text: str, folder: Path, **environ: str) -> Iterator[None]:
    path = folder / "receiver.py"
    path.write_text(text)
    running = subprocess.Popen([sys.executable, path], env=environ, stderr=subprocess.DEVNULL)
    try:
        yield
    finally:
        running.kill()
        running.wait()


def test_a_service_is_connected_as_the_page_says(tmp_path: Path) -> None:
    make, see = shown(CONNECT, "sh")
    run = subprocess.run(["bash", "-c", make], check=True, capture_output=True, text=True)
    secret, port = run.stdout.strip(), str(free_port())
    (text,), (settings,), (receiver,) = (
        shown(CONNECT, kind) for kind in ("yaml", "toml", "python")
    )
    assert len([line for line in receiver.splitlines() if line.strip()]) <= 20
    (tmp_path / "order.yaml").write_text(text)
    (tmp_path / "callboard.toml").write_text(settings.replace("8090", port))
    config = str(tmp_path / "callboard.toml")
    assert callboard("lint", "--config", config, str(tmp_path / "order.yaml")).exit_code == 0
    server = Server(tmp_path / "db", CALLBOARD_CONFIG=config, SERVICE_STOCK_SECRET=secret)
    with program(receiver.replace("8090", port), tmp_path, SERVICE_STOCK_SECRET=secret):
        server.start()
        try:
            asked = see.replace("localhost:8080", server.url.removeprefix("http://"))
            subprocess.run(["bash", "-euc", asked], cwd=tmp_path, check=True, capture_output=True)
            (process,) = httpx.get(f"{server.url}/processes?all=true").json()
            path = f"{server.url}/processes/{process['id']}"
            until(lambda: httpx.get(path).json()["current"]["key"] == "(reserved)")
            assert httpx.get(path).json()["vars"]["in_stock"] == 3
            address = f"http://127.0.0.1:{port}/"
            forged = {"webhook-id": "1", "webhook-timestamp": "1", "webhook-signature": "v1,x"}
            answer = httpx.post(address, json={"pieces": 1}, headers=forged)
            assert answer.status_code == 401
        finally:
            server.stop()


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The package of the page, as an installer leaves it."""
    (code,), (project, _) = shown(WRITE, "python"), shown(WRITE, "toml")
    (point,) = re.findall(r'^command = "(.+)"$', project, re.MULTILINE)
    site = tmp_path / "site"
    about = site / "callboard_command-1.0.dist-info"
    about.mkdir(parents=True)
    (site / "callboard_command.py").write_text(code)
    (about / "METADATA").write_text(
        "Metadata-Version: 2.1\nName: callboard-command\nVersion: 1.0\n"
    )
    (about / "entry_points.txt").write_text(f"[callboard.transports]\ncommand = {point}\n")
    monkeypatch.syspath_prepend(site)
    importlib.invalidate_caches()
    yield
    sys.modules.pop("callboard_command", None)


GREETING = """
title: Greeting
name: greeting
version: 1.0.0
actors: {one: {role: support}}
states:
  initial: {on: order, goto: greeting}
  greeting:
    notify: {service: greeter, message: hello}
    on: greet
    by: service:greeter
    goto: (greeted)
"""


@pytest.mark.usefixtures("installed")
def test_a_transport_that_others_install_is_used_from_end_to_end(tmp_path: Path) -> None:
    import tomllib

    tables = tomllib.loads(shown(WRITE, "toml")[1])["services"]
    assert "command" in json.loads(callboard("info", "--format", "json").stdout)["providers"]
    with world(tmp_path, services=tables) as server:
        stage = Stage(server, {})
        server.store(GREETING)
        process = stage.order("greeting")
        stage.until_state(process, "(greeted)")
        assert stage.shown(process)["events"][-1]["response"] == "HELLO"
        assert stage.tries(process) == [("greeter", "answered", "greet")]


@pytest.mark.usefixtures("installed")
@pytest.mark.parametrize(
    ("table", "said"),
    [({}, "command is missing"), ({"command": []}, "is to name a program"), ({"x": 1}, "Unknown")],
)
def test_its_settings_are_checked_at_the_start(table: dict[str, Any], said: str) -> None:
    with pytest.raises(SettingsError, match=said):
        load_settings(overrides={"services": {"greeter": {"provider": "command", **table}}})


@pytest.mark.usefixtures("installed")
@pytest.mark.parametrize(
    ("command", "said"),
    [(["false"], "It ended with 1."), (["no-such-program"], "It did not run (FileNotFoundError).")],
)
def test_its_failures_are_retried_and_seen(tmp_path: Path, command: list[str], said: str) -> None:
    tables = {"greeter": {"provider": "command", "command": command}}
    more = {"engine.delivery_seconds": 0.01, "engine.delivery_tries": 2}
    from callboard.compose import SystemClock

    with world(tmp_path, services=tables, clock=SystemClock(), **more) as server:
        stage = Stage(server, {})
        server.store(GREETING)
        process = stage.order("greeting")
        stage.until_given_up(process)
        assert stage.tries(process) == [("greeter", "failed", said)] * 2


def test_a_transport_is_forty_lines() -> None:
    (code,) = shown(WRITE, "python")
    assert len([line for line in code.splitlines() if line.strip()]) <= 40


def test_what_operators_ask_for_is_there() -> None:
    told = re.findall(r"\b(GET|POST) (/admin/[\w/{}-]+)", FAILS)
    known = {(route.method, re.sub(r"\{\w+\}", "", route.path)) for route in ROUTES}
    assert len(told) == 4
    for method, path in told:
        assert (method, re.sub(r"\{\w+\}|[0-9a-f-]{36}", "", path)) in known


def test_the_alerts_are_about_metrics_that_exist() -> None:
    (rules,) = shown(FAILS, "yaml")
    names = {metric.name for metric in METRICS}
    expressions = [
        rule["expr"] for group in yaml.safe_load(rules)["groups"] for rule in group["rules"]
    ]
    used = set(re.findall(r"callboard_\w+", " ".join(expressions)))
    assert len(used) == 4
    assert {re.sub(r"_(bucket|count|total)$", "", name) for name in used} <= names
    labels = {label for metric in METRICS for label in metric.labels}
    assert {"service", "outcome"} <= labels


def test_the_figures_of_retries_are_those_of_the_settings() -> None:
    config = EngineConfig()
    waits = [
        config.delivery_seconds * FACTOR**number for number in range(config.delivery_tries - 1)
    ]
    assert "2 seconds, then after 6, 18, 54, 162, 486 and 1458" in WHY
    assert waits == [2, 6, 18, 54, 162, 486, 1458]
    assert (round(sum(waits) / 60), round(sum(waits) * 1.25 / 60)) == (36, 46)
    assert "36 to 46 minutes" in WHY
    assert (config.delivery_tries, config.delivery_longest) == (8, 3600)
    assert (FAILURES, CONCURRENCY, config.messages_per_minute) == (10, 16, 600)


def test_every_name_that_can_be_moved_is_explained() -> None:
    assert {name for name in DROP_IN if f"`{name}`" not in MOVE} == set()


def test_the_file_of_the_page_and_the_environment_make_a_service(tmp_path: Path) -> None:
    (text,) = shown(MOVE, "toml")
    path = tmp_path / "callboard.toml"
    path.write_text(text)
    environ = {"SERVICE_STOCK_ROOM_URL": "http://stock.example", "CONFIG_PATH": str(path)}
    assert set(load_settings(environ=environ).services) == {"stock-room"}


def test_a_manager_is_reminded_until_somebody_else_decides(tmp_path: Path) -> None:
    (text,) = shown(read_page("docs/how-to/use-brokers-and-mail.md"), "yaml")[-1:]
    ports = {"manager": free_port()}
    with staged(tmp_path, ports, clock=MovableClock()) as stage:
        manager = stage.service("manager", answer())
        stage.world.store(text)
        body = {"scenario": "decide", "action": "ask"}
        process = str(stage.world.post("/processes", "alice", json=body).json()["id"])
        for said in ("waits for you", "still waits for you", "by tomorrow"):
            stage.until(lambda said=said: manager.told and said in manager.told[-1].body.decode())
            assert stage.state(process) == "deciding"
            stage.world.post("/admin/clock", "admin", json={"seconds": 86_400})
        stage.until_state(process, "escalated")
        assert len(manager.told) == 3
