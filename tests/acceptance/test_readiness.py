"""What a running server says when its database is taken away under it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.acceptance.serving import Server

SCENARIO = {"title": "Go", "states": {"initial": {"on": "go", "goto": "(done)"}}}


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    made = Server(tmp_path / "callboard.db")
    made.start()
    yield made
    made.stop()


def test_it_is_not_ready_when_the_file_is_gone(server: Server) -> None:
    server.database.unlink()
    with httpx.Client(base_url=server.url) as client:
        assert client.get("/healthz").status_code == 200
        for _ in range(3):
            answer = client.get("/readyz")
            assert answer.status_code == 503
            assert answer.headers["content-type"] == "application/problem+json"
            assert int(answer.headers["retry-after"]) >= 1
            assert answer.json()["type"] == "urn:callboard:problem:unavailable"
        assert "callboard_ready 0.0" in client.get("/metrics").text


def test_a_database_that_cannot_be_written_is_unavailable_until_it_can(server: Server) -> None:
    """Another program holds the file for longer than a write waits."""
    with httpx.Client(base_url=server.url, timeout=30) as client:
        holder = sqlite3.connect(server.database, isolation_level=None)
        holder.execute("BEGIN IMMEDIATE")
        answer = client.post("/scenarios", json=SCENARIO)
        assert (answer.status_code, answer.json()["status"]) == (503, 503)
        assert int(answer.headers["retry-after"]) >= 1
        assert client.get("/readyz").status_code == 503
        assert client.get("/healthz").status_code == 200
        assert client.get("/scenarios").status_code == 200
        holder.execute("ROLLBACK")
        holder.close()
        assert client.get("/readyz").status_code == 200
        assert client.post("/scenarios", json=SCENARIO).status_code == 201
