"""What a notification asks of a service that is the engine itself (specification: services,
`engine`). Pure.

Theory: an order is the message of a notification, worked out like any other: `{start: SCENARIO}`,
`{step: PROCESS}` or `{wait: PROCESS}`. An author wrote it, and what is in it may come from a
stranger: so it is read as strictly as a request, and says nothing of who does it or how deep.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, TypeAlias

from callboard.core.values import ABSENT, Absent, Json, JsonObject
from callboard.ports.transport import DeliveryError

__all__ = ["Order", "Start", "Step", "Wait", "order_of"]


@dataclass(frozen=True, slots=True)
class Start:
    """Start a process, with its first action when one is given."""

    scenario: str
    actors: Mapping[str, JsonObject] = field(default_factory=dict)
    action: str | None = None
    response: Json | Absent = ABSENT
    wait: bool = False
    """Answer when it has ended."""


@dataclass(frozen=True, slots=True)
class Step:
    """Do an action in a process."""

    process: str
    action: str
    response: Json | Absent = ABSENT
    wait: bool = False
    """Answer when it has ended."""


@dataclass(frozen=True, slots=True)
class Wait:
    """Answer when a process has ended."""

    process: str


Order: TypeAlias = Start | Step | Wait

_KEYS: Final[Mapping[str, frozenset[str]]] = {
    "start": frozenset(("start", "actors", "action", "response", "wait")),
    "step": frozenset(("step", "action", "response", "wait")),
    "wait": frozenset(("wait",)),
}
_FORMS: Final = "{start: SCENARIO}, {step: PROCESS, action: ACTION} or {wait: PROCESS}"


def order_of(message: Json) -> Order:
    """The order that a message is. Raises `DeliveryError` for one that is none.

    >>> order_of({"step": "0b8f…", "action": "approve", "wait": True})
    Step(process='0b8f…', action='approve', response=ABSENT, wait=True)
    """
    if not isinstance(message, dict):
        raise _wrong(f"the message is to be {_FORMS}")
    kind = next((name for name in _KEYS if name in message), None)
    if kind is None:
        raise _wrong(f"the message is to be {_FORMS}")
    unknown = sorted(message.keys() - _KEYS[kind])
    if unknown:
        raise _wrong(f"beside {kind!r} there can be no {unknown[0]!r}")
    if kind == "wait":
        return Wait(_text(message, "wait"))
    response: Json | Absent = message.get("response", ABSENT)
    wait = message.get("wait", False)
    if not isinstance(wait, bool):
        raise _wrong("'wait' is to be true or false")
    if kind == "step":
        return Step(_text(message, "step"), _text(message, "action"), response, wait)
    action = None if message.get("action") is None else _text(message, "action")
    if action is None and not isinstance(response, Absent):
        raise _wrong("there can be no 'response' without an 'action'")
    return Start(_text(message, "start"), _actors(message.get("actors")), action, response, wait)


def _text(message: JsonObject, key: str) -> str:
    value = message.get(key)
    if not isinstance(value, str) or not value:
        raise _wrong(f"{key!r} is to be a text")
    return value


def _actors(value: Json) -> Mapping[str, JsonObject]:
    """Who is who: as in a request that starts a process."""
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise _wrong("'actors' is to say who is who, by the keys of actors")
    actors: dict[str, JsonObject] = {}
    for key, actor in value.items():
        if not isinstance(actor, dict):
            raise _wrong(f"actor {key!r} is to be an object")
        for name in ("id", "title"):
            if name in actor and not (isinstance(actor[name], str) and actor[name]):
                raise _wrong(f"{name!r} of actor {key!r} is to be a text")
        actors[key] = actor
    return actors


def _wrong(what: str) -> DeliveryError:
    return DeliveryError(f"Nothing was done: {what}.", final=True)
