"""What a scenario implies without saying it: actions, end states and notifications.

Specification: language, sections 3, 5.3 and 5.5. A transition on an action that nobody defined
implies the action `STATE.ACTION`, for the actors that its `by` admits. Normalising again meets the
implied actions as if they were written; therefore a `STATE.ACTION` without a plain `ACTION` is
accepted where it is just what would be implied, and an error elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from callboard.core.limits import Limits
from callboard.core.scenario.names import ANYBODY, covers, is_service
from callboard.core.scenario.normalize.notify import implied_notify
from callboard.core.scenario.normalize.refusal import pointer_to, refuse
from callboard.core.scenario.normalize.states import implied_end_state, is_end_key
from callboard.core.scenario.normalize.titles import title_of
from callboard.core.values import Json, JsonObject, equal


def with_implied_states(states: Mapping[str, JsonObject]) -> dict[str, JsonObject]:
    """The states, with the end states that only a `goto` names, and implied notifications."""
    result = {key: _with_notify(state) for key, state in states.items()}
    for state in states.values():
        for transition in _transitions(state):
            goto = transition.get("goto")
            if isinstance(goto, str) and is_end_key(goto) and goto not in result:
                result[goto] = implied_end_state(goto)
    return result


def _with_notify(state: JsonObject) -> JsonObject:
    notify = state["notify"]
    listed = notify if isinstance(notify, list) else []
    implied = implied_notify(listed, _list(state.get("transitions")))
    return {**state, "notify": [*listed, *implied]} if implied else state


def with_implied_actions(
    actions: JsonObject,
    actors: Iterable[str],
    states: Mapping[str, JsonObject],
    limits: Limits,
) -> JsonObject:
    """The actions, with those that transitions imply. Refuses an override of no action."""
    maker = _Maker(tuple(actors), limits)
    result = dict(actions)
    named: set[str] = set()
    implied_as_written: set[str] = set()
    for state_key, state in states.items():
        for action, lists in _by_action(state).items():
            named.add(action)
            if action not in actions:
                key = f"{state_key}.{action}"
                implied = maker.action(action, lists)
                result.setdefault(key, implied)
                if key in actions and equal(actions[key], implied):
                    implied_as_written.add(key)
    _check_overrides(actions, states, named | implied_as_written)
    return result


def _check_overrides(
    actions: JsonObject, states: Mapping[str, JsonObject], accepted: set[str]
) -> None:
    lengths = sorted({len(key) for key in states})
    for key in actions:
        if "." not in key or key in accepted:
            continue
        overridden = [
            key[length + 1 :]
            for length in lengths
            if key[length : length + 1] == "." and key[:length] in states
        ]
        if overridden and not any(action in actions for action in overridden):
            refuse(
                f"There is no action {overridden[0]!r} that this could stand in for.",
                pointer_to("actions", key),
            )


class _Maker:
    """Makes implied actions; together their actors stay below `Limits.process_bytes`."""

    def __init__(self, actors: tuple[str, ...], limits: Limits) -> None:
        self.actors = actors
        self.limits = limits
        self.size = 0

    def action(self, key: str, lists: Sequence[list[str]]) -> JsonObject:
        admitted: dict[str, None] = {}
        for by in lists:
            admitted.update(dict.fromkeys(self.admitted(by)))
        for by in lists:
            admitted.update(dict.fromkeys(name for name in by if is_service(name)))
        return {
            "title": title_of(key),
            "description": "",
            "if": True,
            "actor": list(admitted),
            "response": {},
            "update": [],
        }

    def admitted(self, by: list[str]) -> Iterator[str]:
        """The declared actors that a `by` list means, in the order of the scenario."""
        names = set(by)
        patterns = [name for name in names if name.endswith("*")]
        self.charge(by, patterns)
        if ANYBODY in names:
            return iter(self.actors)
        return (
            actor
            for actor in self.actors
            if actor in names or any(covers(pattern, actor) for pattern in patterns)
        )

    def charge(self, by: list[str], patterns: list[str]) -> None:
        self.size += 4 * (len(by) + len(self.actors) * (1 + len(patterns)))
        if self.size > self.limits.process_bytes:
            refuse("The actions that the transitions imply are too many.", pointer_to("states"))


def _by_action(state: JsonObject) -> dict[str, list[list[str]]]:
    """For each action of a state the `by` lists of its transitions, in order."""
    found: dict[str, list[list[str]]] = {}
    for transition in _transitions(state):
        action, by = transition.get("on"), _list(transition.get("by"))
        if isinstance(action, str):
            names = [name for name in by if isinstance(name, str)]
            found.setdefault(action, []).append(names)
    return found


def _transitions(state: JsonObject) -> Iterator[JsonObject]:
    return (item for item in _list(state.get("transitions")) if isinstance(item, dict))


def _list(value: Json) -> list[Json]:
    return value if isinstance(value, list) else []
