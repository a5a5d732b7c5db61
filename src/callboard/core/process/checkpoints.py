"""Checkpoints: what an engine once signed of a chain, held against the chain as it is
(specification: api, details 9).

Theory: hashes and links show what was changed by somebody who left the rest alone; whoever makes a
chain anew makes one that holds. A checkpoint says that the chain had so many events and this head
at some time; a chain that grew since still has that event at that place. Pure: signatures are
checked by whoever has the keys.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from callboard.core.canonical import canonical
from callboard.core.process.bundle import Proof
from callboard.core.values import JsonObject

SIGNED: Final = ("process", "events", "head", "at", "kid")
"""The fields that are signed, as canonical JSON."""


def signed_text(checkpoint: JsonObject) -> bytes:
    """What the signature of a checkpoint is over.

    >>> signed_text({"events": 2, "head": "b", "signature": "x"})
    b'{"events":2,"head":"b"}'
    """
    return canonical({name: checkpoint[name] for name in SIGNED if name in checkpoint})


def fits(checkpoint: JsonObject, chain: Sequence[JsonObject]) -> bool:
    """Whether a chain has the head of a checkpoint at its place."""
    events = checkpoint.get("events")
    if type(events) is not int or not 1 <= events <= len(chain):
        return False
    return chain[events - 1].get("hash") == checkpoint.get("head")


def contradicted(
    checkpoints: Sequence[JsonObject], chain: Sequence[JsonObject], process: object
) -> Proof | None:
    """The earliest checkpoint of a process that a chain does not fit, as what is wrong with it."""
    wrong = [
        item for item in checkpoints if item.get("process") != process or not fits(item, chain)
    ]
    if not wrong:
        return None
    first = min(wrong, key=_events_of)
    events, at = _events_of(first), first.get("at")
    if events > len(chain):
        message = f"The chain was cut: at {at} it had {events} events, now it has {len(chain)}."
        return Proof(False, "checkpoint-mismatch", message, len(chain))
    message = f"The chain was made anew: at {at} its event {events - 1} was another."
    return Proof(False, "checkpoint-mismatch", message, max(events - 1, 0))


def _events_of(checkpoint: JsonObject) -> int:
    events = checkpoint.get("events")
    return events if isinstance(events, int) else 0
