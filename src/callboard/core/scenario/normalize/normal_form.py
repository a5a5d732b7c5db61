"""Whether a scenario already is what normalisation gives.

Everything is written out in one that is, so that normalising it again finds nothing to fill, with
one exception: `trigger: null` may mean that nothing was written, or that no trigger was found
before `*` was merged into the state (specification: language, section 5.2). Only here the two
are told apart, for normalising twice changes nothing.
"""

from __future__ import annotations

from typing import Final

from callboard.core.scenario.normalize.wildcard import ANY_STATE
from callboard.core.values import Json, JsonObject

_SCENARIO: Final = frozenset(
    ("$schema", "title", "description", "tags", "actors", "actions", "vars", "result", "states")
)
_STATE: Final = frozenset(("title", "description", "instructions", "notify"))
_ON_ACTION: Final = frozenset(("on", "by", "if", "goto", "log"))
_TIMED: Final = frozenset(("after", "if", "goto", "log"))
_LOG: Final = frozenset(("title", "description", "if"))
_NOTIFY: Final = frozenset(("service", "after", "if", "trigger"))


def is_normal(scenario: JsonObject) -> bool:
    """Whether every state, transition and notification is written out in full."""
    states = scenario.get("states")
    return (
        _holds(scenario, _SCENARIO)
        and isinstance(states, dict)
        and ANY_STATE not in states
        and all(_is_state(state) for state in states.values())
    )


def _holds(value: Json, keys: frozenset[str]) -> bool:
    return isinstance(value, dict) and keys <= value.keys()


def _is_state(state: Json) -> bool:
    if not isinstance(state, dict) or not _holds(state, _STATE):
        return False
    notify, transitions = state["notify"], state.get("transitions", [])
    return (
        ("transitions" in state or "tag" in state)
        and isinstance(notify, list)
        and isinstance(transitions, list)
        and all(map(_is_notification, notify))
        and all(map(_is_transition, transitions))
    )


def _is_notification(entry: Json) -> bool:
    return (
        isinstance(entry, dict)
        and _NOTIFY <= entry.keys() <= _NOTIFY | {"message"}
        and isinstance(entry["service"], str)
        and isinstance(entry["after"], int)
    )


def _is_transition(transition: Json) -> bool:
    if not isinstance(transition, dict) or not _holds(transition.get("log"), _LOG):
        return False
    if _holds(transition, _ON_ACTION):
        return isinstance(transition["by"], list)
    return _holds(transition, _TIMED) and isinstance(transition["after"], int)
