"""Writes a dump of a database with processes that run, made by the server itself, of any version.

    PYTHONPATH=SOURCES python FILE > tests/store/fixtures/running_sqlite_0001.sql

To be run once for every migration that is released, with the sources of the last version that had
it; `--postgres URL` does the same for an empty schema there. What it holds: a process that waits
for its first step, and one whose time runs out a minute later, so that it is past whenever somebody
opens the dump. It needs nothing of the project but the server.
"""

from __future__ import annotations

import asyncio
import json
import os
import re
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

SCENARIO: dict[str, Any] = {
    "title": "Claim",
    "actors": {"employee": {"title": "Employee"}, "manager": {"role": "management"}},
    "vars": {"amount": {"type": "number", "default": 0}},
    "actions": {
        "ask": {
            "actor": "employee",
            "response": {"type": "number"},
            "update": {"set": "vars.amount"},
        },
        "approve": {"actor": "manager"},
    },
    "states": {
        "initial": {"on": "ask", "goto": "waiting"},
        "waiting": {
            "transitions": [
                {"on": "approve", "goto": "(approved)"},
                {"after": 60, "goto": "(late)"},
            ]
        },
    },
}


def ask(url: str, path: str, token: str = "", body: object = None) -> Any:
    """One request; its location or body."""
    headers = {"content-type": "application/json", "accept": "application/json"}
    if token:
        headers["authorization"] = f"Bearer {token}"
    data = None if body is None else json.dumps(body).encode()
    with urlopen(Request(url + path, data, headers)) as answer:
        text = answer.read()
        return answer.headers["location"] or (json.loads(text) if text else None)


def begin(url: str) -> None:
    """A process that has just begun, and one whose time is running."""
    tokens = {account["id"]: account["token"] for account in ask(url, "/demo-accounts")}
    scenario = ask(url, "/scenarios", tokens["admin"], SCENARIO).rpartition("/")[2]
    for steps in (0, 1):
        process = ask(url, "/processes", tokens["alice"], {"scenario": scenario})
        if steps:
            ask(url, f"{process}/ask", tokens["alice"], 7.5)


def serve(folder: Path, database: str) -> None:
    """Start the server, begin, and end it at once."""
    log = folder / "log"
    with log.open("wb") as output:
        server = subprocess.Popen(
            [
                *(sys.executable, "-m", "callboard", "serve", "--dev", "--port", "0"),
                *("--database", database),
            ],
            stdout=output,
            stderr=output,
        )
    for _ in range(300):
        found = re.search(r"http://127\.0\.0\.1:\d+", log.read_text())
        with suppress(OSError):
            if found and ask(found[0], "/demo-accounts"):
                break
        time.sleep(0.1)
    else:
        raise SystemExit(f"the server did not start: {log.read_text()}")
    begin(found[0])
    server.send_signal(signal.SIGKILL)
    server.wait()


def sqlite_dump(path: Path) -> Iterator[str]:
    """The database as statements, without the scenarios that are only examples."""
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA foreign_keys = OFF")
        connection.execute(
            "DELETE FROM scenarios WHERE row NOT IN (SELECT scenario FROM processes)"
        )
        with suppress(sqlite3.OperationalError):
            connection.execute("DELETE FROM settings")  # Its keys: the next server makes others.
        yield from connection.iterdump()


async def postgres_dump(url: str) -> list[str]:
    """The rows of all tables as statements; the migrations make the tables."""
    import asyncpg

    connection = await asyncpg.connect(url)
    try:
        await connection.execute(
            "DELETE FROM scenarios WHERE id NOT IN (SELECT scenario FROM processes)"
        )
        await connection.execute("DELETE FROM settings")
        return [line async for line in rows(connection)]
    finally:
        await connection.close()


async def rows(connection: Any) -> Any:
    """Statements that write what is in the tables."""
    tables = await connection.fetch(
        "SELECT tablename FROM pg_tables WHERE schemaname = current_schema() ORDER BY tablename"
    )
    for (table,) in sorted(tables, key=lambda row: (row[0] != "scenarios", row[0])):
        columns = await connection.fetch(
            "SELECT column_name FROM information_schema.columns WHERE table_name = $1 "
            "AND table_schema = current_schema() AND is_identity = 'NO' ORDER BY ordinal_position",
            table,
        )
        names = ", ".join(column[0] for column in columns)
        values = " || ', ' || ".join(f"quote_nullable({column[0]})" for column in columns)
        for (row,) in await connection.fetch(f"SELECT {values} FROM {table} ORDER BY 1"):
            yield f"INSERT INTO {table} ({names}) VALUES ({row});"


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if "--postgres" in sys.argv:
            url = sys.argv[-1]
            serve(folder, url)
            lines = asyncio.run(postgres_dump(url))
        else:
            serve(folder, f"sqlite:///{folder / 'callboard.db'}")
            lines = list(sqlite_dump(folder / "callboard.db"))
        sys.stdout.writelines(f"{line}\n" for line in lines)


if __name__ == "__main__":
    os.environ.pop("CALLBOARD_DATABASE", None)
    main()
