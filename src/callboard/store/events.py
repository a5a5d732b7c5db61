"""Events: row <-> record. What is stored is exactly the canonical event, with its hash.

`previous` becomes a number: 64 bits of the hash. Events of one process that follow the same event
have the same number, which the database refuses (architecture: 9, rule 2).
"""

from __future__ import annotations

from hashlib import sha256
from typing import Final, TypeAlias

from callboard.core.canonical import canonical
from callboard.core.values import Json, JsonObject
from callboard.ports.records import EventRecord
from callboard.store.text import from_text, to_text

_HALF: Final = 2**63

Columns: TypeAlias = tuple[int, int | None, str, str | None]


def columns(record: EventRecord) -> Columns:
    """What is stored: seq, previous, event, log."""
    log = to_text(list(record.log)) if record.log else None
    return (
        record.seq,
        link(record.event.get("previous")),
        canonical(record.event).decode(),
        log,
    )


def link(previous: Json) -> int | None:
    """The number of the event that an event follows; None for the first of a chain.

    It fits a signed column of 64 bits. A hash that is no hexadecimal text is hashed once more.
    """
    if not isinstance(previous, str):
        return None
    try:
        number = int(previous[:16], 16)
    except ValueError:
        number = int.from_bytes(sha256(previous.encode()).digest()[:8], "big")
    return number - _HALF


def old_chains(text: str | None) -> list[list[JsonObject]]:
    """From a JSON array of `[chain, event]`, chains in order; None is empty."""
    chains: dict[int, list[JsonObject]] = {}
    for chain, event in from_text(text or "[]"):
        chains.setdefault(chain, []).append(event)
    return list(chains.values())


def history(text: str | None) -> list[EventRecord]:
    """From a JSON array of `[seq, event, log]`; None is empty."""
    return [
        EventRecord(seq, event, tuple(log or ())) for seq, event, log in from_text(text or "[]")
    ]
