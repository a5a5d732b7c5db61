"""What can stand at a path of a process, as far as the scenario decides it."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import Final

from callboard.core.scenario.lint.cast import is_among, wildcard_of
from callboard.core.scenario.lint.reading import ReadPath
from callboard.core.scenario.lint.shapes import Impossible, Shapes, impossible_in
from callboard.core.scenario.lint.subject import Subject
from callboard.core.scenario.lint.texts import Scope
from callboard.core.scenario.normalize.wildcard import ANY_STATE
from callboard.core.scenario.validate.kinds import is_function
from callboard.core.values import JsonObject

_FIELDS: Final = (
    "id",
    "title",
    "isRunning",
    "tags",
    "scenario",
    "actors",
    "vars",
    "result",
    "current",
    "previous",
    "events",
    "is_prediction",
)
_CURRENT: Final = frozenset(
    (
        *("key", "timestamp", "title", "description", "instructions", "tag"),
        *("actions", "notify", "action", "actor", "response"),
    )
)
_ACTOR: Final = frozenset(("key", "id", "title", "role"))


class ProcessShape:
    """Follows paths through the processes of one scenario."""

    def __init__(self, subject: Subject) -> None:
        self.subject = subject
        self.shapes = Shapes(subject.schemas)

    def impossible(self, path: ReadPath, scope: Scope) -> Impossible | None:
        """The first step of a path that can never lead anywhere; None when there may be none."""
        if not path or not isinstance(path[0], str):
            return None
        match path[0]:
            case "vars" | "actors" as section:
                return self._declared(section, path)
            case "result":
                return self.shapes.impossible(self.subject.normalized["result"], path, 1)
            case "scenario":
                whole = {**self.subject.normalized, "id": ""}
                return impossible_in(whole, path, 1)
            case "current":
                return self._current(path, scope)
            case field if field in _FIELDS:
                return None
        return Impossible(0, _FIELDS)

    def undeclared(self, path: ReadPath, scope: Scope) -> Impossible | None:
        """The same for a path that an update writes: what updates make is not declared by it."""
        if path[0] in ("vars", "actors"):
            return self._declared(str(path[0]), path, made=False)
        return self.impossible(path, scope)

    def _declared(self, section: str, path: ReadPath, *, made: bool = True) -> Impossible | None:
        """A variable or an actor: declared, covered by a wildcard, or made by an update."""
        declared = self.subject.variables if section == "vars" else self.subject.actors
        name = path[1] if len(path) > 1 else None
        if not isinstance(name, str):
            return None
        key = name if name in declared else wildcard_of(name)
        if key in declared and is_among(name, (key,)):
            return self.shapes.impossible(declared[key], path, 2)
        if made and (self.makes_any(section) or name in self.made[section]):
            return None
        return Impossible(1, tuple(declared))

    def _current(self, path: ReadPath, scope: Scope) -> Impossible | None:
        name = path[1] if len(path) > 1 else None
        if name == "response":
            return self._response(path, scope)
        if name == "actor":
            return self._acting(path)
        if not isinstance(name, str) or name in self._current_keys:
            return None
        return Impossible(1, tuple(sorted(self._current_keys)))

    @cached_property
    def _current_keys(self) -> frozenset[str]:
        """What some state has, custom properties included."""
        keys = {key for state in self.subject.states.values() for key in state}
        return _CURRENT | (keys - {"transitions"})

    def _response(self, path: ReadPath, scope: Scope) -> Impossible | None:
        """A property of the response, where it is known which action is being done."""
        schemas = [action.get("response") for action in self._actions(scope)]
        found = [self.shapes.impossible(schema, path, 2) for schema in schemas]
        return next(iter(found), None) if None not in found else None

    def _actions(self, scope: Scope) -> Iterator[JsonObject]:
        """The actions that may be being done."""
        actions, state = self.subject.actions, scope.state
        if scope.action is None:
            return
        names = [scope.action]
        if state == ANY_STATE:
            names += [f"{key}.{scope.action}" for key in self.subject.states]
        elif state is not None:
            names = [self.subject.action_of(state, scope.action)[0]]
        yield from (actions[name] for name in names if name in actions)

    def _acting(self, path: ReadPath) -> Impossible | None:
        """A property of whoever acts: impossible when no actor can have it."""
        if len(path) < 3 or path[2] in _ACTOR:
            return None
        found = [self.shapes.impossible(schema, path, 2) for schema in self.subject.actors.values()]
        known = tuple(dict.fromkeys(name for item in found if item for name in item.known))
        return Impossible(2, (*known, "key")) if found and None not in found else None

    @cached_property
    def made(self) -> dict[str, frozenset[str]]:
        """The variables and actors that updates name."""
        made: dict[str, set[str]] = {"vars": set(), "actors": set()}
        for update in self.subject.updates:
            path, value = update.target, update.spec.get("value")
            if path and path[0] in made and len(path) > 1:
                made[str(path[0])].add(str(path[1]))
            elif path and path[0] in made and isinstance(value, dict):
                made[str(path[0])].update(value)
        return {key: frozenset(names) for key, names in made.items()}

    def makes_any(self, section: str) -> bool:
        """Whether updates may make variables, or actors, of names that are not known before."""
        return section in self._open_sections

    @cached_property
    def _open_sections(self) -> frozenset[str]:
        found: set[str] = set()
        for update in self.subject.updates:
            path, value = update.target, update.spec.get("value")
            if path is None:
                found.update(("vars", "actors"))
            elif len(path) == 1 and (is_function(value) or not isinstance(value, dict)):
                found.add(str(path[0]))
        return frozenset(found)
