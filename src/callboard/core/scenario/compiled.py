"""A compiled scenario: everything that a step needs, prepared once and never changed.

`compile_scenario` (module `compile`) makes it from a normalised scenario. Whatever holds no data
function is a ready value here, shared by all processes; expressions and templates are closures;
schemas are checkers. The document itself stays readable as `document` (expressions see it as
`scenario`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

from callboard.core.canonical import Hasher
from callboard.core.expression import Budget
from callboard.core.expression.data import Data
from callboard.core.limits import Limits
from callboard.core.schema import Checker
from callboard.core.values import Absent, Json, JsonObject, truthy

UpdateMode: TypeAlias = Literal["replace", "merge", "append"]


@dataclass(frozen=True, slots=True)
class Condition:
    """An `if`. `always` spares the evaluation of one that is plainly true."""

    data: Data
    always: bool

    def holds(self, context: JsonObject, budget: Budget) -> bool:
        """Whether it is true by JavaScript's rules (specification: process, details 2)."""
        return self.always or truthy(self.data(context, budget))


@dataclass(frozen=True, slots=True)
class Log:
    """What a transition writes into `previous`, and when."""

    entry: Data
    condition: Condition
    never: bool
    of_action: bool
    """It says what it says by default: title and description of the action."""


@dataclass(frozen=True, slots=True)
class Transition:
    """One way out of a state. `on` is None for automatic ones and time-outs."""

    index: int
    """Its place in the state's `transitions`."""
    on: str | None
    after: int | None
    by: tuple[str, ...]
    condition: Condition
    goto: str | None
    log: Log


@dataclass(frozen=True, slots=True)
class Update:
    """One assignment of an action. `path` is None where `set` is computed at run time."""

    target: Data
    path: tuple[str | int, ...] | None
    value: Data
    takes_response: bool
    """The value is the response as it is."""
    stub: Data | None
    mode: UpdateMode
    condition: Condition


@dataclass(frozen=True, slots=True)
class Action:
    """An action as one state sees it."""

    key: str
    data: Data
    """The action without `if` and `update`, with `key`."""
    ready: JsonObject | None
    """The same where nothing in it is computed."""
    condition: Condition
    actors: Data
    patterns: tuple[str, ...] | None
    """What `actors` lists; None where it is computed."""
    updates: tuple[Update, ...]
    response: Checker | None
    """None where the schema holds data functions and is compiled at run time."""
    default: Json | Absent


@dataclass(frozen=True, slots=True)
class Notification:
    """An entry of a state's `notify`."""

    service: str
    entry: Data
    """Without `if` and `trigger`."""
    condition: Condition
    trigger: Data
    triggers: bool
    """Whether an answer may mean an action: there is a `trigger`."""


@dataclass(frozen=True, slots=True)
class State:
    """A state, its ways out sorted by what takes them."""

    key: str
    data: Data
    """Without `transitions` and `notify`, with `key`."""
    notify: tuple[Notification, ...]
    actions: Mapping[str, Action]
    """In the order in which the transitions name them."""
    by_action: Mapping[str, tuple[Transition, ...]]
    automatic: tuple[Transition, ...]
    timeouts: tuple[Transition, ...]
    """By `after`; equal ones in the order of the list."""
    is_end: bool
    may_offer_services: bool
    """An action's `actor` names a service that `notify` does not, or is computed."""
    ready_actions: list[Json] | None
    """`current.actions` where nothing decides but which actors exist, for the declared actors."""
    ready: JsonObject | None
    """`current` without its timestamp, for the declared actors, where nothing is computed."""


@dataclass(frozen=True, slots=True)
class Actor:
    """A declared actor, or a wildcard one."""

    key: str
    title: str
    role: Json | Absent
    defaults: JsonObject
    checker: Checker

    def make(self, key: str, given: Json) -> Json:
        """A new actor: title and defaults, what was given over them, and the scenario's role.

        What is given counts as `{}` when it is null; anything but an object is left for validation.
        """
        if given is not None and not isinstance(given, dict):
            return given
        made: JsonObject = {"title": self._title(key), **self.defaults, **(given or {})}
        if not isinstance(self.role, Absent):
            made["role"] = self.role
        return made

    def _title(self, key: str) -> str:
        if not self.key.endswith("*"):
            return self.title
        return f"{self.title} {key[len(self.key) - 1 :]}"


@dataclass(frozen=True, slots=True)
class Variable:
    """A declared variable (or `v_*`), or the result."""

    default: Json | Absent
    checker: Checker
    default_is_valid: bool


@dataclass(frozen=True, slots=True)
class Scenario:
    """A compiled scenario. Made by `compile`; equal documents have equal ids."""

    id: str
    document: JsonObject
    """Normalised, with `id`."""
    name: str | None
    version: str | None
    title: str
    tags: list[Json]
    actors: Mapping[str, Actor]
    wildcard_actors: tuple[Actor, ...]
    fresh_actors: JsonObject
    """The declared actors as a process starts with them when nothing is given."""
    variables: Mapping[str, Variable]
    wildcard_variables: tuple[tuple[str, Variable], ...]
    fresh_variables: JsonObject
    """The defaults of those variables that have one."""
    result: Variable
    states: Mapping[str, State]
    action_keys: frozenset[str]
    services: frozenset[str]
    """The services (`service:NAME`) that transitions and actions name."""
    has_computed_actors: bool
    """Some action's actors are worked out at run time: there may be more services."""
    keeps_previous: bool
    """Some expression may read, or some update may write, `previous`: steps need the log."""
    keeps_events: bool
    """Some expression may read `events`: steps need the whole chain."""
    defaults_are_valid: bool
    limits: Limits
    schemas: Mapping[str, Json]
    """What `$ref` may name, by URI: for schemas that are computed at run time."""
    hasher: Hasher
    """Makes the hashes of its processes' events."""

    def has_action(self, key: str) -> bool:
        """Whether a transition of any state names this action."""
        return key in self.action_keys
