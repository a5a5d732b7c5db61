"""Tombstones: row -> record, and what is kept of the events of a process that is erased."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby
from operator import itemgetter
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


def links(events: Iterable[tuple[int, JsonObject]]) -> list[list[JsonObject]]:
    """The links of chains, from their events, each with the number of its chain. That they hold is
    not asked: a process is erased whatever its events are.
    """
    return [
        [_link(event, first=index == 0) for index, (_, event) in enumerate(chain)]
        for _, chain in groupby(events, itemgetter(0))
    ]


def _link(event: JsonObject, *, first: bool) -> JsonObject:
    """The link of an event; that of the first of a chain leads to where the chain came from."""
    came = event.get("migrated") if first else None
    if isinstance(came, dict):
        return {"previous": came.get("head"), **erased_event(event)}
    return erased_event(event)
