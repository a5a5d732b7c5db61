"""What pages cost: lists and inboxes of many processes against those of few, on SQLite.

    python -m benchmarks.lists_sqlite [--few 10000] [--many 100000] [--rounds 60] [--folder .]

See `benchmarks.lists`.
"""

from __future__ import annotations

import argparse
import asyncio
import re
import sqlite3
import tempfile
import time
from collections.abc import Mapping
from contextlib import closing
from enum import Enum
from itertools import islice
from pathlib import Path
from typing import Any, Final, TypeAlias

from benchmarks.lists import (
    Subject,
    identity_of,
    measure,
    report,
    template_of,
    time_of,
    write_templates,
)
from benchmarks.still import AT, text
from callboard.store import open_sqlite

TABLES: Final = {
    "processes": "row", "events": "process", "participants": "process", "tasks": "process",
    "changes": "process",
}  # fmt: skip
"""The tables of a process, and the column that says whose a row is."""


Parts: TypeAlias = "list[tuple[str, list[Any]]]"
"""The rows of a process by table; a value that is a list of texts is put together anew."""


class Own(Enum):
    """Values that each copy has of its own."""

    ROW = 1
    NUMBER = 2


def read_template(connection: sqlite3.Connection, identity: str) -> Parts:
    """The rows of a process, its number, its id and its time taken out."""
    (row,) = connection.execute("SELECT row FROM processes WHERE id = ?", (identity,)).fetchone()
    parts: Parts = []
    for table, owner in TABLES.items():
        names = [found[1] for found in connection.execute(f"PRAGMA table_info({table})")]
        rows = connection.execute(f"SELECT * FROM {table} WHERE {owner} = ? ORDER BY 1", (row,))
        for old in rows.fetchall():
            values: list[Any] = list(old)
            for at, name in enumerate(names):
                if name == owner:
                    values[at] = Own.ROW
                elif at == 0 and table in ("events", "changes"):
                    values[at] = Own.NUMBER
                elif isinstance(values[at], str) and (identity in old[at] or text(AT) in old[at]):
                    values[at] = re.split(f"({identity}|{re.escape(text(AT))})", old[at])
            parts.append((table, values))
    return parts


def fill(path: Path, total: int) -> None:
    """A database with so many processes, a second between them."""
    ids = asyncio.run(written(path))
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        for pragma in ("journal_mode = WAL", "synchronous = OFF", "cache_size = -200000"):
            connection.execute(f"PRAGMA {pragma}")
        templates = [(identity, read_template(connection, identity)) for identity in ids]
        (first,) = connection.execute("SELECT max(row) + 1 FROM processes").fetchone()
        numbers = iter(range(total))
        while batch := list(islice(numbers, 5_000)):
            rows: dict[str, list[list[Any]]] = {table: [] for table in TABLES}
            for number in batch:
                identity, parts = templates[template_of(number, total)]
                own = {identity: identity_of(number), text(AT): time_of(number)}
                for table, values in parts:
                    rows[table].append([copied(value, first + number, own) for value in values])
            connection.execute("BEGIN")
            for table, copies in rows.items():
                marks = ", ".join("?" * len(copies[0]))
                connection.executemany(f"INSERT INTO {table} VALUES ({marks})", copies)
            connection.execute("COMMIT")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def copied(value: Any, row: int, own: Mapping[str, str]) -> Any:
    """A value of a template as the copy has it."""
    if type(value) is list:
        return "".join([own.get(part, part) for part in value])
    if value is Own.ROW:
        return row
    return None if value is Own.NUMBER else value


async def written(path: Path) -> list[str]:
    """The ids of the templates, which a store has written."""
    store = open_sqlite(path)
    ids = await write_templates(store)
    await store.close()
    return ids


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--few", type=int, default=10_000)
    parser.add_argument("--many", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=60)
    parser.add_argument("--folder", type=Path, default=Path())
    options = parser.parse_args()
    totals = [options.few, options.many]
    with tempfile.TemporaryDirectory(dir=options.folder) as name:
        subjects = []
        for total in totals:
            path, begin = Path(name, f"{total}.db"), time.perf_counter()
            fill(path, total)
            size = path.stat().st_size / 1e6
            took = time.perf_counter() - begin
            print(f"{total:,} processes: {size:,.0f} MB, filled in {took:,.0f} s", flush=True)
            subjects.append((path, total))
        with asyncio.Runner() as runner:
            opened = [Subject(open_sqlite(path), total) for path, total in subjects]
            report(totals, runner.run(measure(opened, options.rounds)))


if __name__ == "__main__":
    main()
