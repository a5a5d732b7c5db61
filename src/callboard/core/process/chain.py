"""Checking a chain of events by itself: hashes and links (specification: process, "Replay")."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from callboard.core.canonical import Hasher, canonical, event_hash, sha256
from callboard.core.values import JsonObject

BrokenCode: TypeAlias = Literal["hash-mismatch", "link-mismatch"]


@dataclass(frozen=True, slots=True)
class Verification:
    """Whether a chain holds; if not, the index of the first bad event, and what is wrong."""

    ok: bool
    event: int | None = None
    code: BrokenCode | None = None
    erased: int = 0
    """How many events were erased: of these only the links can be checked."""


def verify(
    events: Sequence[JsonObject], *, head: str | None = None, hasher: Hasher = sha256
) -> Verification:
    """Check hashes and links of a chain; with `head`, of one that goes on from there. `hasher` is
    the one that made the hashes. Of an event that was erased (`erased`) the link counts.
    """
    previous = head
    gone = 0
    for index, event in enumerate(events):
        gone += _is_erased(event)
        if not _hash_holds(event, hasher):
            return Verification(False, index, "hash-mismatch")
        if event.get("previous") != previous:
            return Verification(False, index, "link-mismatch")
        previous = str(event["hash"])
    return Verification(True, erased=gone)


def erased_event(event: JsonObject) -> JsonObject:
    """What is kept of an event that is erased: its place in the chain.

    >>> erased_event({"previous": "a", "action": "go", "hash": "b"})
    {'previous': 'a', 'hash': 'b', 'erased': True}
    """
    kept: JsonObject = {name: event[name] for name in ("previous", "hash") if name in event}
    return {**kept, "erased": True}


def _is_erased(event: JsonObject) -> bool:
    return event.get("erased") is True and event.keys() <= {"previous", "hash", "erased"}


def _hash_holds(event: JsonObject, hasher: Hasher) -> bool:
    stated = event.get("hash")
    if not isinstance(stated, str):
        return False
    return (
        _is_erased(event)
        or stated == event_hash(event, hasher)
        or (event.get("skipped") is True and stated == _older_hash(event, hasher))
    )


def _older_hash(event: JsonObject, hasher: Hasher) -> str:
    """The hash of a skipped event as imported chains have it (details 10): that of the whole event,
    with the hash it had before it was skipped in `hash`.
    """
    tried = {key: value for key, value in event.items() if key != "errors"} | {"skipped": False}
    return hasher(canonical({**event, "hash": event_hash(tried, hasher)}))
