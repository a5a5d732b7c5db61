"""Servers that are measured, each in its own process, and what processors and disks do."""

from __future__ import annotations

import importlib.metadata
import os
import platform
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import httpx

from benchmarks.shape import SCENARIO

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

Started = subprocess.Popen[bytes]


def start_hello(port: int) -> Started:
    """The bare server that everything is compared with."""
    process = subprocess.Popen([sys.executable, "-c", HELLO, str(port)])
    _wait(lambda: httpx.post(f"http://127.0.0.1:{port}/hello", json={}).status_code == 200)
    return process


def start_callboard(port: int, database: str) -> Started:
    """A node on a database."""
    process = subprocess.Popen(
        [
            *(sys.executable, "-m", "callboard", "serve", "--dev", "--port", str(port)),
            *("--database", database),
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
    for _ in range(400):
        try:
            if ready():
                return
        except httpx.HTTPError:
            pass
        time.sleep(0.05)
    raise RuntimeError("the server did not start")


def stop(servers: list[Started]) -> None:
    """End them, and wait for it."""
    for server in servers:
        server.terminate()
    for server in servers:
        server.wait()


def begin_work(port: int) -> tuple[str, str]:
    """The token of an administrator, and the id of the scenario of the shape, now stored."""
    base = f"http://127.0.0.1:{port}"
    accounts = httpx.get(f"{base}/demo-accounts").json()
    token = next(item["token"] for item in accounts if item["id"] == "admin")
    auth = {"Authorization": f"Bearer {token}"}
    answer = httpx.post(f"{base}/scenarios", json=SCENARIO, headers=auth)
    return token, answer.headers["location"].rpartition("/")[2]


def processor_seconds(process: int) -> float:
    """The processor time that a process has taken, with its children, those that ended too."""
    total = 0.0
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            name, _, rest = stat.read_text().rpartition(")")
        except (FileNotFoundError, ProcessLookupError):
            continue
        own, fields = int(name.split()[0]), rest.split()
        if own == process:
            total += sum(map(int, fields[11:15]))
        elif int(fields[1]) == process:
            total += sum(map(int, fields[11:13]))
    return total / os.sysconf("SC_CLK_TCK")


def resident_megabytes(process: int) -> float:
    """Its share of memory (PSS)."""
    for line in Path(f"/proc/{process}/smaps_rollup").read_text().splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) / 1024
    return 0.0


def flush_micros(folder: Path) -> float:
    """What it takes to flush 4 KB to this disk: the median of 50."""
    times = []
    with (folder / "flush").open("wb", buffering=0) as file:
        for _ in range(50):
            file.write(b"x" * 4096)
            begin = time.perf_counter()
            os.fdatasync(file.fileno())
            times.append(time.perf_counter() - begin)
    return statistics.median(times) * 1e6


def versions(*packages: str) -> str:
    """What was measured: the interpreter and some packages."""
    found = [f"Python {platform.python_version()}"]
    return ", ".join(found + [f"{name} {importlib.metadata.version(name)}" for name in packages])
