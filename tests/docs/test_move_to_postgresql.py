"""`docs/how-to/move-to-postgresql.md`, done: a deployment moves to PostgreSQL and back, running."""

from __future__ import annotations

import shlex
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.acceptance.pages import BLOCK, read_page
from tests.acceptance.serving import Server
from tests.store.adapters import PostgresAdapter

PAGE = read_page("docs/how-to/move-to-postgresql.md")
OLD, NEW = "sqlite:///callboard.db", "postgresql://callboard@db.example.com/callboard"
PLAIN: dict[str, Any] = {
    "title": "Plain",
    "actors": {"employee": {}},
    "actions": {"note": {"response": {}}},
    "states": {"initial": {"transitions": [{"on": "note", "goto": None}]}},
}
TIME_OUT = {"after": 4, "goto": "(late)"}
TRANSITIONS = [*PLAIN["states"]["initial"]["transitions"], TIME_OUT]
TIMED = {**PLAIN, "title": "Timed", "states": {"initial": {"transitions": TRANSITIONS}}}


def commands() -> list[str]:
    """Those of the page, in order."""
    texts = [text for kind, text in BLOCK.findall(PAGE) if kind == "bash"]
    return [line for text in texts for line in text.splitlines() if line.startswith("callboard ")]


def play(command: str, folder: Path, **names: str) -> str:
    """Run one line with other names of databases; what it prints."""
    for name, other in names.items():
        command = command.replace({"old": OLD, "new": NEW}[name], other)
    words = [sys.executable, "-m", *shlex.split(command)]
    done = subprocess.run(words, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, (command, done.stdout, done.stderr)
    return done.stdout


class Deployment:
    """A server, and those who use it."""

    def __init__(self, folder: Path, url: str | None = None) -> None:
        self.server = Server(folder / "callboard.db", url=url)
        self.server.start()
        self.tokens = self.server.tokens()
        self.client = httpx.Client(base_url=self.server.url, timeout=30)

    def ask(self, method: str, path: str, who: str, body: object = None) -> httpx.Response:
        token = self.tokens.get(who, who)
        headers = {"authorization": f"Bearer {token}"}
        options = {} if body is None else {"json": body}
        answer = self.client.request(method, path, headers=headers, **options)
        assert answer.status_code < 500, answer.text
        return answer

    def place(self, path: str, who: str, body: object) -> str:
        return self.ask("POST", path, who, body).headers["location"]

    def stop(self) -> None:
        self.client.close()
        self.server.stop()


@pytest.fixture
def postgres(tmp_path: Path) -> Iterator[PostgresAdapter]:
    adapter = PostgresAdapter(tmp_path)
    adapter.prepare()
    yield adapter
    adapter.remove()


def fill(there: Deployment) -> dict[str, str]:
    """A process that is timed, one that runs, one that was migrated, one that was erased, a key."""
    timed, plain, other = (
        there.place("/scenarios", "admin", document).rpartition("/")[2]
        for document in (TIMED, PLAIN, {**PLAIN, "title": "Plain, better"})
    )
    begun = {"runs": plain, "migrated": plain, "erased": plain, "timed": timed}
    found = {
        name: there.place("/processes", "alice", {"scenario": scenario})
        for name, scenario in begun.items()
    }
    for name in ("runs", "migrated", "erased"):
        assert there.ask("POST", f"{found[name]}/note", "alice", name).status_code == 204
    moved = {"to": other, "dryRun": False, "reason": "better"}
    assert there.ask("POST", f"/admin{found['migrated']}/migrate", "admin", moved).is_success
    there.ask("POST", f"/admin{found['erased']}/erase", "admin", {"reason": "Request 17"})
    key = {"name": "Reports", "privileges": ["scenario:read"]}
    found["key"] = there.ask("POST", "/apikey", "admin", key).json()["token"]
    return found


def seen(there: Deployment, found: dict[str, str]) -> dict[str, bytes]:
    """What users read, byte for byte."""
    names = ("runs", "migrated")
    return {name: there.ask("GET", found[name], "alice").content for name in names}


def assert_all_is_there(there: Deployment, found: dict[str, str]) -> None:
    end = time.monotonic() + 20
    while there.ask("GET", found["timed"], "alice").json()["current"]["key"] != "(late)":
        assert time.monotonic() < end, "the timer did not fire"
        time.sleep(0.1)
    for name in ("runs", "migrated", "timed"):
        assert there.ask("GET", f"{found[name]}/verify", "alice").json()["ok"], name
    assert len(there.ask("GET", f"/admin{found['migrated']}/chains", "admin").json()) > 0
    assert there.ask("GET", found["erased"], "alice").status_code == 404
    assert there.ask("GET", found["erased"], "admin").status_code == 410
    assert there.ask("GET", "/scenarios", found["key"]).status_code == 200


def test_a_deployment_moves_and_goes_on(tmp_path: Path, postgres: PostgresAdapter) -> None:
    here = Deployment(tmp_path)
    found = fill(here)
    before = seen(here, found)
    here.stop()
    names = {"old": OLD, "new": postgres.url}
    outputs = [play(line, tmp_path, **names) for line in commands()]
    assert "reads back byte for byte" in "".join(outputs)
    assert outputs[1].endswith("all is well\n")
    assert outputs[-1].endswith("all is well\n")
    there = Deployment(tmp_path, postgres.url)
    assert seen(there, found) == before
    assert_all_is_there(there, found)
    assert there.ask("POST", f"{found['runs']}/note", "alice", "moved").status_code == 204
    there.stop()
    back = {"old": postgres.url, "new": "sqlite:///back.db"}
    (tmp_path / "callboard.jsonl.gz").rename(tmp_path / "first.jsonl.gz")
    for line in commands()[2:4]:
        play(line, tmp_path, **back)
    again = commands()[2].replace("callboard.jsonl.gz", "again.jsonl.gz").replace(OLD, back["new"])
    play(again, tmp_path)
    exported = (tmp_path / "callboard.jsonl.gz").read_bytes()
    assert (tmp_path / "again.jsonl.gz").read_bytes() == exported
