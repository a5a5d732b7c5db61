"""The structure of a scenario: as it was written and normalised, and who may do what in it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import cast

from callboard.core.expression import Functions
from callboard.core.limits import Limits
from callboard.core.scenario.lint.cast import Cast
from callboard.core.scenario.lint.ways import Decides, Way, decision, ways_of
from callboard.core.scenario.names import ANYBODY, patterns_of
from callboard.core.scenario.paths import parse_path
from callboard.core.scenario.places import ROOT, Place
from callboard.core.scenario.validate.kinds import is_function
from callboard.core.values import Json, JsonObject


@dataclass(frozen=True, slots=True)
class Update:
    """One update of an action, normalised, and where its target was written."""

    action: str
    spec: JsonObject
    place: Place

    @property
    def target(self) -> tuple[str | int, ...] | None:
        """The path that it writes, empty when it may not; None where it is computed."""
        target = self.spec.get("set")
        return parse_path(target) if isinstance(target, str) else None


class Structure:
    """One scenario: its states, actions, actors and transitions."""

    def __init__(
        self,
        written: JsonObject,
        normalized: JsonObject,
        functions: Functions,
        schemas: Mapping[str, Json],
        limits: Limits,
        services: Collection[str] | None = None,
    ) -> None:
        self.written = written
        self.normalized = normalized
        self.functions = functions
        self.schemas = schemas
        self.limits = limits
        self.services = None if services is None else frozenset(services)
        self._performers: dict[tuple[str, tuple[str, ...]], frozenset[str] | None] = {}

    @property
    def states(self) -> dict[str, JsonObject]:
        return cast("dict[str, JsonObject]", self.normalized["states"])

    @property
    def actions(self) -> dict[str, JsonObject]:
        return cast("dict[str, JsonObject]", self.normalized["actions"])

    @property
    def actors(self) -> dict[str, JsonObject]:
        return cast("dict[str, JsonObject]", self.normalized["actors"])

    @property
    def variables(self) -> dict[str, Json]:
        return cast("dict[str, Json]", self.normalized["vars"])

    @cached_property
    def cast(self) -> Cast:
        return Cast(self.actors)

    @cached_property
    def ways(self) -> dict[str, tuple[Way, ...]]:
        """The transitions of each state."""
        return ways_of(self.written, self.states)

    def action_of(self, state: str, key: str) -> tuple[str, JsonObject]:
        """The action that a transition of a state names: its key among the actions, and itself."""
        name = f"{state}.{key}" if f"{state}.{key}" in self.actions else key
        return name, self.actions.get(name, {})

    def decides(self, way: Way) -> Decides:
        """What the action's own `if` says to a transition."""
        if way.on is None:
            return "always"
        return decision(self.action_of(way.state, way.on)[1].get("if", True))

    def performers(self, way: Way) -> frozenset[str] | None:
        """Who may take a transition on an action; None: cannot tell, or nobody has to."""
        if way.on is None:
            return None
        name, action = self.action_of(way.state, way.on)
        if (name, way.by) not in self._performers:
            self._performers[name, way.by] = self._work_out(action.get("actor"), way)
        return self._performers[name, way.by]

    def takers(self, way: Way) -> frozenset[str]:
        """As `performers`; where the action computes its actors, those that `by` admits."""
        known = self.performers(way)
        return self.cast.meant(way.by) if known is None else known

    def _work_out(self, listed: Json, way: Way) -> frozenset[str] | None:
        if is_computed(listed):
            return None if self.cast.meant(way.by) else frozenset()
        return self.cast.both(patterns_of([ANYBODY] if listed is None else listed), way.by)

    @cached_property
    def updates(self) -> tuple[Update, ...]:
        """All updates that were written."""
        return tuple(self._updates())

    def _updates(self) -> Iterator[Update]:
        actions = self.written.get("actions")
        for key, action in actions.items() if isinstance(actions, dict) else ():
            written = action.get("update") if isinstance(action, dict) else None
            place = ROOT / "actions" / key / "update"
            for index, spec in enumerate(cast("list[JsonObject]", self.actions[key]["update"])):
                at = place / index if isinstance(written, list) else place
                yield Update(key, spec, at if isinstance(written, str) else at / "set")

    def is_written(self, state: str) -> bool:
        """Whether a state is declared; an end state may be only named by a `goto`."""
        states = self.written.get("states")
        return isinstance(states, dict) and state in states

    def state_pointer(self, key: str) -> str:
        """Where a state was written; for one that is only implied, all the states."""
        return str(ROOT / "states" / key if self.is_written(key) else ROOT / "states")

    def written_states(self) -> Iterator[tuple[str, Place, JsonObject]]:
        """The states that were written, `*` among them; a null one is left out."""
        states = self.written.get("states")
        for key, state in states.items() if isinstance(states, dict) else ():
            if isinstance(state, dict):
                yield key, ROOT / "states" / key, state


def is_computed(listed: Json) -> bool:
    """Whether a data function gives the actors of an action, or some of them."""
    return is_function(listed) or (isinstance(listed, list) and any(map(is_function, listed)))
