"""Durable steps over HTTP on SQLite, against raw commits of the same bytes and a bare server.

    python -m benchmarks.http_sqlite

Servers run in processes of their own, the clients here. Each round measures everything once, in
turn; medians are shown. Chains are verified afterwards, and a round with an error does not count.
"""

from __future__ import annotations

import asyncio
import json
import os
import re
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

import httpx

from benchmarks.shape import ACTIONS, SCENARIO, response
from callboard import verify

ROUNDS = 3
SECONDS = 3.0
DOCUMENT, EVENT = "d" * 2_000, "e" * 500

HELLO = """
import sys, uvicorn
from starlette.applications import Starlette
from starlette.responses import JSONResponse
from starlette.routing import Route
async def hello(request):
    await request.json()
    return JSONResponse({"hello": "world"})
app = Starlette(routes=[Route("/hello", hello, methods=["POST"])])
uvicorn.run(app, port=int(sys.argv[1]), log_level="error", loop="uvloop", http="httptools")
"""


class Connection:
    """One keep-alive connection that sends one request after the other."""

    def __init__(self, port: int, token: str) -> None:
        self.port, self.token = port, token

    async def open(self) -> None:
        self.reader, self.writer = await asyncio.open_connection("127.0.0.1", self.port)

    async def post(self, path: str, body: bytes) -> tuple[int, bytes]:
        head = (
            f"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
            f"Authorization: Bearer {self.token}\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        self.writer.write(head.encode() + body)
        answer = await self.reader.readuntil(b"\r\n\r\n")
        length = re.search(rb"(?i)content-length: (\d+)", answer)
        content = await self.reader.readexactly(int(length[1])) if length else b""
        return int(answer[9:12]), content


Work = Callable[[Connection, list[float]], Awaitable[int]]


async def load(port: int, token: str, clients: int, work: Work) -> tuple[float, list[float]]:
    """Requests per second of some clients, and how long each took."""
    connections = [Connection(port, token) for _ in range(clients)]
    await asyncio.gather(*(connection.open() for connection in connections))
    times: list[float] = []
    start = time.perf_counter()
    counts = await asyncio.gather(*(work(connection, times) for connection in connections))
    return sum(counts) / (time.perf_counter() - start), times


async def timed(connection: Connection, path: str, body: bytes, times: list[float]) -> bytes:
    start = time.perf_counter()
    status, content = await connection.post(path, body)
    times.append(time.perf_counter() - start)
    if status >= 300:
        raise RuntimeError(f"{path} answered {status}: {content[:200]!r}")
    return content


async def hello_work(connection: Connection, times: list[float]) -> int:
    count, end = 0, time.perf_counter() + SECONDS
    while time.perf_counter() < end:
        await timed(connection, "/hello", b'{"amount":1}', times)
        count += 1
    return count


def step_work(scenario: str, ids: list[str]) -> Work:
    bodies = [json.dumps(response(number)).encode() for number in range(4)]
    start = json.dumps({"scenario": scenario}).encode()

    async def work(connection: Connection, times: list[float]) -> int:
        count, end = 0, time.perf_counter() + SECONDS
        while time.perf_counter() < end:
            _, content = await connection.post("/processes", start)
            process = json.loads(content)["id"]
            ids.append(process)
            for number, (action, actor) in enumerate(ACTIONS):
                del actor
                await timed(connection, f"/processes/{process}/{action}", bodies[number], times)
                count += 1
        return count

    return work


def raw_commits(folder: Path, size: int) -> float:
    """Steps per second of bare SQLite: an event inserted, a document updated, `size` a commit."""
    path = folder / f"raw{time.monotonic_ns()}.db"
    database = sqlite3.connect(path, isolation_level=None)
    database.executescript(
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA wal_autocheckpoint=0;"
        "CREATE TABLE p (id INTEGER PRIMARY KEY, document TEXT);"
        "CREATE TABLE e (p INTEGER, seq INTEGER, event TEXT, PRIMARY KEY (p, seq)) WITHOUT ROWID;"
    )
    database.executemany("INSERT INTO p VALUES (?, ?)", [(i, DOCUMENT) for i in range(1000)])
    count, end = 0, time.perf_counter() + 1.0
    start = time.perf_counter()
    while time.perf_counter() < end:
        database.execute("BEGIN IMMEDIATE")
        for _ in range(size):
            count += 1
            database.execute("INSERT INTO e VALUES (?, ?, ?)", (count % 1000, count, EVENT))
            database.execute("UPDATE p SET document = ? WHERE id = ?", (DOCUMENT, count % 1000))
        database.execute("COMMIT")
    rate = count / (time.perf_counter() - start)
    database.close()
    return rate


def start_hello(port: int) -> subprocess.Popen[bytes]:
    process = subprocess.Popen([sys.executable, "-c", HELLO, str(port)])
    _wait(lambda: httpx.post(f"http://127.0.0.1:{port}/hello", json={}).status_code == 200)
    return process


def start_callboard(port: int, folder: Path) -> subprocess.Popen[bytes]:
    process = subprocess.Popen(
        [
            *(sys.executable, "-m", "callboard", "serve", "--dev", "--port", str(port)),
            *("--database", f"sqlite:///{folder / 'bench.db'}"),
        ],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={
            **os.environ,
            "CALLBOARD_LOG_LEVEL": "error",
            "CALLBOARD_SERVER_REQUESTS_PER_MINUTE": "0",
        },
    )
    _wait(lambda: httpx.get(f"http://127.0.0.1:{port}/readyz").status_code == 200)
    return process


def _wait(ready: Callable[[], bool]) -> None:
    for _ in range(200):
        try:
            if ready():
                return
        except httpx.HTTPError:
            pass
        time.sleep(0.05)
    raise RuntimeError("the server did not start")


def verify_all(port: int, token: str, ids: list[str]) -> int:
    """Check that the work was really done: every chain, and where it got."""
    with httpx.Client(headers={"Authorization": f"Bearer {token}"}) as client:
        sample = ids[:: max(1, len(ids) // 200)]
        for process in sample:
            document = client.get(f"http://127.0.0.1:{port}/processes/{process}").json()
            assert verify(document["events"]).ok
            assert len(document["events"]) == 5
    return len(sample)


def measure(folder: Path, port: int, hello: int) -> dict[str, list[float]]:
    base = f"http://127.0.0.1:{port}"
    token = next(
        item["token"] for item in httpx.get(f"{base}/demo-accounts").json() if item["id"] == "admin"
    )
    auth = {"Authorization": f"Bearer {token}"}
    location = httpx.post(f"{base}/scenarios", json=SCENARIO, headers=auth).headers["location"]
    scenario = location.rpartition("/")[2]
    ids: list[str] = []
    rates: dict[str, list[float]] = {}

    def note(name: str, rate: float, times: list[float] | None = None) -> None:
        rates.setdefault(name, []).append(rate)
        if times:
            rates.setdefault(f"{name}, p99 ms", []).append(
                1000 * sorted(times)[int(len(times) * 0.99)]
            )

    for _ in range(ROUNDS):
        note("raw commits, 1 a commit", raw_commits(folder, 1))
        note("raw commits, 32 a commit", raw_commits(folder, 32))
        for clients in (1, 32):
            note(f"hello-world, {clients}", *asyncio.run(load(hello, "", clients, hello_work)))
            work = step_work(scenario, ids)
            note(f"steps, {clients}", *asyncio.run(load(port, token, clients, work)))
    print(f"{verify_all(port, token, ids)} of {len(ids)} chains verified")
    return rates


def report(rates: dict[str, list[float]]) -> None:
    medians = {name: statistics.median(found) for name, found in rates.items()}
    print(f"{'':34} {'median':>10} {'min':>10} {'max':>10}")
    for name, found in rates.items():
        print(f"{name:34} {medians[name]:10,.1f} {min(found):10,.1f} {max(found):10,.1f}")
    for name, above, below in (
        ("1 client / raw, 1 a commit", "steps, 1", "raw commits, 1 a commit"),
        ("32 clients / raw, 32 a commit", "steps, 32", "raw commits, 32 a commit"),
        ("32 clients / raw, 1 a commit", "steps, 32", "raw commits, 1 a commit"),
        ("32 clients / hello-world at 32", "steps, 32", "hello-world, 32"),
    ):
        print(f"{name:34} {medians[above] / medians[below]:10.2f}")


def main() -> None:
    with tempfile.TemporaryDirectory(dir=".") as name:
        folder = Path(name).resolve()
        servers = [start_hello(18_081), start_callboard(18_082, folder)]
        try:
            report(measure(folder, 18_082, 18_081))
        finally:
            for server in servers:
                server.terminate()
                server.wait()


if __name__ == "__main__":
    main()
