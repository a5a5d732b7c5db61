"""Secrets and payloads are sent wherever something can be sent; none is in the log."""

from __future__ import annotations

import io
import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

from callboard.telemetry import LogConfig, configure_logs
from tests.server.world import APPROVAL, World, world

SECRET = "s3cr3t-0f-somebody"


@pytest.fixture
def written() -> Iterator[io.StringIO]:
    """All that is logged meanwhile."""
    stream = io.StringIO()
    root = logging.getLogger()
    before, level = root.handlers[:], root.level
    configure_logs(LogConfig(), stream)
    yield stream
    root.handlers[:], root.level = before, level


def send_everywhere(server: World) -> list[str]:
    """Send secrets in every place; the tokens that were used."""
    server.store(APPROVAL.replace("Ask, decide", f"{SECRET} scenario"))
    body = {
        "name": SECRET,
        "description": SECRET,
        "privileges": ["process:read", "process:step"],
        "processes": [{"scenario": "approval", "actors": [SECRET]}],
    }
    key = server.post("/apikey", "admin", json=body).json()["token"]
    path = server.asked()
    server.post(f"{path}/note", "bob", json={SECRET: SECRET})
    server.post(f"{path}/note", "bob", content=f'{{"{SECRET}": '.encode())
    server.post(f"{path}/approve", "alice", json=SECRET, headers={"as-actor": SECRET})
    server.post(f"{path}/note", "bob", json=1, headers={"idempotency-key": SECRET})
    server.post(f"{path}/note", "bob", json=1, headers={"if-match": f'"{SECRET}"'})
    server.start(actors={"manager": {"title": SECRET}}, **{SECRET: SECRET})
    for credential in (f"Bearer {SECRET}", f"Bearer lfl_{SECRET}", f"Basic {SECRET}", SECRET):
        server.get("/scenarios", headers={"authorization": credential})
    server.get("/processes", headers={"authorization": f"Bearer {key}", "cookie": SECRET})
    server.get(f"/processes?{SECRET}={SECRET}", "alice")
    server.post("/scenarios", "admin", content=f"title: !env {SECRET}\n{SECRET}: [".encode())
    return [key, server.token("alice"), server.token("admin")]


def test_no_secret_and_no_payload_is_ever_logged(
    tmp_path: Path, written: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    with world(tmp_path, **{"log.requests": True}) as server:
        tokens = send_everywhere(server)

        async def broken(*_: object) -> None:
            raise RuntimeError(SECRET)

        monkeypatch.setattr(type(server.app.edge.engine.scenarios), "list", broken)
        assert server.get("/scenarios", "alice").status_code == 500
    # The client of this test is in the same process, and logs what it asks.
    lines = written.getvalue().splitlines()
    log = "\n".join(line for line in lines if '"logger":"httpx"' not in line)
    assert log.count('"event":"request"') > 15
    assert "RuntimeError" in log
    assert SECRET not in log
    assert not [token for token in tokens if token in log]
    assert "eyJ" not in log
    assert "lfl_" not in log
