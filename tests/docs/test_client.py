"""The pages on the Python client are run against a server, and the script beside them."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.acceptance.pages import BETWEEN, blocks, read_page, steady
from tests.acceptance.serving import Server
from tests.architecture.tree import ROOT

PAGE = read_page("docs/how-to/use-the-python-client.md")
HERE = "http://127.0.0.1:8080"
SCRIPT = ROOT / "docs" / "scripts" / "purchase_order.py"


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    running = Server(tmp_path / "callboard.db")
    running.start()
    try:
        yield running
    finally:
        running.stop()


def run(*arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, "-W", "error", *arguments],
        env=os.environ | {"PYTHONUNBUFFERED": "1"},
        check=False,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_the_page_prints_what_it_shows(server: Server) -> None:
    examples = blocks(PAGE, "python")
    program = f"print({BETWEEN!r}, end='')\n".join(text for text, _ in examples)
    outputs = run("-c", program.replace(HERE, server.url)).split(BETWEEN)
    for (text, expected), printed in zip(examples, outputs, strict=True):
        assert steady(printed) == steady(expected), text


def test_two_people_and_a_service_act_out_a_purchase_order(server: Server) -> None:
    assert run(str(SCRIPT), server.url).splitlines() == [
        "Flour from Mill & Co",
        "requester: request",
        "buyer: order",
        "service:ordering: confirm",
        "requester: receive",
        "requester: receive",
        "buyer: close",
        "{'reference': 'A-17', 'total': 56, 'received': 6}",
    ]


def test_the_script_is_typed() -> None:
    run("-m", "mypy", "--strict", "--no-error-summary", str(SCRIPT))
