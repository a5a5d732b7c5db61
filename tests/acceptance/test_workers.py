"""`callboard serve --workers`: several engines on one port, each watched and started again."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest

from tests.acceptance.serving import Server
from tests.store.adapters import PostgresAdapter

WORKERS = 2


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("workers")
    adapter = PostgresAdapter(folder)
    adapter.change(f"CREATE SCHEMA {adapter.schema}")
    options = ("--dev", "--workers", str(WORKERS))
    made = Server(folder / "callboard.db", url=adapter.url, options=options)
    made.start()
    yield made
    made.kill()
    adapter.remove()


@pytest.fixture(scope="module")
def client(server: Server) -> Iterator[httpx.Client]:
    """One that makes a connection for each request."""
    with httpx.Client(
        base_url=server.url,
        headers={"Authorization": f"Bearer {server.tokens()['admin']}"},
        limits=httpx.Limits(max_keepalive_connections=0),
        timeout=20,
    ) as made:
        yield made


def until(what: Callable[[], bool], seconds: float = 20) -> None:
    end = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < end, "it did not come to be in time"
        time.sleep(0.05)


def are_up(client: httpx.Client) -> bool:
    text = client.get("/metrics").text
    return len(re.findall(r"^callboard_worker_up\{.*\} 1\.0$", text, re.MULTILINE)) == WORKERS


def children(server: Server) -> list[int]:
    assert server.process is not None
    pid = server.process.pid
    return [int(n) for n in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def served(client: httpx.Client) -> list[float]:
    """How many requests each worker has answered."""
    found = re.findall(
        r'^callboard_request_seconds_count\{operation="getInfo".*worker="(\d)"\} (\S+)$',
        client.get("/metrics").text,
        re.MULTILINE,
    )
    return [float(count) for _, count in sorted(found)]


def test_all_of_them_answer_and_metrics_tell_of_each(client: httpx.Client) -> None:
    until(lambda: are_up(client))
    for _ in range(60):
        assert client.get("/info").status_code == 200
    counts = served(client)
    assert len(counts) == WORKERS
    assert sum(counts) == 60
    assert min(counts) >= 10  # 30 each; fewer than 10 once in 10,000,000 runs
    text = client.get("/metrics").text
    assert len(re.findall(r"^process_start_time_seconds\{", text, re.MULTILINE)) == WORKERS
    for shared in ("callboard_jobs_pending", "callboard_database_bytes"):
        assert len(re.findall(rf"^{shared} ", text, re.MULTILINE)) == 1


def test_the_banner_is_printed_once(server: Server) -> None:
    assert server.log.read_text().count("stop with Ctrl-C") == 1


def test_one_that_dies_is_started_again_and_nobody_notices(
    server: Server, client: httpx.Client
) -> None:
    until(lambda: are_up(client))
    before = children(server)
    os.kill(before[1], signal.SIGKILL)
    for _ in range(40):
        assert client.get("/healthz").status_code == 200
    until(lambda: are_up(client))
    assert len(children(server)) == WORKERS
    assert before[1] not in children(server)
    assert server.log.read_text().count("a worker died; another takes its place") == 1


def test_all_end_when_the_supervisor_is_told_to(server: Server, client: httpx.Client) -> None:
    until(lambda: are_up(client))
    pids = children(server)
    assert server.process is not None
    server.process.terminate()
    assert server.process.wait(timeout=20) == 0
    assert not any(Path(f"/proc/{pid}").exists() for pid in pids)
    assert server.log.read_text().count('"event":"stopped"') == WORKERS


def test_none_outlives_the_supervisor(server: Server) -> None:
    server.start()
    until(lambda: len(children(server)) == WORKERS)
    pids = children(server)
    server.kill()
    until(lambda: not any(Path(f"/proc/{pid}").exists() for pid in pids))


def start(*options: str, **settings: str) -> subprocess.CompletedProcess[str]:
    plain = {name: value for name, value in os.environ.items() if not name.startswith("CALLBOARD_")}
    command = [
        sys.executable,
        "-m",
        "callboard",
        "serve",
        "--port",
        "0",
        "--workers",
        "3",
        *options,
    ]
    return subprocess.run(
        command, capture_output=True, text=True, timeout=30, check=False, env=plain | settings
    )


def test_a_sqlite_database_has_one_engine(tmp_path: Path) -> None:
    done = start("--dev", "--database", f"sqlite:///{tmp_path}/a.db")
    assert done.returncode == 3
    assert "use PostgreSQL" in done.stderr
    assert not (tmp_path / "a.db").exists()


@pytest.mark.parametrize(
    ("options", "settings", "why"),
    [
        (
            ("--dev", "--database", "postgresql://nobody@127.0.0.1:1/x"),
            {"CALLBOARD_POSTGRES_START_SECONDS": "0"},
            "cannot be opened",
        ),
        (("--database", "postgresql://x/y"), {}, "Nothing says how tokens are checked"),
    ],
)
def test_what_they_cannot_begin_with_is_said_once(
    options: tuple[str, ...], settings: dict[str, str], why: str
) -> None:
    done = start(*options, **settings)
    assert done.returncode == 3
    assert done.stderr.count(why) == 1
    assert "Traceback" not in done.stderr
