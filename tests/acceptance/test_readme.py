"""The README, line by line, against a real server that was started as it says."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.architecture.tree import ROOT

README = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCK = re.compile(r"^```(?P<kind>\w+)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)
BLOCKS = [(match["kind"], match["text"]) for match in BLOCK.finditer(README)]
VARYING = (
    (re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"), "UUID"),
    (re.compile(r"\b[0-9a-f]{64}\b"), "HASH"),
    (re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z"), "TIME"),
)
START_SECONDS = 90


def steady(text: str) -> str:
    """A text without what differs from run to run."""
    for pattern, name in VARYING:
        text = pattern.sub(name, text)
    return text


def expected_after(kind: str) -> list[tuple[str, str]]:
    """The blocks of a kind, each with the output that the README shows below it."""
    following = [*BLOCKS[1:], ("", "")]
    return [
        (text, after if after_kind == "text" else "")
        for (block_kind, text), (after_kind, after) in zip(BLOCKS, following, strict=True)
        if block_kind == kind
    ]


def free_port() -> int:
    """A port that nobody listens on now."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port: int = listening.getsockname()[1]
        return port


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """The port of a server that was started by the README's own command."""
    number = free_port()
    data = tmp_path_factory.mktemp("readme") / "callboard.db"
    clean = {key: value for key, value in os.environ.items() if not key.startswith("MAKE")}
    server = subprocess.Popen(
        ["make", "run", f"PORT={number}", f"DATABASE=sqlite:///{data}"],
        cwd=ROOT,
        env=clean,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        wait_for(f"http://localhost:{number}/readyz", server)
        yield number
    finally:
        if server.poll() is None:
            os.killpg(server.pid, signal.SIGTERM)
        server.wait(timeout=20)


def wait_for(url: str, server: subprocess.Popen[bytes]) -> None:
    """Return when the server is ready."""
    deadline = time.monotonic() + START_SECONDS
    while server.poll() is None:
        try:
            with urllib.request.urlopen(url):
                return
        except (urllib.error.URLError, ConnectionError):
            assert time.monotonic() < deadline, "the server does not answer"
            time.sleep(0.1)
    pytest.fail("the server did not start")


def test_the_quick_start_works_as_printed(port: int, tmp_path: Path) -> None:
    blocks = [block for block in expected_after("sh") if not block[0].startswith("make ")]
    (tmp_path / ".venv").symlink_to(Path(sys.prefix), target_is_directory=True)
    script = "set -eu\n" + "echo '@@@'\n".join(text for text, _ in blocks)
    run = subprocess.run(
        ["bash", "-c", script.replace("localhost:8080", f"localhost:{port}")],
        cwd=tmp_path,
        check=False,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert run.returncode == 0, run.stderr
    for (text, expected), printed in zip(blocks, run.stdout.split("@@@\n"), strict=True):
        assert steady(printed) == steady(expected), text


def test_the_library_works_as_printed() -> None:
    for text, expected in expected_after("python"):
        run = subprocess.run(
            [sys.executable, "-c", text], check=True, capture_output=True, text=True, timeout=60
        )
        assert run.stdout == expected


def test_the_commands_are_those_of_the_makefile() -> None:
    targets = re.findall(r"^([a-z]+):.*## ", (ROOT / "Makefile").read_text(), re.MULTILINE)
    named = re.findall(r"\bmake ([a-z]+)\b", README)
    assert "test" in named
    assert set(named) <= set(targets)
