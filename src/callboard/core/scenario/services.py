"""The services that a scenario names: those that it notifies, and those that may act in it."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

from callboard.core.scenario.names import SERVICE, is_service, patterns_of
from callboard.core.values import Json, JsonObject

__all__ = ["services_named"]


def services_named(normalized: JsonObject) -> frozenset[str]:
    """Their names, without `service:`; not those that an expression gives.

    >>> way = {"on": "go", "by": ["service:bank"], "goto": "(done)"}
    >>> state = {"transitions": [way], "notify": [{"service": "stock"}]}
    >>> sorted(services_named({"states": {"initial": state}, "actions": {}}))
    ['bank', 'stock']
    """
    named = chain(
        *(_of_state(state) for state in _objects(normalized.get("states"))),
        *(_of_list(action.get("actor")) for action in _objects(normalized.get("actions"))),
    )
    return frozenset(named)


def _of_state(state: JsonObject) -> Iterator[str]:
    for entry in _objects(state.get("notify")):
        service = entry.get("service")
        if isinstance(service, str):
            yield service.removeprefix(SERVICE)
    for way in _objects(state.get("transitions")):
        yield from _of_list(way.get("by"))


def _of_list(listed: Json) -> Iterator[str]:
    return (name.removeprefix(SERVICE) for name in patterns_of(listed) if is_service(name))


def _objects(parts: Json) -> Iterator[JsonObject]:
    """The maps in a list, or in a map."""
    found = parts.values() if isinstance(parts, dict) else parts if isinstance(parts, list) else ()
    return (part for part in found if isinstance(part, dict))
