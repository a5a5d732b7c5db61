"""States: simple, explicit and end states, each in its one normal shape.

Specification: language, sections 2, 3 and 5. What is a simple state is decided by the presence of
`goto` beside `on` or `after`: one with `on` but without `goto` counts as an end state and keeps
its `on`, for that is what existing ids rest on.
"""

from __future__ import annotations

from typing import Final

from callboard.core.scenario.normalize.notify import normalize_notify
from callboard.core.scenario.normalize.refusal import pointer_to, refuse
from callboard.core.scenario.normalize.titles import or_title, title_of
from callboard.core.scenario.normalize.transitions import from_list, from_simple_state
from callboard.core.scenario.normalize.triggers import ServicesOfActions
from callboard.core.values import Json, JsonObject

_SIMPLE: Final = ("on", "by", "after", "goto")


def is_end_key(key: str) -> bool:
    """Whether a name is written as that of an end state: `(name)`."""
    return key.startswith("(") and key.endswith(")") and len(key) > 1


def normalize_state(
    key: str, written: Json, services: ServicesOfActions, *, keep_triggers: bool
) -> JsonObject:
    """One declared state, before `*` is merged into it."""
    pointer = pointer_to("states", key)
    state = {} if written is None and is_end_key(key) else written
    if not isinstance(state, dict):
        refuse("A state is a map; only an end state may be null.", pointer)
    result: JsonObject = {
        **_with_way_out(key, state, pointer),
        "title": or_title(state, key),
        "description": "" if state.get("description") is None else state["description"],
        "instructions": _instructions(state, pointer),
    }
    transitions = result.get("transitions")
    result["notify"] = (
        state["notify"]
        if keep_triggers
        else normalize_notify(
            state.get("notify"),
            transitions if isinstance(transitions, list) else [],
            services,
            f"{pointer}/notify",
        )
    )
    return result


def implied_end_state(key: str) -> JsonObject:
    """An end state that is only named by a `goto`: its title goes without the parentheses."""
    return {
        "title": title_of(key[1:-1]),
        "description": "",
        "instructions": {},
        "notify": [],
        "tag": [key],
    }


def _with_way_out(key: str, state: JsonObject, pointer: str) -> JsonObject:
    """The state with its `transitions`, or as an end state with its `tag`."""
    if state.get("transitions") is not None:
        return {**state, "transitions": from_list(state["transitions"], f"{pointer}/transitions")}
    rest = {name: value for name, value in state.items() if name != "transitions"}
    if "goto" in state:
        simple = from_simple_state(state, pointer)
        kept = {name: value for name, value in rest.items() if name not in _SIMPLE}
        return {**kept, "transitions": [simple]}
    return {**rest, "tag": _tags(key, state.get("tag"))}


def _tags(key: str, tag: Json) -> list[Json]:
    if tag is None:
        return [key]
    return tag if isinstance(tag, list) else [tag]


def _instructions(state: JsonObject, pointer: str) -> JsonObject:
    instructions = state.get("instructions")
    if not (instructions is None or isinstance(instructions, dict)):
        refuse("The instructions of a state are a map.", f"{pointer}/instructions")
    return instructions or {}
