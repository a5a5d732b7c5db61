"""The state `*`: what it holds is merged into each declared state, and it is gone.

Specification: language, sections 3 and 5.2. Transitions and notifications are appended,
instructions and other keys fill gaps. A declared end state that receives transitions is no end
state any more; without transitions `*` counts as an end state itself, so that its `tag` fills gaps.

Merging multiplies: the merged whole is bounded by `Limits.transitions` and, in characters and
values, by `Limits.process_bytes`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from callboard.core.limits import Limits
from callboard.core.scenario.normalize.refusal import pointer_to, refuse
from callboard.core.values import Json, JsonObject

ANY_STATE: Final = "*"


def merge_any_state(states: Mapping[str, JsonObject], limits: Limits) -> dict[str, JsonObject]:
    """The declared states, each with what `*` adds to it."""
    declared = {key: state for key, state in states.items() if key != ANY_STATE}
    merged = declared
    if ANY_STATE in states:
        _check_size(states[ANY_STATE], len(declared), limits)
        merged = {key: _merge(state, states[ANY_STATE]) for key, state in declared.items()}
    total = sum(len(_list(state, "transitions")) for state in merged.values())
    if total > limits.transitions:
        refuse(f"A scenario has at most {limits.transitions} transitions.", pointer_to("states"))
    return merged


def _merge(state: JsonObject, added: JsonObject) -> JsonObject:
    merged: JsonObject = {**state, **_filling(added, state)}
    if _list(added, "transitions"):
        merged["transitions"] = [*_list(state, "transitions"), *_list(added, "transitions")]
    elif "transitions" not in state:
        merged.pop("transitions", None)
    merged["notify"] = [*_list(state, "notify"), *_list(added, "notify")]
    instructions = _map(state, "instructions")
    merged["instructions"] = {**instructions, **_filling(_map(added, "instructions"), instructions)}
    return merged


def _filling(added: JsonObject, present: JsonObject) -> JsonObject:
    """What of `added` fills a gap: a key that is absent, or null."""
    return {key: value for key, value in added.items() if present.get(key) is None}


def _check_size(added: JsonObject, times: int, limits: Limits) -> None:
    if _weight(added) * times > limits.process_bytes:
        refuse(
            "The state `*` is too large to be merged into so many states.",
            pointer_to("states", ANY_STATE),
        )


def _weight(value: Json) -> int:
    """Roughly the bytes of a value as JSON."""
    weight = 0
    pending = [value]
    while pending:
        item = pending.pop()
        weight += len(item) if isinstance(item, str) else 4
        if isinstance(item, list):
            pending.extend(item)
        elif isinstance(item, dict):
            pending.extend(item.keys())
            pending.extend(item.values())
    return weight


def _list(state: JsonObject, key: str) -> list[Json]:
    value = state.get(key)
    return value if isinstance(value, list) else []


def _map(state: JsonObject, key: str) -> JsonObject:
    value = state.get(key)
    return value if isinstance(value, dict) else {}
