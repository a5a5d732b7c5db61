"""What timers cost while they wait, and how late they are when they are due, on SQLite.

    python -m benchmarks.timers [--waiting 100000] [--burst 1000] [--folder .]

The server is `callboard serve` in a process of its own, over a file with so many processes that
wait in a state with a time-out: rows that the engine itself wrote once, copied under new ids and
times. Its processor time and its start are compared with those over an empty file. Then some are
due at once, and others one by one, while all the rest wait. A time-out is late from the moment at
which it is due until this program sees its event in the file; it looks every few milliseconds.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any, Final
from uuid import UUID

from benchmarks.still import AT, RandomIds, StillClock, text
from callboard.engine import Engine
from callboard.engine.commands import StartCommand
from callboard.ports.caller import Caller, User
from callboard.store import open_sqlite
from tests.acceptance.serving import Server

AFTER: Final = timedelta(hours=1)
ROOT: Final = Caller(frozenset({"*"}), User("root"))
SCENARIO: Final = """
title: Waiting
name: waiting
version: 1.0.0
actors: {one: {role: support}}
actions: {go: {actor: one}}
states:
  initial:
    transitions:
      - {on: go, goto: (gone)}
      - {after: 1 hour, goto: (late)}
"""
COPIED: Final = {
    "processes": 0,
    "events": 1,
    "participants": 2,
    "tasks": 0,
    "jobs": 2,
    "changes": 1,
}
"""The tables of a process, and where its row is in theirs."""
NUMBERED: Final = {"events", "jobs", "changes"}
"""Tables whose own row numbers are given anew."""
IDLE_SECONDS: Final = 20.0
LIGHT: Final = 200
"""So many one by one, ten in a second."""
STARTS: Final = 3
LOOKING: Final = 0.005


async def write_template(path: Path) -> str:
    """One process that waits, as the engine writes it; its id."""
    store = open_sqlite(path)
    engine = Engine(store, StillClock(), RandomIds())
    await engine.scenarios.store(ROOT, SCENARIO, "application/yaml")
    view = await engine.processes.start(ROOT, StartCommand("waiting"))
    await store.close()
    return str(view.document["id"])


@dataclass(frozen=True)
class Template:
    """A process and its rows, by table."""

    id: str
    rows: dict[str, list[tuple[Any, ...]]]


def read_template(path: Path, identity: str) -> Template:
    with closing(sqlite3.connect(path)) as connection:
        rows = {
            table: connection.execute(
                f"SELECT * FROM {table} WHERE {'row' if table == 'processes' else 'process'} = 1"
            ).fetchall()
            for table in COPIED
        }
    return Template(identity, rows)


def fill(
    path: Path, template: Template, total: int, due: Callable[[int], datetime], first: int = 2
) -> None:
    """Add so many processes, each of which has a time-out that is due then."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA synchronous = OFF")
        numbers = iter(range(total))
        while batch := list(islice(numbers, 5_000)):
            connection.execute("BEGIN")
            for table, found in template.rows.items():
                copies = [
                    copied(table, row, template.id, first + number, due(number))
                    for number in batch
                    for row in found
                ]
                marks = ", ".join("?" * len(copies[0]))
                connection.executemany(f"INSERT INTO {table} VALUES ({marks})", copies)
            connection.execute("COMMIT")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def copied(
    table: str, row: tuple[Any, ...], template: str, number: int, due: datetime
) -> list[Any]:
    """A row of the template as the copy of this number has it."""
    own = {template: str(UUID(int=number + 2**64)), text(AT): text(due - AFTER)}
    own[text(AT + AFTER)] = text(due)
    values: list[Any] = list(row)
    for at, value in enumerate(values):
        if isinstance(value, str):
            for old, new in own.items():
                value = value.replace(old, new)
            values[at] = value
    values[COPIED[table]] = number
    if table in NUMBERED:
        values[0] = None
    if table == "jobs":
        values[1] = str(UUID(int=number + 2**65))
    return values


@contextmanager
def running(path: Path) -> Iterator[Server]:
    server = Server(path, CALLBOARD_SCENARIOS_EXAMPLES="false")
    server.start()
    try:
        yield server
    finally:
        server.stop()


def processor_seconds(server: Server) -> float:
    """The processor time that a server has taken."""
    assert server.process is not None
    fields = Path(f"/proc/{server.process.pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def start_seconds(paths: list[Path]) -> list[tuple[float, float]]:
    """How long it takes until a server answers, for each file, and how much of a processor's time;
    medians, taken in turn.
    """
    times: list[list[tuple[float, float]]] = [[] for _ in paths]
    for _ in range(STARTS):
        for at, path in enumerate(paths):
            begun = time.perf_counter()
            with running(path) as server:
                times[at].append((time.perf_counter() - begun, processor_seconds(server)))
    return [
        (statistics.median([took for took, _ in one]), statistics.median([cost for _, cost in one]))
        for one in times
    ]


def idle(path: Path) -> float:
    """The part of a core that a server takes while nothing happens."""
    with running(path) as server:
        time.sleep(2)
        before = processor_seconds(server)
        time.sleep(IDLE_SECONDS)
        return (processor_seconds(server) - before) / IDLE_SECONDS


def lateness(
    path: Path, template: Template, total: int, due: Callable[[int], datetime], first: int
) -> list[float]:
    """How late so many time-outs were that were added now, in seconds, in order."""
    fill(path, template, total, due, first)
    dues = {first + number: due(number).timestamp() for number in range(total)}
    late: list[float] = []
    query = "SELECT seq, process FROM changes WHERE seq > ? AND kind = 'ended' ORDER BY seq"
    with closing(sqlite3.connect(path, timeout=30)) as connection:
        (seen,) = connection.execute("SELECT max(seq) FROM changes").fetchone()
        with running(path):
            while len(late) < total:
                for seq, process in connection.execute(query, (seen,)).fetchall():
                    late.append(time.time() - dues[process])
                    seen = seq
                time.sleep(LOOKING)
    return sorted(late)


def shown(late: list[float]) -> str:
    p99 = late[min(len(late) - 1, len(late) * 99 // 100)]
    return f"p50 {statistics.median(late):6.3f} s   p99 {p99:6.3f} s   longest {late[-1]:6.3f} s"


def report(folder: Path, waiting: int, burst: int) -> None:
    full, empty = folder / "full.db", folder / "empty.db"
    template, _ = [read_template(path, asyncio.run(write_template(path))) for path in (full, empty)]
    far = datetime.now(UTC) + timedelta(days=365)
    fill(full, template, waiting, lambda number: far + timedelta(seconds=number))
    idles = [idle(path) for path in (full, empty)]
    starts = start_seconds([full, empty])
    print(f"{'':34}{waiting:>10,} timers{'none':>12}")
    print(f"{'processor while they wait':34}{idles[0]:>16.2%} {idles[1]:>12.2%}")
    for at, what in enumerate(("start, until it answers", "start, processor time")):
        print(f"{what:34}{starts[0][at]:>15.2f}s{starts[1][at]:>12.2f}s", flush=True)
    first = waiting + 2
    for total, pause, what in (
        (burst, timedelta(), f"{burst:,} due at once, late by"),
        (LIGHT, timedelta(milliseconds=100), "10 due in a second, late by"),
    ):
        soon = datetime.now(UTC) + timedelta(seconds=starts[0][0] + 5)
        late = lateness(full, template, total, lambda at, s=soon, p=pause: s + at * p, first)
        first += total
        print(f"{what:34}{shown(late)}", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--waiting", type=int, default=100_000)
    parser.add_argument("--burst", type=int, default=1_000)
    parser.add_argument("--folder", type=Path, default=Path())
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=options.folder) as name:
        report(Path(name), options.waiting, options.burst)


if __name__ == "__main__":
    main()
