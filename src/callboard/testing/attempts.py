"""What an explorer tries in a situation: every action of the state, by everybody who might do it,
with a few responses.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, TypeAlias, cast

from callboard.core.canonical import digest
from callboard.core.expression.data import has_functions
from callboard.core.scenario.compiled import Action, Scenario, State
from callboard.core.scenario.names import covers, is_service, patterns_of
from callboard.core.schema.samples import admitted, samples
from callboard.core.values import ABSENT, Absent, Json, JsonObject
from callboard.testing.clues import clues, expressions

_CLOCK: Final = ("timestamp", "events", "previous")
"""What expressions name that look at times, of which a walk tries only some."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """Somebody does an action."""

    action: Action
    actor: str
    response: Json | Absent


_Responses: TypeAlias = "tuple[tuple[Json | Absent, ...], bool]"
"""Those to try, and whether they are all that there are."""


class Attempts:
    """The attempts of one scenario. `sampled` tells whether any was a sample out of more."""

    def __init__(self, scenario: Scenario, limit: int) -> None:
        texts = " ".join(expressions(scenario.document))
        self.clues = clues(scenario.document)
        self.limit = limit + 3 * len(self.clues)
        self.sampled = bool(scenario.wildcard_actors) or any(name in texts for name in _CLOCK)
        self._looks_at_responses = "response" in texts
        self._made: dict[str, _Responses] = {}

    def of(self, state: State, process: JsonObject, start: int, end: int) -> Iterator[Attempt]:
        """What to try in a state, with those responses of each action from one place to another."""
        for name, transitions in state.by_action.items():
            action = state.actions[name]
            actors = _actors(action, process, [key for t in transitions for key in t.by])
            responses, _ = self._responses(action, process)
            for response in responses[start:end]:
                for actor in actors:
                    yield Attempt(action, actor, response)

    def most(self, state: State, process: JsonObject) -> int:
        """How many responses there are to try, of the action that has most."""
        return max((len(self._responses(a, process)[0]) for a in state.actions.values()), default=0)

    def are_all(self, state: State, process: JsonObject) -> bool:
        """Whether nothing else could be tried in a state."""
        return all(self._responses(action, process)[1] for action in state.actions.values())

    def _responses(self, action: Action, process: JsonObject) -> _Responses:
        schema = _schema(action, process)
        mark = digest(schema)
        if mark not in self._made:
            self._made[mark] = self._make(schema)
            self.sampled = self.sampled or not self._made[mark][1]
        return self._made[mark]

    def _make(self, schema: Json) -> _Responses:
        if schema == {}:
            return (ABSENT,), not self._looks_at_responses
        found = samples(schema, limit=self.limit, clues=self.clues)
        count = admitted(schema)
        return tuple(found) or (ABSENT,), count is not None and count <= len(found)


def _schema(action: Action, process: JsonObject) -> Json:
    """The schema of an action's response; a computed one as `current` shows it."""
    schema: Json = None
    if action.response is not None and isinstance(action.data.value, dict):
        schema = action.data.value.get("response")
    if schema is None or has_functions(schema):
        offered = cast("list[JsonObject]", cast("JsonObject", process["current"])["actions"])
        schema = next((item.get("response") for item in offered if item["key"] == action.key), {})
    return schema


def _actors(action: Action, process: JsonObject, by: list[str]) -> list[str]:
    """Everybody who might do an action: the process's actors, and the services that are named."""
    patterns = patterns_of(action.actors.value) if action.actors.static else ["*"]
    keys = list(cast("JsonObject", process["actors"]))
    admitted_keys = [key for key in keys if any(covers(p, key) for p in patterns)]
    services = dict.fromkeys(key for key in (*patterns, *by) if is_service(key))
    return [key for key in admitted_keys if any(covers(p, key) for p in by)] + list(services)
