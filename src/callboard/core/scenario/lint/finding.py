"""What lint says: one finding, and the scenario as the rules look at it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Literal, TypeAlias, cast

from callboard.core.expression import Functions
from callboard.core.scenario.names import ANYBODY, covers, is_service, patterns_of
from callboard.core.values import Json, JsonObject

Severity: TypeAlias = Literal["error", "warning", "info"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that a state machine got wrong.

    `pointer` is a place in the scenario as it was written; `message` says what and why, `hint` what
    to do. `line` and `column` (from 1) are known where the text is.
    """

    code: str
    severity: Severity
    pointer: str
    message: str
    hint: str
    line: int | None = None
    column: int | None = None


@dataclass(frozen=True, slots=True)
class Way:
    """One transition of a state: the normalised transition, and where it was written."""

    state: str
    index: int
    spec: JsonObject
    pointer: str

    @property
    def on(self) -> str | None:
        return cast("str | None", self.spec.get("on"))

    @property
    def after(self) -> int | None:
        return cast("int | None", self.spec.get("after"))

    @property
    def by(self) -> list[str]:
        return patterns_of(self.spec.get("by", [ANYBODY]))

    @property
    def target(self) -> str:
        goto = self.spec.get("goto")
        return self.state if goto is None else cast("str", goto)

    @property
    def is_automatic(self) -> bool:
        return self.on is None and self.after is None

    @property
    def is_certain(self) -> bool:
        """Whether no expression decides."""
        return self.spec.get("if") is True

    @property
    def is_never(self) -> bool:
        """Whether it is plainly never taken."""
        return self.spec.get("if") in (False, None, 0, "")


class Subject:
    """A scenario that is looked at: as written, and normalised."""

    def __init__(
        self,
        written: JsonObject,
        normalized: JsonObject,
        functions: Functions,
        schemas: Mapping[str, Json],
    ) -> None:
        self.written = written
        self.normalized = normalized
        self.functions = functions
        self.schemas = schemas

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
    def ways(self) -> dict[str, list[Way]]:
        """The transitions of each state that are not plainly never taken."""
        return {
            key: [w for w in self._ways(key, s) if not w.is_never] for key, s in self.states.items()
        }

    def _ways(self, key: str, state: JsonObject) -> Iterator[Way]:
        for index, spec in enumerate(cast("list[JsonObject]", state.get("transitions") or [])):
            yield Way(key, index, spec, self._way_pointer(key, index))

    def _way_pointer(self, key: str, index: int) -> str:
        """Where a transition was written: in the state, or in `*`, from which it was merged."""
        own = self._written_ways(key)
        if index < own:
            state = _at(self.written, "states", key)
            explicit = isinstance(state, dict) and "transitions" in state
            return f"/states/{escape(key)}" + (f"/transitions/{index}" if explicit else "")
        anywhere = _at(self.written, "states", "*")
        explicit = isinstance(anywhere, dict) and "transitions" in anywhere
        return "/states/*" + (f"/transitions/{index - own}" if explicit else "")

    def _written_ways(self, key: str) -> int:
        state = _at(self.written, "states", key)
        if not isinstance(state, dict):
            return 0
        listed = state.get("transitions")
        if isinstance(listed, list):
            return len(listed)
        return int("on" in state or "after" in state)

    def state_pointer(self, key: str) -> str:
        """Where a state was written; for one that is only implied, all the states."""
        written = _at(self.written, "states")
        is_written = isinstance(written, dict) and key in written
        return f"/states/{escape(key)}" if is_written else "/states"

    def action_of(self, state: str, key: str) -> tuple[str, JsonObject]:
        """The action that a transition of a state names: its key among the actions, and itself."""
        name = f"{state}.{key}" if f"{state}.{key}" in self.actions else key
        return name, self.actions.get(name, {})

    def performers(self, way: Way) -> list[str] | None:
        """The declared actors and services that may take a transition; None: cannot tell."""
        _, action = self.action_of(way.state, way.on or "")
        listed = action.get("actor", [ANYBODY])
        if isinstance(listed, dict) or any(
            isinstance(item, dict) for item in (listed if isinstance(listed, list) else [])
        ):
            return None
        patterns = patterns_of(listed)
        services = [key for key in (*patterns, *way.by) if is_service(key)]
        return [
            key
            for key in (*self.actors, *services)
            if _meant(patterns, key, way.by) and _named(way.by, key)
        ]


def _meant(patterns: list[str], key: str, by: list[str]) -> bool:
    if is_service(key):
        return key in patterns or (ANYBODY in patterns and key in by)
    return _named(patterns, key)


def _named(patterns: list[str], key: str) -> bool:
    """Whether a list means a declared key, or (`guest_*`) some of those that it stands for."""
    return any(covers(p, key) or covers(key, p) for p in patterns)


def _at(value: Json, *keys: str) -> Json:
    for key in keys:
        value = value.get(key) if isinstance(value, dict) else None
    return value


def escape(key: str) -> str:
    """A key as part of a JSON Pointer."""
    return key.replace("~", "~0").replace("/", "~1")
