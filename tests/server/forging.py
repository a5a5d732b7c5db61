"""Whoever can write the database file: makes chains anew, by hand, so that they hold."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import orjson

from callboard.core.canonical import event_hash
from callboard.core.process import replay
from callboard.core.scenario.compile import compile_scenario

Change = Callable[[list[dict[str, Any]]], None]


def forge(file: Path, process: str, change: Change) -> None:
    """Change the events of a process, hash them anew, and store what they lead to."""
    with closing(sqlite3.connect(file)) as connection, connection:
        row, text, document = connection.execute(
            "SELECT p.row, p.document, s.document FROM processes AS p "
            "JOIN scenarios AS s ON s.row = p.scenario WHERE p.id = ?",
            (process,),
        ).fetchone()
        found = connection.execute(
            "SELECT event FROM events WHERE process = ? ORDER BY seq", (row,)
        ).fetchall()
        events = [orjson.loads(event) for (event,) in found]
        change(events)
        hash_anew(events)
        made = replay(compile_scenario(orjson.loads(document)), events)
        made = {**made, "scenario": orjson.loads(text)["scenario"]}
        made.pop("events", None)
        connection.execute("DELETE FROM events WHERE process = ? AND seq >= ?", (row, len(events)))
        for seq, event in enumerate(events):
            connection.execute(
                "UPDATE events SET event = ? WHERE process = ? AND seq = ?",
                (orjson.dumps(event).decode(), row, seq),
            )
        connection.execute(
            "UPDATE processes SET version = ?, head = ?, document = ? WHERE row = ?",
            (len(events), events[-1]["hash"], orjson.dumps(made).decode(), row),
        )


def put_aside(file: Path, process: str) -> None:
    """Leave the chain of a process among those that it had before, as migrating does."""
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.execute(
            "INSERT INTO old_events (process, chain, seq, previous, event) "
            "SELECT process, 0, seq, previous, event FROM events "
            "WHERE process = (SELECT row FROM processes WHERE id = ?)",
            (process,),
        )


def hash_anew(events: list[dict[str, Any]]) -> None:
    """Make the hashes and links hold."""
    head = None
    for event in events:
        if head is not None:
            event["previous"] = head
        event["hash"] = head = event_hash(event)
