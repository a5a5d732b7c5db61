"""Whoever can write the database: makes chains anew, by hand, so that they hold."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import orjson

from callboard.core.canonical import event_hash
from callboard.core.process import replay
from callboard.core.scenario.compile import compile_scenario
from tests.store.adapters import Adapter

Change = Callable[[list[dict[str, Any]]], None]


def forge(stored: Adapter, process: str, change: Change) -> None:
    """Change the events of a process, hash them anew, and store what they lead to."""
    ((row, text, document),) = stored.query(
        f"SELECT p.{stored.key}, p.document, s.document FROM processes AS p "
        f"JOIN scenarios AS s ON s.{stored.key} = p.scenario WHERE p.id = $1",
        process,
    )
    found = stored.query("SELECT event FROM events WHERE process = $1 ORDER BY seq", row)
    events = [orjson.loads(event) for (event,) in found]
    change(events)
    hash_anew(events)
    made = replay(compile_scenario(orjson.loads(document)), events)
    made = {**made, "scenario": orjson.loads(text)["scenario"]}
    made.pop("events", None)
    stored.change("DELETE FROM events WHERE process = $1 AND seq >= $2", row, len(events))
    for seq, event in enumerate(events):
        stored.change(
            "UPDATE events SET event = $1 WHERE process = $2 AND seq = $3",
            *(orjson.dumps(event).decode(), row, seq),
        )
    stored.change(
        f"UPDATE processes SET version = $1, head = $2, document = $3 WHERE {stored.key} = $4",
        *(len(events), events[-1]["hash"], orjson.dumps(made).decode(), row),
    )


def put_aside(stored: Adapter, process: str) -> None:
    """Leave the chain of a process among those that it had before, as migrating does."""
    stored.change(
        "INSERT INTO old_events (process, chain, seq, previous, event) "
        "SELECT process, 0, seq, previous, event FROM events "
        f"WHERE process = (SELECT {stored.key} FROM processes WHERE id = $1)",
        process,
    )


def hash_anew(events: list[dict[str, Any]]) -> None:
    """Make the hashes and links hold."""
    head = None
    for event in events:
        if head is not None:
            event["previous"] = head
        event["hash"] = head = event_hash(event)
