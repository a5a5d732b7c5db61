"""Events: what is recorded, and how each is chained to the one before (specification: process,
section "Events").
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, cast

import orjson

from callboard.core.canonical import Hasher, event_hash
from callboard.core.scenario.compiled import Scenario
from callboard.core.values import ABSENT, Absent, Json, JsonObject
from callboard.errors import Reason

_CUT: Final = 200
"""Characters of a reason, where all of them together are too long."""


def instantiate_event(
    process_id: str, at: str, scenario: Scenario, actors: JsonObject | None
) -> JsonObject:
    """The first event of a chain, sealed."""
    event: JsonObject = {"id": process_id, "timestamp": at, "scenario": scenario.id}
    if actors:
        event["actors"] = actors
    return seal(event, scenario.hasher)


def action_event(
    head: str, at: str, action: str, actor: JsonObject, response: Json | Absent
) -> JsonObject:
    """An action, not sealed yet: whether it is skipped is not known before it was tried."""
    event: JsonObject = {"previous": head, "timestamp": at, "action": action, "actor": actor}
    if not isinstance(response, Absent):
        event["response"] = response
    event["skipped"] = False
    return event


def skipped(event: JsonObject, errors: Sequence[Reason], most: int) -> JsonObject:
    """The event as it is recorded when it was refused, not sealed yet.

    Its response is left out where it is larger than `most` bytes, and its reasons are cut: whoever
    is refused may try again without end, and no scenario bounds what is sent.
    """
    kept = dict(event)
    if _size(event.get("response")) > most:
        kept.pop("response", None)
    texts: list[Json] = [error.message for error in errors]
    if _size(texts) > most:
        texts = [error.message[:_CUT] for error in errors[: most // (2 * _CUT)]]
        if len(texts) < len(errors):
            texts.append(f"And {len(errors) - len(texts)} more.")
    return {**kept, "skipped": True, "errors": texts}


def _size(value: Json) -> int:
    """Bytes of JSON; what is none is measured by whoever hashes it."""
    try:
        return len(orjson.dumps(value))
    except TypeError:
        return 0


def timeout_event(head: str, at: str, hasher: Hasher) -> JsonObject:
    """A time-out, sealed."""
    return seal({"previous": head, "timestamp": at}, hasher)


def cancel_event(head: str, at: str, reason: str, by: str | None, hasher: Hasher) -> JsonObject:
    """A cancellation, sealed."""
    told: JsonObject = {"reason": reason} if by is None else {"reason": reason, "by": by}
    return seal({"previous": head, "timestamp": at, "cancel": told}, hasher)


def is_timeout(event: JsonObject) -> bool:
    """Whether an event that is not the first of its chain is a time-out."""
    return "action" not in event and "cancel" not in event


def seal(event: JsonObject, hasher: Hasher) -> JsonObject:
    """The event with its hash."""
    return {**event, "hash": event_hash(event, hasher)}


def head_of(process: JsonObject, head: str | None) -> str:
    """The hash that the next event follows: the one given, or that of the process's last event."""
    if head is not None:
        return head
    events = cast("list[JsonObject]", process.get("events", ABSENT))
    if not events:
        raise ValueError("Give the hash of the last event as `head`: this process has no events.")
    return cast("str", events[-1]["hash"])
