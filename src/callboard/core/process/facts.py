"""What can be said of a process or a chain without its scenario."""

from __future__ import annotations

import hmac as keyed
from collections.abc import Iterable
from typing import cast

from callboard.core.canonical import Hasher, event_hash, sha256
from callboard.core.values import JsonObject


def has_ended(process: JsonObject) -> bool:
    """Whether the process rests in an end state.

    >>> has_ended({"isRunning": False})
    True
    """
    return not process["isRunning"]


def etag(process: JsonObject) -> str:
    """The hash of the last event of a process that carries its events."""
    return cast("str", _last(process)["hash"])


def last_modified(process: JsonObject) -> str:
    """The timestamp of the last event of a process that carries its events."""
    return cast("str", _last(process)["timestamp"])


def _last(process: JsonObject) -> JsonObject:
    return cast("list[JsonObject]", process["events"])[-1]


def hmac(secret: bytes) -> Hasher:
    """A hash function for chains that only holders of the secret can continue.

    >>> hmac(b"secret")(b"{}")[:8]
    '77325902'
    """
    return lambda data: keyed.digest(secret, data, "sha256").hex()


def chain(events: Iterable[JsonObject], hasher: Hasher = sha256) -> list[JsonObject]:
    """The events linked in their order: each with the `previous` and `hash` that it then has.

    >>> [len(event) for event in chain([{"id": "p"}, {"action": "go"}])]
    [2, 3]
    """
    linked: list[JsonObject] = []
    for event in events:
        bare = {key: value for key, value in event.items() if key not in ("previous", "hash")}
        if linked:
            bare["previous"] = linked[-1]["hash"]
        linked.append({**bare, "hash": event_hash(bare, hasher)})
    return linked
