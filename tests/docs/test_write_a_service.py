"""The page on services is acted out: its service runs beside an engine, and every example runs."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from callboard.worker import Amqp, Nats, Polling, Way, Worker
from tests.acceptance.pages import blocks, free_port, read_page
from tests.acceptance.serving import Server

PAGE = read_page("docs/how-to/write-a-service.md")
SERVICE, USING, TRYING, SAYING, *WAYS = [text for text, _ in blocks(PAGE, "python")]
SHOWN = dict(blocks(PAGE, "python"))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where somebody has done what the page says."""
    port = str(free_port())
    (tmp_path / "stock.py").write_text(SERVICE.replace("8090", port))
    (tmp_path / "callboard.toml").write_text(blocks(PAGE, "toml")[0][0].replace("8090", port))
    subprocess.run(["sh", "-c", blocks(PAGE, "sh")[0][0]], cwd=tmp_path, check=True)
    return tmp_path


@contextmanager
def beside(folder: Path, secret: str) -> Iterator[None]:
    """The service."""
    environ = os.environ | {"STOCK_SECRET": secret}
    running = subprocess.Popen([sys.executable, "stock.py"], cwd=folder, env=environ)
    try:
        time.sleep(0.5)
        yield
    finally:
        running.terminate()
        assert running.wait(timeout=20) == 0


def run(text: str, folder: Path) -> str:
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", text],
        cwd=folder,
        check=False,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_service_answers_the_engine(folder: Path) -> None:
    secret = (folder / "secret.txt").read_text().strip()
    settings = {
        "CALLBOARD_CONFIG": str(folder / "callboard.toml"),
        "SERVICE_STOCK_SECRET": secret,
    }
    server = Server(folder / "callboard.db", **settings)
    try:
        with beside(folder, secret):
            server.start()
            printed = run(USING.replace("http://127.0.0.1:8080", server.url), folder)
    finally:
        server.stop()
    assert printed == SHOWN[USING]


def test_the_function_is_tried_without_an_engine(folder: Path) -> None:
    assert run(TRYING, folder) == SHOWN[TRYING]


def test_what_a_function_says_is_carried_back(run) -> None:
    names: dict[str, object] = {"__name__": "page"}
    exec(SAYING, names)
    app = names["worker"].app(secret=None)

    async def told(body: str) -> httpx.Response:
        headers = {"webhook-id": f"m-{body}", "content-type": "text/plain"}
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://worker.test") as client:
            return await client.post("/", content=body, headers=headers)

    assert run(told("Send 2")).text == "sent"
    assert run(told("")).status_code == 422

    async def closed() -> bool:
        return False

    names["is_open"] = closed
    assert run(told("Send 3")).headers["retry-after"] == "600"


def test_the_other_ways_are_those_that_there_are(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ways: list[Way] = []
    monkeypatch.setattr(Worker, "run", lambda _, *given: ways.extend(given))
    monkeypatch.setenv("STOCK_KEY", "lfl_x")
    monkeypatch.setenv("BROKER_URL", "amqp://localhost")
    monkeypatch.syspath_prepend(str(folder))
    for text in WAYS:
        exec(text, {})
    sys.modules.pop("stock")
    assert [type(way) for way in ways] == [Polling, Amqp, Nats]
