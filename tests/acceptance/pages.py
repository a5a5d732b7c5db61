"""Pages whose commands are run, and whose printed output is compared.

A block of `sh` or `python` is run; a block of `text` right after it is what it prints, but for ids,
hashes and times, which differ from run to run.
"""

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
from contextlib import contextmanager
from pathlib import Path
from typing import TypeAlias

from tests.architecture.tree import ROOT

BLOCK = re.compile(r"^```(?P<kind>\w+)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)
VARYING = (
    (re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"), "UUID"),
    (re.compile(r"\b[0-9a-f]{64}\b"), "HASH"),
    (re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z"), "TIME"),
)
START_SECONDS = 90
BETWEEN = "@@@\n"

Block: TypeAlias = tuple[str, str]
"""What is run, and what it prints."""


def read_page(path: str) -> str:
    """The text of a page."""
    return (ROOT / path).read_text(encoding="utf-8")


def blocks(page: str, kind: str) -> list[Block]:
    """The blocks of a kind that are run, each with the output that the page shows below it."""
    found = [(match["kind"], match["text"]) for match in BLOCK.finditer(page)]
    following = [*found[1:], ("", "")]
    return [
        (text, after if after_kind == "text" else "")
        for (block_kind, text), (after_kind, after) in zip(found, following, strict=True)
        if block_kind == kind and not text.startswith("make ")
    ]


def steady(text: str) -> str:
    """A text without what differs from run to run."""
    for pattern, name in VARYING:
        text = pattern.sub(name, text)
    return text


def run_shell(page: str, port: int, folder: Path) -> list[str]:
    """What each of the page's shell blocks prints, all run in one shell against one server."""
    (folder / ".venv").symlink_to(Path(sys.prefix), target_is_directory=True)
    script = "set -eu\n" + f"echo '{BETWEEN.strip()}'\n".join(
        text for text, _ in blocks(page, "sh")
    )
    run = subprocess.run(
        ["bash", "-c", script.replace("localhost:8080", f"localhost:{port}")],
        cwd=folder,
        env=os.environ | {"COLUMNS": "80"},
        check=False,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert run.returncode == 0, run.stderr
    return run.stdout.split(BETWEEN)


def free_port() -> int:
    """A port that nobody listens on now."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port: int = listening.getsockname()[1]
        return port


@contextmanager
def serving(database: Path) -> Iterator[int]:
    """A server that was started as the README says, on a port of its own."""
    port = free_port()
    clean = {key: value for key, value in os.environ.items() if not key.startswith("MAKE")}
    server = subprocess.Popen(
        ["make", "run", f"PORT={port}", f"DATABASE=sqlite:///{database}"],
        cwd=ROOT,
        env=clean,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        _wait_for(f"http://localhost:{port}/readyz", server)
        yield port
    finally:
        if server.poll() is None:
            os.killpg(server.pid, signal.SIGTERM)
        server.wait(timeout=20)


def _wait_for(url: str, server: subprocess.Popen[bytes]) -> None:
    """Return when the server is ready."""
    deadline = time.monotonic() + START_SECONDS
    while server.poll() is None:
        try:
            with urllib.request.urlopen(url):
                return
        except (urllib.error.URLError, ConnectionError):
            assert time.monotonic() < deadline, "the server does not answer"
            time.sleep(0.1)
    raise AssertionError("the server did not start")
