"""From a normalised scenario to a compiled one.

Compiling never fails on an expression, template or schema that is wrong: what is wrong raises when
a process needs it, and `lint` finds it before. What has no function in it is evaluated here, once.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import cast

from callboard.core.canonical import Hasher, scenario_id, sha256
from callboard.core.expression import BUILTINS, Functions
from callboard.core.expression.data import Data, compile_data
from callboard.core.limits import DEFAULT_LIMITS, Limits
from callboard.core.scenario.compiled import (
    Action,
    Actor,
    Condition,
    Log,
    Notification,
    Scenario,
    State,
    Transition,
    Update,
    UpdateMode,
    Variable,
)
from callboard.core.scenario.names import SERVICE, expand, is_service, patterns_of
from callboard.core.scenario.paths import parse_path
from callboard.core.schema import Checker, compile_schema, default_of
from callboard.core.values import ABSENT, Absent, Json, JsonObject, truthy
from callboard.errors import SchemaError

_RESPONSE: JsonObject = {"<ref>": "current.response"}
_LOG_OF_ACTION: JsonObject = {
    "title": {"<ref>": "current.action.title"},
    "description": {"<ref>": "current.action.description"},
}


def compile_scenario(
    scenario: JsonObject,
    *,
    functions: Functions = BUILTINS,
    limits: Limits = DEFAULT_LIMITS,
    schemas: Mapping[str, Json] | None = None,
    hasher: Hasher = sha256,
) -> Scenario:
    """Prepare a normalised scenario for running. `schemas` are those that `$ref` may name, by URI;
    `hasher` makes the hashes of events, `hmac(secret)` for chains that only its holders continue.

    A given `id` stays the scenario's id; without one it is worked out from the content.
    """
    return _Compiler(scenario, functions, limits, schemas or {}, hasher).scenario()


class _Compiler:
    """One compilation: the document, what it may use, and what its expressions turn out to read."""

    def __init__(
        self,
        document: JsonObject,
        functions: Functions,
        limits: Limits,
        schemas: Mapping[str, Json],
        hasher: Hasher,
    ) -> None:
        identity = document.get("id")
        self.id = identity if isinstance(identity, str) else scenario_id(document)
        self.document: JsonObject = {**document, "id": self.id}
        self.functions = functions
        self.limits = limits
        self.schemas = schemas
        self.hasher = hasher
        self.reads: set[str] = set()

    def scenario(self) -> Scenario:
        document = self.document
        actors = [self.actor(key, spec) for key, spec in _items(document.get("actors"))]
        variables = [(key, self.variable(spec)) for key, spec in _items(document.get("vars"))]
        fixed = {actor.key: actor for actor in actors if not actor.key.endswith("*")}
        states = {
            key: self.state(key, cast("JsonObject", spec), fixed)
            for key, spec in _items(document.get("states"))
        }
        result = self.variable(document.get("result"))
        return Scenario(
            id=self.id,
            document=document,
            name=cast("str | None", document.get("name")),
            version=cast("str | None", document.get("version")),
            title=cast("str", document.get("title")),
            tags=cast("list[Json]", document.get("tags")),
            actors=fixed,
            wildcard_actors=tuple(actor for actor in actors if actor.key.endswith("*")),
            fresh_actors={key: actor.make(key, None) for key, actor in fixed.items()},
            variables={key: item for key, item in variables if not key.endswith("*")},
            wildcard_variables=tuple(pair for pair in variables if pair[0].endswith("*")),
            fresh_variables={
                key: item.default
                for key, item in variables
                if not key.endswith("*") and not isinstance(item.default, Absent)
            },
            result=result,
            states=states,
            action_keys=frozenset(key for state in states.values() for key in state.by_action),
            services=frozenset(_services(states.values())),
            has_computed_actors=any(
                not action.actors.static
                for state in states.values()
                for action in state.actions.values()
            ),
            keeps_previous="previous" in self.reads,
            keeps_events="events" in self.reads,
            defaults_are_valid=result.default_is_valid
            and all(item.default_is_valid for _, item in variables),
            limits=self.limits,
            schemas=self.schemas,
            hasher=self.hasher,
        )

    def data(self, value: Json, pointer: str) -> Data:
        """Compile a value, and note which histories it may read."""
        data = compile_data(value, functions=self.functions, limits=self.limits, pointer=pointer)
        if data.reads is None:
            self.reads.update(("previous", "events"))
        else:
            self.reads.update(data.reads)
        return data

    def checker(self, schema: Json) -> Checker:
        return compile_schema(schema, limits=self.limits, resources=self.schemas)

    def condition(self, value: Json, pointer: str) -> Condition:
        data = self.data(value, pointer)
        return Condition(data, always=data.static and truthy(value))

    def actor(self, key: str, spec: Json) -> Actor:
        schema = cast("JsonObject", spec)
        role: Json | Absent = schema.get("role", ABSENT)
        # `title` and `role` describe the actor; as annotations they would not harm, but a `role`
        # list is no JSON Schema keyword that a strict checker has to accept.
        checked = {name: value for name, value in schema.items() if name not in ("title", "role")}
        default = default_of(checked)
        return Actor(
            key=key,
            title=cast("str", schema.get("title", key)),
            role=role,
            defaults=default if isinstance(default, dict) else {},
            checker=self.checker(checked),
        )

    def variable(self, schema: Json) -> Variable:
        default = default_of(schema)
        checker = self.checker(schema)
        return Variable(default, checker, isinstance(default, Absent) or _valid(checker, default))

    def state(self, key: str, spec: JsonObject, fixed: Mapping[str, Actor]) -> State:
        pointer = f"/states/{_escape(key)}"
        transitions = [
            self.transition(item, index, f"{pointer}/transitions/{index}")
            for index, item in enumerate(_objects(spec.get("transitions")))
        ]
        by_action: dict[str, tuple[Transition, ...]] = {}
        for transition in transitions:
            if transition.on is not None:
                by_action[transition.on] = (*by_action.get(transition.on, ()), transition)
        actions = {name: self.action(key, name) for name in by_action}
        data = self.data(
            {k: v for k, v in spec.items() if k not in ("transitions", "notify")} | {"key": key},
            pointer,
        )
        notify = tuple(
            self.notification(item, f"{pointer}/notify/{index}")
            for index, item in enumerate(_objects(spec.get("notify")))
        )
        ready_actions = _ready_actions(actions, by_action, tuple(fixed))
        return State(
            key=key,
            data=data,
            notify=notify,
            actions=actions,
            by_action=by_action,
            automatic=tuple(t for t in transitions if t.on is None and t.after is None),
            timeouts=tuple(
                sorted(
                    (t for t in transitions if t.after is not None),
                    key=lambda t: t.after or 0,
                )
            ),
            is_end="transitions" not in spec,
            may_offer_services=_may_offer_services(actions, notify),
            ready_actions=ready_actions,
            ready=_ready(data, notify, ready_actions),
        )

    def transition(self, spec: JsonObject, index: int, pointer: str) -> Transition:
        after = spec.get("after")
        return Transition(
            index=index,
            on=cast("str | None", spec.get("on")),
            after=cast("int", after) if "after" in spec else None,
            by=tuple(cast("list[str]", spec.get("by", ["*"]))),
            condition=self.condition(spec.get("if", True), f"{pointer}/if"),
            goto=cast("str | None", spec.get("goto")),
            log=self.log(cast("JsonObject", spec.get("log", {})), f"{pointer}/log"),
        )

    def log(self, spec: JsonObject, pointer: str) -> Log:
        condition = self.condition(spec.get("if", True), f"{pointer}/if")
        return Log(
            entry=self.data({k: v for k, v in spec.items() if k != "if"}, pointer),
            condition=condition,
            never=condition.data.static and not condition.always,
            of_action={k: v for k, v in spec.items() if k != "if"} == _LOG_OF_ACTION,
        )

    def action(self, state: str, key: str) -> Action:
        actions = cast("JsonObject", self.document.get("actions", {}))
        name = f"{state}.{key}" if f"{state}.{key}" in actions else key
        spec = cast("JsonObject", actions.get(name) or {})
        pointer = f"/actions/{_escape(name)}"
        response = self.data(spec.get("response", {}), f"{pointer}/response")
        data = self.data(
            {k: v for k, v in spec.items() if k not in ("if", "update")} | {"key": key}, pointer
        )
        actors = self.data(spec.get("actor", ["*"]), f"{pointer}/actor")
        return Action(
            key=key,
            data=data,
            ready=cast("JsonObject", data.value) if data.static else None,
            condition=self.condition(spec.get("if", True), f"{pointer}/if"),
            actors=actors,
            patterns=tuple(patterns_of(actors.value)) if actors.static else None,
            updates=tuple(
                self.update(item, f"{pointer}/update/{index}")
                for index, item in enumerate(_objects(spec.get("update")))
            ),
            response=self.checker(response.value) if response.static else None,
            default=default_of(response.value) if response.static else ABSENT,
        )

    def update(self, spec: JsonObject, pointer: str) -> Update:
        target = self.data(spec.get("set"), f"{pointer}/set")
        path = parse_path(target.value) if target.static and isinstance(target.value, str) else None
        if path is None or path[:1] == ("previous",):
            self.reads.add("previous")
        stub = spec.get("stub")
        return Update(
            target=target,
            path=path,
            value=self.data(spec.get("value"), f"{pointer}/value"),
            takes_response=spec.get("value") == _RESPONSE,
            stub=None if stub is None else self.data(stub, f"{pointer}/stub"),
            mode=cast("UpdateMode", spec.get("mode", "replace")),
            condition=self.condition(spec.get("if", True), f"{pointer}/if"),
        )

    def notification(self, spec: JsonObject, pointer: str) -> Notification:
        return Notification(
            service=cast("str", spec.get("service")),
            entry=self.data({k: v for k, v in spec.items() if k not in ("if", "trigger")}, pointer),
            condition=self.condition(spec.get("if", True), f"{pointer}/if"),
            trigger=self.data(spec.get("trigger"), f"{pointer}/trigger"),
            triggers=spec.get("trigger") is not None,
        )


def _items(value: Json | None) -> Iterable[tuple[str, Json]]:
    return value.items() if isinstance(value, dict) else ()


def _objects(value: Json | None) -> Sequence[JsonObject]:
    return cast("list[JsonObject]", value) if isinstance(value, list) else ()


def _escape(key: str) -> str:
    return key.replace("~", "~0").replace("/", "~1")


def _may_offer_services(actions: Mapping[str, Action], notify: tuple[Notification, ...]) -> bool:
    told = {SERVICE + item.service for item in notify}
    return any(
        not action.actors.static
        or any(is_service(p) and p not in told for p in patterns_of(action.actors.value))
        for action in actions.values()
    )


def _services(states: Iterable[State]) -> Iterable[str]:
    for state in states:
        for action in state.actions.values():
            named = patterns_of(action.actors.value) if action.actors.static else []
            by = [key for transition in state.by_action[action.key] for key in transition.by]
            yield from (key for key in (*named, *by) if is_service(key))


def _valid(checker: Checker, value: Json) -> bool:
    try:
        return checker.is_valid(value)
    except SchemaError:
        return False


def _ready_actions(
    actions: Mapping[str, Action],
    by_action: Mapping[str, tuple[Transition, ...]],
    actors: tuple[str, ...],
) -> list[Json] | None:
    """`current.actions` for just the declared actors, where no condition or function decides."""
    ready: list[Json] = []
    for key, action in actions.items():
        transitions = by_action[key]
        if not (action.data.static and action.condition.always and action.actors.static):
            return None
        if not all(transition.condition.always for transition in transitions):
            return None
        admitted = expand(
            action.actors.value, actors, [transition.by for transition in transitions]
        )
        if admitted:
            value = cast("JsonObject", action.data.value)
            ready.append({**value, "actor": cast("list[Json]", admitted)})
    return ready


def _ready(
    data: Data, notify: tuple[Notification, ...], actions: list[Json] | None
) -> JsonObject | None:
    if actions is None or not data.static:
        return None
    if not all(item.condition.always and item.entry.static for item in notify):
        return None
    return {
        **cast("JsonObject", data.value),
        "actions": actions,
        "notify": [item.entry.value for item in notify],
    }
