"""What pages cost: lists and inboxes of many processes against those of few, on SQLite.

    python -m benchmarks.lists_sqlite [--few 10000] [--many 100000] [--rounds 60] [--folder .]

Both databases hold rows that the engine itself wrote once, for each state of `benchmarks.shape`,
copied under new ids and times. Each round asks both databases everything in turn, through the
engine, without HTTP; medians are shown, and their ratio. Deep pages are 1,000 pages of 50 down, or
as far as there is anything. A user with 500 processes is there for what is sorted in memory.
"""

from __future__ import annotations

import argparse
import asyncio
import re
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable, Mapping
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from enum import Enum
from itertools import islice
from pathlib import Path
from typing import Any, Final, TypeAlias
from uuid import UUID, uuid4

import orjson

from benchmarks.shape import ACTIONS, SCENARIO, response
from callboard.engine import Engine
from callboard.engine.commands import (
    InboxCommand,
    ListCommand,
    StartCommand,
    StepCommand,
)
from callboard.ports.caller import Caller, User
from callboard.ports.store import Store
from callboard.store import open_sqlite

PAGE: Final = 50
DEEP: Final = 1_000
SELDOM: Final = 500
AT: Final = datetime(2026, 1, 1, tzinfo=UTC)
ROOT: Final = Caller(frozenset({"*"}), User("root"))
TABLES: Final = {
    "processes": "row", "events": "process", "participants": "process", "tasks": "process",
    "changes": "process",
}  # fmt: skip
"""The tables of a process, and the column that says whose a row is."""


class StillClock:
    """Always the same time."""

    def now(self) -> datetime:
        return AT


class RandomIds:
    """Ids as they come."""

    def new(self) -> str:
        return str(uuid4())

    def secret(self, size: int) -> bytes:
        return bytes(size)


def caller(name: str) -> Caller:
    return Caller(frozenset({"process:read", "process:step"}), User(name))


def text(moment: datetime) -> str:
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


async def write_templates(path: Path) -> list[str]:
    """A process for each number of actions, as the engine writes it; for each of two requesters."""
    store = open_sqlite(path)
    engine = Engine(store, StillClock(), RandomIds())
    await engine.scenarios.store(ROOT, orjson.dumps(SCENARIO).decode(), "application/json")
    ids = []
    for requester in ("alice", "carol"):
        for count in range(len(ACTIONS) + 1):
            who = {"requester": {"id": requester}, "approver": {"id": "bob"}}
            view = await engine.processes.start(ROOT, StartCommand(str(SCENARIO["name"]), who))
            ids.append(str(view.document["id"]))
            for number, (action, actor) in enumerate(ACTIONS[:count]):
                command = StepCommand(ids[-1], action, response(number), as_actor=actor)
                await engine.processes.step(ROOT, command)
    await store.close()
    return ids


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
    ids = asyncio.run(write_templates(path))
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        for pragma in ("journal_mode = WAL", "synchronous = OFF", "cache_size = -200000"):
            connection.execute(f"PRAGMA {pragma}")
        templates = [(identity, read_template(connection, identity)) for identity in ids]
        (first,) = connection.execute("SELECT max(row) + 1 FROM processes").fetchone()
        numbers = iter(range(total))
        while batch := list(islice(numbers, 5_000)):
            rows: dict[str, list[list[Any]]] = {table: [] for table in TABLES}
            for number in batch:
                seldom = number % max(1, total // SELDOM) == 0
                identity, parts = templates[number % 5 + 5 * seldom]
                own = {identity: identity_of(number), text(AT): text(AT + timedelta(0, number))}
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


def identity_of(number: int) -> str:
    return str(UUID(int=number + 2**64))


Ask = Callable[[], Awaitable[object]]


class Subject:
    """A database that is asked."""

    def __init__(self, path: Path, total: int) -> None:
        self.store: Store = open_sqlite(path)
        self.engine = Engine(self.store, StillClock(), RandomIds())
        self.total = total
        self.steps = 0

    def listing(self, who: Caller, **more: Any) -> Ask:
        command = ListCommand(limit=PAGE, **more)
        return lambda: self.engine.processes.list(who, command)

    def inbox(self, who: Caller, **more: Any) -> Ask:
        command = InboxCommand(limit=PAGE, **more)
        return lambda: self.engine.inbox.page(who, command)

    async def deep(self, page: Callable[[str | None], Ask]) -> Ask:
        """The same, so many pages further on."""
        before = cursor = None
        for _ in range(DEEP):
            found: Any = await page(cursor)()
            if found.next is None:
                return page(before)
            before, cursor = cursor, found.next
        return page(cursor)

    async def step(self) -> None:
        """A step of a process that waits for the first action, each time another one."""
        self.steps += 1
        number = self.total * self.steps // 1_000 // 5 * 5
        command = StepCommand(identity_of(number), "submit", response(1))
        stepped = await self.engine.processes.step(self.actor(number), command)
        assert not stepped.reasons

    def actor(self, number: int) -> Caller:
        seldom = number % max(1, self.total // SELDOM) == 0
        return caller("carol" if seldom else "alice")

    async def get(self) -> None:
        self.steps += 1
        number = self.total * self.steps // 1_000
        await self.engine.processes.get(caller("bob"), identity_of(number))

    async def asks(self) -> dict[str, Ask]:
        """What is measured, by name."""
        bob, carol, seldom = caller("bob"), caller("carol"), replace(ROOT)
        name = str(SCENARIO["name"])
        return {
            "list, first": self.listing(bob),
            "list, deep": await self.deep(lambda at: self.listing(bob, cursor=at)),
            "list, oldest first": self.listing(bob, sort="created"),
            "all, first": self.listing(seldom, all=True),
            "all, deep": await self.deep(lambda at: self.listing(seldom, all=True, cursor=at)),
            "all of a scenario": self.listing(seldom, all=True, scenario=name),
            "list, state and running": self.listing(bob, state="deciding", running=True),
            "list, actor carol (sparse)": self.listing(bob, actors=("carol",)),
            "list, tag of none": self.listing(bob, tags=("none",)),
            "all, -lastUpdated": self.listing(seldom, all=True, sort="-lastUpdated"),
            "500 by title": self.listing(carol, sort="title"),
            "inbox, first": self.inbox(bob),
            "inbox, deep": await self.deep(lambda at: self.inbox(bob, cursor=at)),
            "inbox of a scenario": self.inbox(bob, scenario=name),
            "inbox, count": lambda: self.engine.inbox.count(bob),
            "get": self.get,
            "step": self.step,
        }


async def measure(subjects: list[Subject], rounds: int) -> dict[str, list[float]]:
    """The median milliseconds of each question, database by database."""
    asks = [await subject.asks() for subject in subjects]
    times: dict[str, list[list[float]]] = {name: [[] for _ in subjects] for name in asks[0]}
    for turn in range(rounds + 3):
        for name in asks[0]:
            for at, asked in enumerate(asks):
                begin = time.perf_counter()
                await asked[name]()
                if turn >= 3:
                    times[name][at].append(1_000 * (time.perf_counter() - begin))
    for subject in subjects:
        await subject.store.close()
    return {name: [*map(statistics.median, found)] for name, found in times.items()}


def report(totals: list[int], medians: Mapping[str, list[float]]) -> None:
    print(f"{'p50 in ms':28}" + "".join(f"{total:>12,}" for total in totals) + f"{'ratio':>8}")
    for name, found in medians.items():
        shown = "".join(f"{value:12.2f}" for value in found)
        print(f"{name:28}{shown}{found[-1] / found[0]:8.2f}")
    for name in ("list", "all", "inbox"):
        for at, total in enumerate(totals):
            ratio = medians[f"{name}, deep"][at] / medians[f"{name}, first"][at]
            print(f"{name}, deep / first, {total:,}: {ratio:.2f}")


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
            opened = [Subject(path, total) for path, total in subjects]
            report(totals, runner.run(measure(opened, options.rounds)))


if __name__ == "__main__":
    main()
