"""Durable steps over HTTP on SQLite, against raw commits of the same bytes and a bare server.

    python -m benchmarks.http_sqlite [--rounds 3] [--seconds 3]

Servers run in processes of their own, the clients here. Each round measures everything once, in
turn; medians are shown. Chains are verified afterwards, and an error ends the run.
"""

from __future__ import annotations

import argparse
import asyncio
import sqlite3
import tempfile
import time
from pathlib import Path

from benchmarks.load import hello_work, load, step_work, verify_all
from benchmarks.rounds import Rounds
from benchmarks.serving import begin_work, start_callboard, start_hello, stop, versions

HELLO, NODE = 18_081, 18_082
DOCUMENT, EVENT = "d" * 2_000, "e" * 500
RATIOS = [
    ("1 client / raw, 1 a commit", "steps, 1", "raw commits, 1 a commit"),
    ("32 clients / raw, 32 a commit", "steps, 32", "raw commits, 32 a commit"),
    ("32 clients / raw, 1 a commit", "steps, 32", "raw commits, 1 a commit"),
    ("32 clients / hello-world at 32", "steps, 32", "hello-world, 32"),
]


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


def measure(folder: Path, rounds: int, seconds: float) -> Rounds:
    """Everything, so many times in turn."""
    found, ids = Rounds(folder), list[str]()
    token, scenario = begin_work(NODE)
    work, hello = step_work(seconds, scenario, ids), hello_work(seconds)
    for _ in range(rounds):
        found.begin()
        for size in (1, 32):
            found.note(f"raw commits, {size} a commit", raw_commits(folder, size))
        for clients in (1, 32):
            greeted = asyncio.run(load([HELLO], "", clients, hello))
            found.note_load(f"hello-world, {clients}", greeted)
            found.note_load(f"steps, {clients}", asyncio.run(load([NODE], token, clients, work)))
        found.end()
    print(f"{verify_all(NODE, token, ids)} of {len(ids)} chains verified, no errors")
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=3.0)
    options = parser.parse_args()
    print(f"SQLite {sqlite3.sqlite_version}, {versions('starlette', 'uvicorn')}")
    with tempfile.TemporaryDirectory(dir=".") as name:
        folder = Path(name).resolve()
        servers = [start_hello(HELLO), start_callboard(NODE, f"sqlite:///{folder / 'bench.db'}")]
        try:
            measure(folder, options.rounds, options.seconds).report(RATIOS)
        finally:
            stop(servers)


if __name__ == "__main__":
    main()
