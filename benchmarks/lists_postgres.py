"""What pages cost: lists and inboxes of many processes against those of few, on PostgreSQL.

    python -m benchmarks.lists_postgres [--few 10000] [--many 100000] [--rounds 60] [--keep FOLDER]

See `benchmarks.lists`. `--many 1000000` takes 13 GB, and some minutes to fill. With `--keep` the
databases stay in a folder and are used again: one that is full is not filled again, and each run
steps other processes. The memory of a node is that of a server on each of them, after the same
work.
"""

from __future__ import annotations

import argparse
import asyncio
import re
import tempfile
import time
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any, Final

import asyncpg
import httpx

from benchmarks.lists import (
    EVENTS,
    Subject,
    identity_of,
    measure,
    report,
    template_of,
    time_of,
    write_templates,
)
from benchmarks.postgres import Server, execute, running, shown
from benchmarks.serving import begin_work, resident_megabytes, start_callboard, stop
from benchmarks.still import AT, text
from callboard.ports.store import Store
from callboard.store.postgres import open_postgres

TABLES: Final = {
    "processes": "id", "events": "process", "participants": "process", "tasks": "process",
    "changes": "process",
}  # fmt: skip
"""The tables of a process, and the column that says whose a row is."""
BATCH: Final = 5_000
PORT: Final = 18_091
QUICK: Final = ("maintenance_work_mem = '1GB'", "synchronous_commit = off", "statement_timeout = 0")
"""What fills a database quickly, in the session that does; all else is as the server comes."""
INDEXES: Final = """
SELECT format('DROP INDEX %s', i.indexrelid::regclass), pg_get_indexdef(i.indexrelid)
FROM pg_index AS i LEFT JOIN pg_constraint AS c ON c.conindid = i.indexrelid AND c.contype = 'p'
WHERE i.indrelid = ANY ($1::regclass[]) AND c.oid IS NULL
UNION ALL
SELECT format('ALTER TABLE %s DROP CONSTRAINT %I', conrelid::regclass, conname),
  format(
    'ALTER TABLE %s ADD CONSTRAINT %I %s', conrelid::regclass, conname, pg_get_constraintdef(oid)
  )
FROM pg_constraint WHERE conrelid = ANY ($1::regclass[]) AND contype = 'p'
"""
COUNT: Final = """
INSERT INTO counts (scenario, state, running, slot, count)
SELECT scenario, state, running, 0, count(*) FROM processes GROUP BY scenario, state, running
"""
NEWS: Final = re.compile(r"(?m)^\d+(?=\t)")

Parts = Mapping[str, list[str]]
"""The rows of a process by table, for COPY, cut where each copy has something of its own."""


async def read_template(connection: Any, identity: str) -> Parts:
    """The rows of a process, cut at its id, its time, and the numbers of its changes."""
    parts: dict[str, list[str]] = {}
    for table, owner in TABLES.items():
        found: list[bytes] = []

        async def keep(data: bytes, into: list[bytes] = found) -> None:
            into.append(data)

        order = {"events": "seq", "changes": "version"}.get(table, owner)
        query = f"SELECT * FROM {table} WHERE {owner} = '{identity}' ORDER BY {order}"
        await connection.copy_from_query(query, output=keep)
        rows = b"".join(found).decode()
        if table == "changes":
            rows = NEWS.sub("@", rows)
        parts[table] = re.split(f"({identity}|{re.escape(text(AT))}|^@)", rows, flags=re.M)
    return parts


def copies(parts: list[str], identity: str, number: int) -> str:
    """The rows as the copy of this number has them."""
    own = {identity: identity_of(number), text(AT): time_of(number)}
    if "@" not in parts:
        return "".join([own.get(part, part) for part in parts])
    numbers = iter(range(1 + number * EVENTS, 1 + number * EVENTS + EVENTS))
    return "".join([str(next(numbers)) if part == "@" else own.get(part, part) for part in parts])


async def fill(url: str, total: int) -> None:
    """A database with so many processes; nothing where it is filled already."""
    connection: Any = await asyncpg.connect(url)
    try:
        if await connection.fetchval("SELECT to_regclass('filled') IS NOT NULL"):
            return
        store = await open_postgres(url)
        ids = await write_templates(store)
        await store.close()
        for setting in QUICK:
            await connection.execute(f"SET {setting}")
        templates = [(identity, await read_template(connection, identity)) for identity in ids]
        indexes = await connection.fetch(INDEXES, [*TABLES])
        async with connection.transaction():
            for drop, _ in indexes:
                await connection.execute(drop)
            await connection.execute(f"TRUNCATE {', '.join(TABLES)}, counts")
            for table in TABLES:
                await copy(connection, table, templates, total)
            for _, create in indexes:
                await connection.execute(create)
            await connection.execute(COUNT)
        await connection.execute("VACUUM ANALYZE")
        await connection.execute("CHECKPOINT")
        await connection.execute("CREATE TABLE filled AS SELECT 0 AS runs")
    finally:
        await connection.close()


async def copy(connection: Any, table: str, templates: list[tuple[str, Parts]], total: int) -> None:
    """All rows of one table."""

    async def rows() -> AsyncIterator[bytes]:
        for begin in range(0, total, BATCH):
            found = []
            for number in range(begin, min(begin + BATCH, total)):
                identity, parts = templates[template_of(number, total)]
                found.append(copies(parts[table], identity, number))
            yield "".join(found).encode()

    await connection.copy_to_table(table, source=rows())


async def database(server: Server, total: int) -> str:
    """The address of the database with so many processes, which is filled where it was not."""
    name = f"pages_{total}"
    connection: Any = await asyncpg.connect(server.url)
    found = await connection.fetchval("SELECT 1 FROM pg_database WHERE datname = $1", name)
    await connection.close()
    url = server.database(name)
    if found and not await value(url, "SELECT to_regclass('filled') IS NOT NULL"):
        await execute(server.url, f"DROP DATABASE {name} WITH (FORCE)")
        found = None
    if not found:
        begin = time.perf_counter()
        await execute(server.url, f"CREATE DATABASE {name}")
        await fill(url, total)
        print(f"{total:,} processes: filled in {time.perf_counter() - begin:,.0f} s", flush=True)
    size = await value(url, "SELECT pg_database_size(current_database())")
    each = size / total / 1_000
    print(f"{total:,} processes: {size / 1e9:,.2f} GB, {each:.1f} KB a process", flush=True)
    for table in TABLES:
        bytes_ = await value(url, f"SELECT pg_total_relation_size('{table}')")
        heap = await value(url, f"SELECT pg_table_size('{table}')")
        print(
            f"  {table:14} {bytes_ / total / 1_000:6.2f} KB, of it rows {heap / total / 1_000:.2f}"
        )
    return url


async def value(url: str, query: str) -> Any:
    """What a query says."""
    connection: Any = await asyncpg.connect(url)
    try:
        return await connection.fetchval(query)
    finally:
        await connection.close()


async def pages(urls: Mapping[int, str], rounds: int) -> dict[str, list[float]]:
    """The medians of each question, size by size."""
    subjects = []
    for total, url in urls.items():
        runs = await value(url, "UPDATE filled SET runs = runs + 1 RETURNING runs")
        store: Store = await open_postgres(url)
        subjects.append(Subject(store, total, begun=runs * (rounds + 3)))
    return await measure(subjects, rounds)


def memory(url: str) -> float:
    """What a node takes (PSS, in MB) that has shown some lists, inboxes and processes."""
    node = start_callboard(PORT, url)
    try:
        token, _ = begin_work(PORT)
        base, auth = f"http://127.0.0.1:{PORT}", {"Authorization": f"Bearer {token}"}
        with httpx.Client(base_url=base, headers=auth) as client:
            for _ in range(20):
                listed = client.get("/processes", params={"all": "true", "limit": 50}).json()
                for item in listed["items"] if isinstance(listed, dict) else listed:
                    client.get(f"/processes/{item['id']}")
        return resident_megabytes(node.pid)
    finally:
        stop([node])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--few", type=int, default=10_000)
    parser.add_argument("--many", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=60)
    parser.add_argument("--folder", type=Path, default=Path())
    parser.add_argument("--keep", type=Path, help="a folder whose data stay, and are used again")
    options = parser.parse_args()
    totals = [options.few, options.many]
    with tempfile.TemporaryDirectory(dir=options.folder) as name:
        folder = options.keep or Path(name).resolve() / "data"
        with running(folder) as server:
            print(asyncio.run(shown(server)))
            urls = {total: asyncio.run(database(server, total)) for total in totals}
            report(totals, asyncio.run(pages(urls, options.rounds)))
            for total, url in urls.items():
                print(f"memory of a node at {total:,}: {memory(url):.1f} MB")


if __name__ == "__main__":
    main()
