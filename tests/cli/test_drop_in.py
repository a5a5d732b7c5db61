"""A deployment of another engine: only the names that it had in its environment."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest

from tests.acceptance.pages import free_port
from tests.server.world import APPROVAL

KEY = "a secret that is long enough for HS256"


class Moved:
    """The server, and the folder of its scenarios."""

    def __init__(self, url: str, folder: Path, token: str) -> None:
        self.url = url
        self.folder = folder
        self.headers = {"authorization": f"Bearer {token}"}

    def titles(self) -> list[str]:
        found = httpx.get(f"{self.url}/scenarios", headers=self.headers).json()
        return [item["title"] for item in found]

    def until(self, holds: Callable[[], object]) -> None:
        end = time.monotonic() + 20
        while not holds():
            assert time.monotonic() < end, self.titles()
            time.sleep(0.1)


def signed() -> str:
    from joserfc import jwt
    from joserfc.jwk import OctKey

    claims = {"sub": "zoe", "iss": "them", "groups": ["admin"], "exp": time.time() + 600}
    return jwt.encode({"alg": "HS256"}, claims, OctKey.import_key(KEY))


@pytest.fixture
def moved(tmp_path: Path) -> Iterator[Moved]:
    for name in ("scenarios", "schemas"):
        (tmp_path / name).mkdir()
    (tmp_path / "schemas" / "order.yaml").write_text("properties: {total: number}")
    (tmp_path / "scenarios" / "approval.yaml").write_text(APPROVAL)
    (tmp_path / "callboard.toml").write_text('[server]\nname = "moved"\n')
    port = free_port()
    environ = {
        "PORT": str(port),
        "LOG_LEVEL": "warn",
        "CONFIG_PATH": "callboard.toml",
        "SCENARIO_STORAGE": "fs",
        "SCENARIO_PATH": "scenarios",
        "SCENARIO_READONLY": "true",
        "SCENARIO_ADDITIONAL_SUMMERY_FIELDS": "owner,cost",
        "PROCESS_ADDITIONAL_SUMMERY_FIELDS": "vars",
        "SCHEMA_PATH": "schemas",
        "SCHEMA_FETCH_ENABLED": "true",
        "JWT_ISSUER": "them",
        "JWT_SECRET": KEY,
        "JWT_TRANSFORM": "{id: sub, roles: groups}",
        "DEMO_ACCOUNTS": "false",
        "DEFAULT_ACCOUNT": "admin",
        "SERVICE_STOCK_PROVIDER": "webhook",
        "SERVICE_STOCK_URL": "http://127.0.0.1:9/",
        "SERVICE_STOCK_ANSWER_BYTES": "1000",
    }
    plain = {name: text for name, text in os.environ.items() if "CALLBOARD_" not in name}
    command = [sys.executable, "-m", "callboard", "serve"]
    with (tmp_path / "log").open("wb") as log:
        running = subprocess.Popen(
            command, cwd=tmp_path, env=plain | environ, stderr=log, stdout=log
        )
        try:
            yield started(f"http://127.0.0.1:{port}", tmp_path, running)
        finally:
            running.terminate()
            running.wait(timeout=20)


def started(url: str, folder: Path, running: subprocess.Popen[bytes]) -> Moved:
    for _ in range(300):
        try:
            if httpx.get(f"{url}/readyz").status_code == 200:
                return Moved(url, folder / "scenarios", signed())
        except httpx.HTTPError:
            assert running.poll() is None, (folder / "log").read_text()
        time.sleep(0.1)
    raise AssertionError((folder / "log").read_text())


def test_all_of_it_is_understood(moved: Moved) -> None:
    info = httpx.get(f"{moved.url}/info").json()
    assert (info["name"], info["env"]) == ("moved", "production")
    assert "schema:order" in info["schemas"]
    assert httpx.get(f"{moved.url}/demo-accounts").status_code == 403
    assert httpx.get(f"{moved.url}/scenarios").status_code == 401
    (listed,) = httpx.get(f"{moved.url}/scenarios", headers=moved.headers).json()
    assert {"owner", "cost"} <= set(listed)
    body = {"content-type": "application/yaml", **moved.headers}
    refused = httpx.post(f"{moved.url}/scenarios", content=APPROVAL, headers=body)
    assert refused.status_code == 403

    started = httpx.post(
        f"{moved.url}/processes", json={"scenario": "approval"}, headers=moved.headers
    )
    assert started.status_code == 201
    listed = httpx.get(f"{moved.url}/processes?all=true", headers=moved.headers).json()[0]
    assert listed["vars"] == {"amount": 0}


def test_the_folder_is_picked_up_while_it_runs(moved: Moved) -> None:
    assert moved.titles() == ["Approval"]
    other = json.dumps({"title": "Other", "states": {"initial": {"on": "go", "goto": "(done)"}}})
    (moved.folder / "other.json").write_text(other)
    moved.until(lambda: moved.titles() == ["Approval", "Other"])
    (moved.folder / "approval.yaml").rename(moved.folder / "approval.disabled.yaml")
    moved.until(lambda: moved.titles() == ["Other"])
    (moved.folder / "other.json").write_text(other.replace("Other", "Newer"))
    moved.until(lambda: moved.titles() == ["Newer"])
    (moved.folder / "approval.disabled.yaml").rename(moved.folder / "approval.yaml")
    (moved.folder / "other.json").unlink()
    moved.until(lambda: moved.titles() == ["Approval"])
