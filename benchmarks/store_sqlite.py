"""The store on SQLite: durable steps per second against raw commits of the same bytes.

    python -m benchmarks.store_sqlite [--rounds 5] [--seconds 2]

Every process is started and stepped four times, as in `benchmarks.shape`; then the next one begins.
There are two floors, both of prepared values in one thread without an event loop, the log copied by
another thread. The raw commits write the very rows that the store writes, to the same schema. The
bare ones write the same documents and events and nothing else: no ids, no indexes, no changes.
Before each run the flush of the disk itself is timed: a disk that is busy makes all figures alike.
"""

from __future__ import annotations

import argparse
import asyncio
import hashlib
import sqlite3
import statistics
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple, Protocol
from uuid import uuid4

import orjson

from benchmarks.serving import flush_micros
from benchmarks.shape import ACTIONS, NOTE, response
from callboard.core.values import JsonObject
from callboard.ports.records import (
    EventRecord,
    ProcessRecord,
    ProcessWrite,
    Resting,
    ScenarioRecord,
    TaskRecord,
)
from callboard.ports.store import Store
from callboard.store import events, open_sqlite, processes, scenarios
from callboard.store.queries import queries
from callboard.store.sqlite.upgrade import upgrade

AT = "2026-01-01T00:00:00.000Z"
SCENARIO = "11111111-2222-4333-8444-555555555555"
PEOPLE = frozenset({"user:alice", "user:bob", "role:approver"})


def document(key: str, count: int) -> JsonObject:
    """About 2 KB: what a process of the shape looks like after `count` actions."""
    names = ("request", "review", "revision", "decision")
    return {
        "id": key,
        "title": "Approval",
        "scenario": {"id": SCENARIO},
        "isRunning": count < len(ACTIONS),
        "tags": [],
        "actors": {name: {"title": name, "id": name} for name in ("requester", "approver")},
        "vars": {name: response(at) for at, name in enumerate(names[:count])},
        "result": None,
        "current": {
            "key": f"state-{count}",
            "title": "Reviewing",
            "instructions": {"approver": NOTE},
            "actions": [
                {"key": action, "title": action, "actor": [actor], "response": {"type": "object"}}
                for action, actor in ACTIONS
            ],
            "notify": [],
            "timestamp": AT,
        },
    }


def waiting(count: int) -> tuple[TaskRecord, ...]:
    """Whose turn it is after `count` actions: one of two people, then nobody's."""
    if count == len(ACTIONS):
        return ()
    return (TaskRecord("user:bob" if count % 2 else "user:alice", AT),)


def left(key: str, count: int) -> Resting | None:
    """Where the process was before its last action."""
    if count == 0:
        return None
    before: dict[str, Any] = document(key, count - 1)
    return Resting(SCENARIO, before["current"]["key"], before["isRunning"])


def writes() -> Iterator[ProcessWrite]:
    """The transitions of one process, from its start to its end."""
    key, head = str(uuid4()), ""
    for count in range(len(ACTIONS) + 1):
        event: JsonObject = {"timestamp": AT}
        if count:
            action, actor = ACTIONS[count - 1]
            event |= {"previous": head, "action": action, "actor": {"key": actor, "id": actor}}
            event |= {"response": response(count), "skipped": False}
        else:
            event |= {"id": key, "scenario": SCENARIO}
        head = hashlib.sha256(orjson.dumps(event, option=orjson.OPT_SORT_KEYS)).hexdigest()
        event["hash"] = head
        record = ProcessRecord(key, SCENARIO, document(key, count), count + 1, head, AT, AT)
        yield ProcessWrite(
            record,
            count,
            (EventRecord(count, event),),
            "stepped" if count else "created",
            participants=None if count else PEOPLE,
            tasks=waiting(count),
            left=left(key, count),
        )


PREPARED = [list(writes()) for _ in range(400)]


class Step(NamedTuple):
    """A transition as values to bind."""

    record: ProcessRecord
    document: str
    event: events.Columns


ROWS = [
    [
        Step(
            one.record,
            processes.columns(one.record)[processes.DOCUMENT],
            events.columns(one.events[0]),
        )
        for one in process
    ]
    for process in PREPARED
]


def store_rate(clients: int, folder: Path, seconds: float) -> float:
    """Steps per second through the store, by so many tasks."""

    async def client(store: Store, end: float, first: int) -> int:
        done = 0
        while time.perf_counter() < end:
            for write in writes_again(first + done):
                await store.write_process(write)
                done += 1
        return done

    async def run() -> float:
        store = open_sqlite(folder / "store.db")
        await store.put_scenario(ScenarioRecord(SCENARIO, {}, "", "application/json", AT))
        begin = time.perf_counter()
        tasks = [client(store, begin + seconds, 7 * number) for number in range(clients)]
        done = sum(await asyncio.gather(*tasks))
        rate = done / (time.perf_counter() - begin)
        await store.close()
        verify(folder / "store.db", done)
        return rate

    return asyncio.run(run())


def writes_again(number: int) -> Iterator[ProcessWrite]:
    """Prepared transitions under a new id: the engine's work is not what is measured."""
    key = str(uuid4())
    for write in PREPARED[number % len(PREPARED)]:
        old = write.record
        record = ProcessRecord(
            key, old.scenario, old.document, old.version, old.head, old.created, old.updated
        )
        yield ProcessWrite(
            record,
            write.expected,
            write.events,
            write.change,
            write.participants,
            write.tasks,
            left=write.left,
        )


def verify(path: Path, done: int) -> None:
    """That the work was done: every step is there, as many events as versions say."""
    with closing(sqlite3.connect(path)) as connection:
        versions, events = (
            connection.execute(sql).fetchone()[0]
            for sql in ("SELECT sum(version) FROM processes", "SELECT count(*) FROM events")
        )
    assert versions == events == done, (versions, events, done)


def floor_rate(tables: type[Tables], group: int, folder: Path, seconds: float) -> float:
    """Steps per second of commits without a store around them, so many steps a commit."""
    path = folder / "floor.db"
    with closing(raw(path)) as connection, copying(path):
        table = tables(connection)
        begin, done, count, last = time.perf_counter(), 0, 0, 0
        while time.perf_counter() < begin + seconds:
            connection.execute("BEGIN IMMEDIATE")
            for number in range(last + 1, last + group + 1):
                table.write(number, count, ROWS[number % len(ROWS)][count])
            connection.execute("COMMIT")
            done, count = done + group, count + 1
            if count == len(ROWS[0]):
                count, last = 0, last + group
        return done / (time.perf_counter() - begin)


class Tables(Protocol):
    """What a floor writes."""

    def __init__(self, connection: sqlite3.Connection) -> None: ...

    def write(self, number: int, count: int, step: Step) -> None:
        """Transition `count` of process `number`."""
        ...


class Bare:
    """Documents by number, and events in a row."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.execute = connection.execute
        self.execute("CREATE TABLE process (row INTEGER PRIMARY KEY, document TEXT)")
        self.execute("CREATE TABLE event (row INTEGER PRIMARY KEY, event TEXT)")

    def write(self, number: int, count: int, step: Step) -> None:
        put = "UPDATE process SET document = ? WHERE row = ?"
        if count == 0:
            put = "INSERT INTO process (document, row) VALUES (?, ?)"
        self.execute(put, (step.document, number))
        self.execute("INSERT INTO event (event) VALUES (?)", (step.event[2],))


class Raw:
    """The store's own tables, by statements of one row."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.execute = connection.execute
        upgrade(connection, Path("raw"))
        row = scenarios.columns(ScenarioRecord(SCENARIO, {}, "", "application/json", AT))
        self.execute(queries("sqlite", "scenarios")["put"], row)
        for name in sorted(PEOPLE):
            self.execute(queries("sqlite", "participants")["put_principal"], (name,))
        self.append_event = queries("sqlite", "events")["append"]
        self.append_change = queries("sqlite", "changes")["append"]
        self.participate = queries("sqlite", "participants")["add"]
        self.done = queries("sqlite", "tasks")["clear"]
        self.wait = queries("sqlite", "tasks")["add"]

    def write(self, number: int, count: int, step: Step) -> None:
        record = step.record
        if count:
            changed = (record.version, record.head, AT, step.document, number)
            self.execute(UPDATE, changed)
            self.execute(self.done, (number,))
        else:
            row = (number, f"{number:036}", 1, AT, 1, record.head, AT, step.document)
            self.execute("INSERT INTO processes VALUES (?, ?, ?, ?, ?, ?, ?, ?)", row)
            for principal in range(1, len(PEOPLE) + 1):
                self.execute(self.participate, (principal, AT, number))
        self.execute(self.append_event, (number, *step.event))
        self.execute(self.append_change, (number, record.version, "stepped", None))
        if count < len(ACTIONS):
            self.execute(self.wait, (number, count % 2 + 1, AT, None))


DURABLE = ("journal_mode = WAL", "synchronous = FULL", "wal_autocheckpoint = 0")
UPDATE = "UPDATE processes SET version = ?, head = ?, updated = ?, document = ? WHERE row = ?"


def raw(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    for pragma in (*DURABLE, "cache_size = -8192"):
        connection.execute(f"PRAGMA {pragma}")
    return connection


@contextmanager
def copying(path: Path) -> Iterator[None]:
    """The log is copied by another thread, every half second."""
    end = threading.Event()

    def copy() -> None:
        with closing(raw(path)) as connection:
            while not end.wait(0.5):
                connection.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()

    thread = threading.Thread(target=copy)
    thread.start()
    try:
        yield
    finally:
        end.set()
        thread.join()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=2)
    parser.add_argument("--folder", type=Path, default=None)
    options = parser.parse_args()
    works: dict[str, Callable[[Path, float], float]] = {}
    for count in (1, 32):
        works |= {
            f"bare, {count} a commit": partial(floor_rate, Bare, count),
            f"raw, {count} a commit": partial(floor_rate, Raw, count),
            f"store, {count} at once": partial(store_rate, count),
        }
    rates: dict[str, list[float]] = {name: [] for name in works}
    flushes = []
    for _ in range(options.rounds):
        for name, work in works.items():
            with tempfile.TemporaryDirectory(dir=options.folder) as folder:
                flushes.append(flush_micros(Path(folder)))
                rates[name].append(work(Path(folder), options.seconds))
    medians = {name: statistics.median(found) for name, found in rates.items()}
    print(f"SQLite {sqlite3.sqlite_version}; flush {min(flushes):.0f} to {max(flushes):.0f} µs")
    print(f"{'work':20} {'steps/s':>9} {'min':>9} {'max':>9} {'x raw':>7} {'x bare':>7}")
    for name, found in rates.items():
        raw_, bare = (medians[f"{floor}, {name.split()[1]} a commit"] for floor in ("raw", "bare"))
        print(
            f"{name:20} {medians[name]:9,.0f} {min(found):9,.0f} {max(found):9,.0f} "
            f"{medians[name] / raw_:7.2f} {medians[name] / bare:7.2f}"
        )


if __name__ == "__main__":
    main()
