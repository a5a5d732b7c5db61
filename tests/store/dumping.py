"""Writes a dump of a database as this version of Callboard leaves it, with running processes.

    python -m tests.store.dumping > tests/store/fixtures/sqlite_0001.sql

To be run once for every migration that is released; the dumps stay, and are opened by every later
version.
"""

from __future__ import annotations

import asyncio
import sqlite3
import sys
import tempfile
from contextlib import closing
from pathlib import Path

from callboard.ports.jobs import JobRecord
from callboard.ports.records import (
    TaskRecord,
)
from callboard.store import open_sqlite
from tests.store.records import OTHER, answer, api_key, at, scenario, start, step

RUNNING = 5


async def fill(path: Path) -> None:
    """Two scenarios, a key, and processes that have gone one step further each."""
    store = open_sqlite(path)
    await store.put_scenario(scenario(name="approval", version="1.0"))
    await store.put_scenario(scenario(OTHER, disabled=at(3)))
    await store.put_api_key(api_key())
    for number in range(1, RUNNING + 1):
        people = frozenset({"user:a", f"role:r{number % 2}"})
        write = start(number, number, participants=people, idempotency=answer(str(number)))
        await store.write_process(write)
        for _ in range(1, number):
            key = write.record.id
            job = JobRecord(
                f"{key} {write.record.version}", "timer", key, at(50), "h", {"index": 0}
            )
            write = step(
                write.record, tasks=(TaskRecord("user:a", at(1)),), jobs=(job,), drops_jobs=True
            )
            await store.write_process(write)
    await store.close()


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "callboard.db")
        asyncio.run(fill(path))
        with closing(sqlite3.connect(path)) as connection:
            sys.stdout.writelines(f"{line}\n" for line in connection.iterdump())


if __name__ == "__main__":
    main()
