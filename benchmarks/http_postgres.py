"""Durable steps over HTTP on PostgreSQL, against raw commits of the same bytes and a bare server.

    python -m benchmarks.http_postgres [--rounds 3] [--seconds 3] [--folder .] [--nodes 2]

Two floors, by the driver that the engine uses, on the same server, at 1 and 32 connections: event,
document and change are written by one statement; or by three in a transaction, after a first that
reads the document. Both prepare their values beforehand. Each round measures everything once, in
turn; medians are shown. Beside each rate is the processor time of a step, which a busy machine does
not change much: of the nodes, and of PostgreSQL. Chains are verified afterwards, an error ends the
run.
"""

from __future__ import annotations

import argparse
import asyncio
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, Final, TypeAlias
from uuid import UUID

import asyncpg
import uvloop

from benchmarks.load import Load, Work, hello_work, load, step_work, verify_all
from benchmarks.postgres import Server, execute, running, shown
from benchmarks.rounds import Rounds
from benchmarks.serving import (
    begin_work,
    processor_seconds,
    resident_megabytes,
    start_callboard,
    start_hello,
    stop,
    versions,
)

HELLO, NODE = 18_081, 18_082
AT_ONCE = (1, 32)
ROWS = 1_000
DOCUMENT, EVENT = "d" * 2_000, "e" * 500
RAW_TABLES: Final = """
DROP TABLE IF EXISTS p, e, c;
CREATE TABLE p (id uuid PRIMARY KEY, version integer NOT NULL, document text NOT NULL);
CREATE TABLE e (p uuid, seq integer, event text NOT NULL, PRIMARY KEY (p, seq));
CREATE TABLE c (seq bigint, p uuid, PRIMARY KEY (seq, p));
"""
RAW_ROWS: Final = f"""
INSERT INTO p SELECT ('00000000-0000-0000-0000-' || lpad(n::text, 12, '0'))::uuid, 0, '{DOCUMENT}'
FROM generate_series(1, {ROWS}) AS n
"""
READ: Final = "SELECT version, document FROM p WHERE id = $1"
UPDATE: Final = "UPDATE p SET version = $2, document = $3 WHERE id = $1"
APPEND: Final = "INSERT INTO e (p, seq, event) VALUES ($1, $2, $3)"
CHANGE: Final = "INSERT INTO c (seq, p) VALUES ($2, $1)"
AT_A_TIME: Final = """
WITH written AS (UPDATE p SET version = $2, document = $3 WHERE id = $1 RETURNING id),
appended AS (INSERT INTO e (p, seq, event) SELECT id, $2, $4::text FROM written)
INSERT INTO c (seq, p) SELECT $2::integer, id FROM written
"""

Write: TypeAlias = Callable[[Any, UUID, int], Awaitable[object]]


async def one_statement(connection: Any, process: UUID, seq: int) -> None:
    """A step without reading, as one statement."""
    await connection.execute(AT_A_TIME, process, seq, DOCUMENT, EVENT)


async def four_statements(connection: Any, process: UUID, seq: int) -> None:
    """A step as a transaction of four statements."""
    async with connection.transaction():
        await connection.fetchrow(READ, process)
        await connection.execute(APPEND, process, seq, EVENT)
        await connection.execute(UPDATE, process, seq, DOCUMENT)
        await connection.execute(CHANGE, process, seq)


FLOORS: Final[dict[str, Write]] = {
    "one statement": one_statement,
    "four statements": four_statements,
}


async def raw(url: str, clients: int, write: Write, seconds: float) -> Load:
    """Steps of bare PostgreSQL; no two connections write the same row."""
    await execute(url, RAW_TABLES, RAW_ROWS)
    connections = [await asyncpg.connect(url) for _ in range(clients)]
    times: list[float] = []
    end = time.perf_counter() + seconds

    async def work(at: int, connection: Any) -> int:
        count = 0
        while (begin := time.perf_counter()) < end:
            number = 1 + at + clients * (count % (ROWS // clients))
            await write(connection, UUID(int=int(f"{number:012}", 16)), count)
            times.append(time.perf_counter() - begin)
            count += 1
        return count

    start = time.perf_counter()
    counts = await asyncio.gather(*(work(at, found) for at, found in enumerate(connections)))
    rate = sum(counts) / (time.perf_counter() - start)
    await asyncio.gather(*(connection.close() for connection in connections))
    return Load(rate, times)


class Measure:
    """Everything that is measured, on servers that run."""

    def __init__(self, server: Server, url: str, nodes: dict[int, int]) -> None:
        """`nodes`: their processes by their ports."""
        self.server, self.url, self.nodes = server, url, nodes
        self.token, self.scenario = begin_work(NODE)
        self.ids: list[str] = []

    def round(self, found: Rounds, seconds: float) -> None:
        """Everything once."""
        found.begin()
        for clients in AT_ONCE:
            for name, write in FLOORS.items():
                before = self._postgres()
                result = uvloop.run(raw(self.url, clients, write, seconds))
                found.note_load(f"raw, {name}, {clients}", result)
                each = 1e6 * (self._postgres() - before) / len(result.times)
                found.note(f"raw, {name}, {clients}, PostgreSQL µs each", each)
            hello = load([HELLO], "", clients, hello_work(seconds))
            found.note_load(f"hello-world, {clients}", asyncio.run(hello))
            work = step_work(seconds, self.scenario, self.ids)
            self.steps(found, f"steps, {clients}", [NODE], clients, work)
            if clients > 1 and len(self.nodes) > 1:
                name = f"steps, {clients}, {len(self.nodes)} nodes"
                self.steps(found, name, [*self.nodes], clients, work)
        found.end()

    def steps(self, found: Rounds, name: str, ports: list[int], clients: int, work: Work) -> None:
        """The rate, and what each step takes of the processors; a start counts as a step there."""
        begun, before = len(self.ids), self._processors(ports)
        result = asyncio.run(load(ports, self.token, clients, work))
        found.note_load(name, result)
        written = len(result.times) + len(self.ids) - begun
        for who, now, then in zip(
            ("node", "PostgreSQL"), self._processors(ports), before, strict=True
        ):
            found.note(f"{name}, {who} µs each", 1e6 * (now - then) / written)

    def _processors(self, ports: list[int]) -> tuple[float, float]:
        return sum(processor_seconds(self.nodes[port]) for port in ports), self._postgres()

    def _postgres(self) -> float:
        return processor_seconds(self.server.process) if self.server.process else 0.0


def ratios(nodes: int) -> list[tuple[str, str, str]]:
    found = [
        ("1 client / one statement", "steps, 1", "raw, one statement, 1"),
        ("32 clients / four statements", "steps, 32", "raw, four statements, 32"),
        ("32 clients / one statement", "steps, 32", "raw, one statement, 32"),
        ("p99: 32 clients / one statement", "steps, 32, p99 ms", "raw, one statement, 32, p99 ms"),
        (
            "p99: 32 clients / four statements",
            *("steps, 32, p99 ms", "raw, four statements, 32, p99 ms"),
        ),
    ]
    if nodes > 1:
        found.append((f"32 clients: {nodes} nodes / 1", f"steps, 32, {nodes} nodes", "steps, 32"))
    return found


def report(found: Rounds, nodes: int) -> None:
    """The table, and the p99 of one client, which has two parts."""
    found.report(ratios(nodes))
    medians = found.medians()
    parts = [medians[f"{name}, 1, p99 ms"] for name in ("raw, one statement", "hello-world")]
    ratio = medians["steps, 1, p99 ms"] / sum(parts)
    print(f"{'p99: 1 client / (raw + hello-world)':44} {ratio:10.2f}")


def measure(server: Server, folder: Path, options: argparse.Namespace) -> None:
    """Everything, so many times in turn, in a database that goes afterwards."""
    name = f"bench_{time.time_ns()}"
    asyncio.run(execute(server.url, f"CREATE DATABASE {name}"))
    url, ports = server.database(name), [NODE + at for at in range(options.nodes)]
    started = [start_hello(HELLO)]
    try:
        started += [start_callboard(port, url) for port in ports]
        nodes = dict(zip(ports, (found.pid for found in started[1:]), strict=True))
        work, found = Measure(server, url, nodes), Rounds(folder)
        for _ in range(options.rounds):
            work.round(found, options.seconds)
        checked = verify_all(ports[-1], work.token, work.ids)
        print(f"{checked} of {len(work.ids)} chains verified, no errors")
        print(f"memory of the node {resident_megabytes(nodes[NODE]):.0f} MB (PSS)")
        report(found, options.nodes)
    finally:
        stop(started)
        asyncio.run(execute(server.url, f"DROP DATABASE {name} WITH (FORCE)"))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=3.0)
    parser.add_argument("--nodes", type=int, default=2)
    parser.add_argument("--folder", type=Path, default=Path(), help="where the data are kept")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=options.folder) as name:
        folder = Path(name).resolve()
        with running(folder / "data") as server:
            print(asyncio.run(shown(server)))
            print(versions("asyncpg", "uvloop", "starlette", "uvicorn"))
            measure(server, folder, options)


if __name__ == "__main__":
    main()
