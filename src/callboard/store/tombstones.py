"""Tombstones: row -> record, and what is kept of the events of a process that is erased."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from callboard.core.process import erased_event
from callboard.core.values import JsonObject
from callboard.ports.records import Tombstone
from callboard.store.text import from_text


def record(row: tuple[Any, ...]) -> Tombstone:
    """From id, scenario, version, head, created, updated, erased, by, reason, chains."""
    key, scenario, version, head, created, updated, at, by, reason, chains = row
    return Tombstone(
        *(key, scenario, version, head, created, updated, at, by, reason),
        chains=tuple(map(tuple, from_text(chains))),
    )


def links(events: Iterable[JsonObject]) -> list[list[JsonObject]]:
    """The links of chains, one after the other: each begins with an event that names a scenario."""
    chains: list[list[JsonObject]] = []
    for event in events:
        kept = erased_event(event)
        if "scenario" in event:
            chains.append([])
            came = event.get("migrated")
            if isinstance(came, dict):
                kept = {"previous": came.get("head"), **kept}
        chains[-1].append(kept)
    return chains
