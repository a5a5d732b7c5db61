"""`callboard serve` as a process of its own: it starts, answers, ends quietly, keeps all."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeAlias

import httpx
import pytest

from callboard.server.serve import ListenError, listen
from tests.databases import DATABASES
from tests.server.world import APPROVAL

Process: TypeAlias = "subprocess.Popen[str]"

YAML = {"content-type": "application/yaml"}


@contextmanager
def served(
    folder: Path, *options: str, **environ: str
) -> Iterator[tuple[httpx.Client, subprocess.Popen[str]]]:
    """A running server, and a client of it."""
    command = [sys.executable, "-m", "callboard", "serve", "--port", "0", *options]
    kept = {name: value for name, value in os.environ.items() if name in ("PATH", "PYTHONPATH")}
    if DATABASES.kind != "sqlite":  # Of that kind is the one that nobody names.
        kept["CALLBOARD_DATABASE"] = DATABASES.of(folder).url
    process = subprocess.Popen(
        command, cwd=folder, env=kept | environ, stderr=subprocess.PIPE, text=True
    )
    try:
        first = json.loads(process.stderr.readline())
        with httpx.Client(base_url=first["url"], timeout=20) as client:
            yield client, process
    finally:
        process.kill()
        process.wait()
        process.stderr.close()


def test_it_starts_answers_and_ends_quietly(tmp_path):
    with served(tmp_path, "--dev", "--database", "sqlite:///a.db") as (client, process):
        assert client.get("/info").json()["env"] == "development"
        assert len(client.get("/scenarios").json()) >= 6
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=20) == 0
    assert not (tmp_path / "a.db-wal").exists()


def test_what_was_answered_is_there_after_it_was_killed(tmp_path):
    with served(tmp_path, "--dev") as (client, process):
        client.post("/scenarios", content=APPROVAL, headers=YAML)
        body = {"scenario": "approval"}
        path = client.post("/processes", json=body).headers["location"]
        etag = client.post(f"{path}/note", json=1, headers={"as-actor": "employee"}).headers["etag"]
        process.kill()
        process.wait()
    with served(tmp_path, "--dev") as (client, _):
        assert client.get(path).headers["etag"] == etag


def test_it_takes_its_settings_from_file_and_environment(tmp_path):
    (tmp_path / "c.toml").write_text('dev = true\n[server]\nname = "File"\ndescription = "F"\n')
    environ = {"CALLBOARD_CONFIG": "c.toml", "CALLBOARD_SERVER_NAME": "Environment"}
    with served(tmp_path, **environ) as (client, _):
        info = client.get("/info").json()
        assert (info["name"], info["description"]) == ("Environment", "F")


def run(folder: Path, *options: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "callboard", "serve", *options]
    return subprocess.run(
        command, cwd=folder, capture_output=True, text=True, timeout=30, check=False
    )


@pytest.mark.parametrize(
    ("options", "why"),
    [
        ((), "Nothing says how tokens are checked"),
        (("--dev", "--database", "mysql://x"), "sqlite:///FILE"),
        (("--dev", "--database", "sqlite:///no/folder/x.db"), "folder does not exist"),
        (("--config", "nothing.toml"), "cannot be read"),
    ],
)
def test_what_it_cannot_start_with_is_said_in_a_line(tmp_path, options, why):
    done = run(tmp_path, "--port", "0", *options)
    assert done.returncode == 3
    assert why in done.stderr
    assert "Traceback" not in done.stderr


def test_an_address_in_use_is_said():
    with listen("127.0.0.1", 0) as sock:
        port = sock.getsockname()[1]
        with pytest.raises(ListenError, match=f"port {port}: Address already in use"):
            listen("127.0.0.1", port)


def test_a_host_that_is_none_is_said():
    with pytest.raises(ListenError, match=r"host\.invalid"):
        listen("host.invalid", 0)
