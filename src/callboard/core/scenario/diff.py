"""What differs between two scenarios, by meaning: states, transitions, actions, actors, variables.

Both are normalised, so that what says the same in other words is no difference. Beside the changes
stand the obstacles: why a process that runs on the first may not fit the second, since a process is
carried over by replaying its events (specification: process, "migrate").
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, TypeAlias, cast

from callboard.core.canonical import canonical
from callboard.core.scenario.forms.places import escape
from callboard.core.scenario.names import is_service, patterns_of
from callboard.core.scenario.spans import span
from callboard.core.schema.narrowing import may_refuse
from callboard.core.values import Json, JsonObject

ChangeKind: TypeAlias = Literal["added", "removed", "changed"]

_SECTIONS = (
    ("states", "state"),
    ("actions", "action"),
    ("actors", "actor"),
    ("vars", "variable"),
)
_APART = frozenset(("states", "actions", "actors", "vars", "id"))


@dataclass(frozen=True, slots=True)
class Change:
    """One difference: what kind of thing, which one, where, and what it was and is."""

    kind: ChangeKind
    what: str
    name: str
    pointer: str
    before: Json = None
    after: Json = None

    def __str__(self) -> str:
        return f"{self.what} {self.name} {self.kind}"


@dataclass(frozen=True, slots=True)
class Difference:
    """All changes from one scenario to another, and what may keep running processes from it."""

    changes: tuple[Change, ...]
    obstacles: tuple[str, ...]

    @property
    def fits(self) -> bool:
        """Whether nothing speaks against carrying over a process. Only a replay can prove it."""
        return not self.obstacles


def diff(before: JsonObject, after: JsonObject) -> Difference:
    """The difference between two normalised scenarios."""
    changes = [*_scenario_changes(before, after)]
    for section, what in _SECTIONS:
        old = cast("JsonObject", before.get(section) or {})
        new = cast("JsonObject", after.get(section) or {})
        changes += _entries(old, new, what, f"/{section}")
    return Difference(tuple(changes), tuple(dict.fromkeys(_obstacles(before, after))))


def _scenario_changes(before: JsonObject, after: JsonObject) -> Iterator[Change]:
    """The fields of the scenario itself."""
    for key in {**before, **after}:
        if key not in _APART:
            yield from _field("scenario", key, f"/{key}", before.get(key), after.get(key))


def _field(what: str, name: str, pointer: str, old: Json, new: Json) -> Iterator[Change]:
    """The difference of two values, as deep inside as both are maps, or lists of one length."""
    if canonical(old) == canonical(new):
        return
    inner = _inner(old, new)
    if inner is not None:
        for key, before, after in inner:
            yield from _field(what, f"{name}.{key}", f"{pointer}/{escape(key)}", before, after)
        return
    kind: ChangeKind = "added" if old is None else "removed" if new is None else "changed"
    yield Change(kind, what, name, pointer, old, new)


def _inner(old: Json, new: Json) -> list[tuple[str, Json, Json]] | None:
    """What is compared part by part; None where the values are compared as wholes."""
    if isinstance(old, dict) and isinstance(new, dict):
        return [(key, old.get(key), new.get(key)) for key in {**old, **new}]
    if isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        pairs = zip(old, new, strict=True)
        return [(str(index), before, after) for index, (before, after) in enumerate(pairs)]
    return None


def _entries(old: JsonObject, new: JsonObject, what: str, pointer: str) -> Iterator[Change]:
    for key in {**old, **new}:
        place = f"{pointer}/{escape(key)}"
        if key not in new:
            yield Change("removed", what, key, place, old[key], None)
        elif key not in old:
            yield Change("added", what, key, place, None, new[key])
        else:
            yield from _inside(
                what, key, place, cast("JsonObject", old[key]), cast("JsonObject", new[key])
            )


def _inside(what: str, key: str, place: str, old: JsonObject, new: JsonObject) -> Iterator[Change]:
    """What changed in something that is in both."""
    for field in {**old, **new}:
        pointer = f"{place}/{field}"
        if field == "transitions":
            yield from _transitions(key, pointer, old.get(field), new.get(field))
        else:
            yield from _field(what, f"{key}.{field}", pointer, old.get(field), new.get(field))


def _transitions(state: str, pointer: str, old: Json, new: Json) -> Iterator[Change]:
    """Transitions are told apart by what takes them and where they lead."""
    before, after = _by_meaning(old), _by_meaning(new)
    for name in {**before, **after}:
        yield from _field(
            "transition", f"{state}: {name}", pointer, before.get(name), after.get(name)
        )
    if list(before) != list(after) and before.keys() == after.keys():
        yield Change("changed", "transition", f"{state}: order", pointer, [*before], [*after])


def _by_meaning(transitions: Json) -> dict[str, Json]:
    named: dict[str, Json] = {}
    for item in cast("list[JsonObject]", transitions or []):
        if "after" in item:
            trigger = f"after {span(cast('int', item['after']))}"
        else:
            trigger = f"on {item['on']}" if item.get("on") is not None else "automatic"
        name = f"{trigger} -> {'stay' if item.get('goto') is None else item['goto']}"
        while name in named:
            name += "'"
        named[name] = item
    return named


def _obstacles(before: JsonObject, after: JsonObject) -> Iterator[str]:
    """Why events that happened under one scenario might be refused by the other."""
    states = cast("dict[str, JsonObject]", after["states"])
    for key, state in cast("dict[str, JsonObject]", before["states"]).items():
        if key not in states:
            yield f"State {key!r} is gone: a process that was or is in it does not fit."
            continue
        for name in _actions_of(state):
            if name not in _actions_of(states[key]):
                yield f"State {key!r} has lost action {name!r}."
            else:
                yield from _action_obstacles(before, after, key, name)
    yield from _actor_obstacles(before, after)
    yield from _value_obstacles(before, after)


def _actions_of(state: JsonObject) -> list[str]:
    transitions = cast("list[JsonObject]", state.get("transitions") or [])
    return [cast("str", item["on"]) for item in transitions if item.get("on") is not None]


def _action_obstacles(
    before: JsonObject, after: JsonObject, state: str, name: str
) -> Iterator[str]:
    old, new = _action(before, state, name), _action(after, state, name)
    if may_refuse(old.get("response") or {}, new.get("response") or {}):
        yield f"Action {name!r} in state {state!r} asks for another response: old ones may not fit."
    lost = [
        actor
        for actor in patterns_of(old.get("actor"))
        if actor not in (names := patterns_of(new.get("actor"))) and "*" not in names
    ]
    if lost:
        yield f"Action {name!r} in state {state!r} no longer admits {', '.join(lost)}."


def _action(scenario: JsonObject, state: str, name: str) -> JsonObject:
    actions = cast("dict[str, JsonObject]", scenario["actions"])
    return actions.get(f"{state}.{name}") or actions.get(name) or {}


def _actor_obstacles(before: JsonObject, after: JsonObject) -> Iterator[str]:
    new = cast("dict[str, JsonObject]", after["actors"])
    for key, actor in cast("dict[str, JsonObject]", before["actors"]).items():
        if is_service(key):
            continue
        if key not in new:
            yield f"Actor {key!r} is gone."
        elif canonical(actor.get("role")) != canonical(new[key].get("role")):
            yield f"Actor {key!r} has another role."
        elif may_refuse(_schema(actor), _schema(new[key])):
            yield f"Actor {key!r} has another schema: actors of running processes may not fit."


def _schema(actor: JsonObject) -> JsonObject:
    return {name: actor[name] for name in actor if name != "role"}


def _value_obstacles(before: JsonObject, after: JsonObject) -> Iterator[str]:
    """Variables and the result whose schema admits less than it did."""
    old, new = cast("JsonObject", before["vars"]), cast("JsonObject", after["vars"])
    for key, schema in old.items():
        if key not in new:
            yield f"Variable {key!r} is gone: its values are kept, and nothing checks them."
        elif may_refuse(schema, new[key]):
            yield f"Variable {key!r} has another schema: values of running processes may not fit."
    if may_refuse(before.get("result") or {}, after.get("result") or {}):
        yield "The result has another schema: results of running processes may not fit."
