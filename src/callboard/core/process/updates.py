"""Updates: what an action changes (specification: process, step 4 and details 5).

Each is evaluated against the process as the one before left it. A value is put at the end of a path
by copying the containers along it; nothing that was there is changed in place.
"""

from __future__ import annotations

from typing import cast

from callboard.core.process.actors import find_actor
from callboard.core.process.draft import Draft
from callboard.core.scenario.compiled import Action, Update, UpdateMode
from callboard.core.scenario.paths import Path, parse_path
from callboard.core.values import Json, JsonObject
from callboard.errors import BudgetError, Reason


def apply_updates(draft: Draft, action: Action, touched: set[str]) -> list[Reason]:
    """Run an action's updates in order; why some could not run. `touched` collects the top-level
    fields that were written.
    """
    errors: list[Reason] = []
    for update in action.updates:
        if not draft.holds(update.condition):
            continue
        path = update.path
        if path is None:
            path = _computed_path(draft, update)
        if path:
            touched.add(_apply(draft, update, path))
        else:
            errors.append(_refused(draft, update))
    return errors


def _computed_path(draft: Draft, update: Update) -> Path:
    target = update.target(draft.context, draft.budget)
    return parse_path(target) if isinstance(target, str) else ()


def _refused(draft: Draft, update: Update) -> Reason:
    target = update.target(draft.context, draft.budget)
    return Reason(
        "update-target",
        f"{target!r} is not for updates. They may set title, tags, previous, vars, actors, result"
        " and current.actor, and what is in the last four.",
    )


def _apply(draft: Draft, update: Update, path: Path) -> str:
    """Set one value; the top-level field that it changed."""
    data = update.value
    if draft.predicting and update.stub is not None:
        data = update.stub
    value: Json
    if data is update.value and update.takes_response:
        value = draft.context["current"]["response"]
    else:
        value = data(draft.context, draft.budget)
    if path[0] == "current":
        return _set_current_actor(draft, path[2:], value, update.mode)
    field = cast("str", path[0])
    before = draft.context.get(field)
    after = _put(before, path, 1, value, update.mode, draft.scenario.limits.path_index)
    draft.context[field] = _complete_actors(draft, before, after) if field == "actors" else after
    return field


def _set_current_actor(draft: Draft, path: Path, value: Json, mode: UpdateMode) -> str:
    """Set something of the acting actor, here and in `actors`; a service keeps nothing."""
    acting: JsonObject = draft.current["actor"]
    changed = _put(acting, path, 0, value, mode, draft.scenario.limits.path_index)
    key = cast("str", acting["key"])
    if isinstance(changed, dict):
        draft.context["current"] = {**draft.current, "actor": {**changed, "key": key}}
    if key in draft.actors:
        actor: Json = changed
        if isinstance(changed, dict):
            actor = {name: item for name, item in changed.items() if name != "key"}
        draft.context["actors"] = {**draft.actors, key: actor}
    return "actors"


def _complete_actors(draft: Draft, before: Json, after: Json) -> Json:
    """Give actors that appear their defaults and title; null counts as `{}`."""
    if not isinstance(after, dict):
        return after
    known = before if isinstance(before, dict) else {}
    completed: JsonObject = {}
    for key, value in after.items():
        declared = None if key in known else find_actor(draft.scenario, key)
        if declared is not None:
            completed[key] = declared.make(key, value)
        else:
            completed[key] = {} if value is None else value
    return completed


def _put(
    container: Json, path: Path, depth: int, value: Json, mode: UpdateMode, bound: int
) -> Json:
    """What `container` becomes when the rest of the path in it is set."""
    if depth == len(path):
        return _join(container, value, mode)
    part = path[depth]
    if isinstance(container, list) and isinstance(part, int):
        if part > bound:
            raise BudgetError(f"An update sets item {part} of a list; at most {bound} are allowed.")
        items = container + [None] * (part + 1 - len(container))
        items[part] = _put(items[part], path, depth + 1, value, mode, bound)
        return items
    if isinstance(part, int) and not isinstance(container, dict):
        return _put([], path, depth, value, mode, bound)
    key = str(part)
    fields = container if isinstance(container, dict) else {}
    return {**fields, key: _put(fields.get(key), path, depth + 1, value, mode, bound)}


def _join(old: Json, new: Json, mode: UpdateMode) -> Json:
    if mode == "append":
        return [*old, new] if isinstance(old, list) else [new]
    if mode == "merge":
        return _merge(old, new)
    return new


def _merge(old: Json, new: Json) -> Json:
    """Two lists are joined, objects overlaid; a list beside an object counts as an object with its
    indexes as keys; null takes nothing away.
    """
    if isinstance(old, list) and isinstance(new, list):
        return old + new
    if not isinstance(old, (list, dict)):
        return new
    if new is None:
        return old
    if not isinstance(new, (list, dict)):
        return new
    return {**_as_object(old), **_as_object(new)}


def _as_object(value: list[Json] | JsonObject) -> JsonObject:
    return value if isinstance(value, dict) else {str(i): item for i, item in enumerate(value)}
