"""Exploring a scenario: walking it with generated responses, to find what its author did not try.

A breadth-first search over situations (everything about a process but its history): from each, all
actors try all actions with a few responses made from the schemas, and every time-out is let happen.
Being breadth-first, the first run that shows a finding is a shortest one. The budget is a number of
steps, so the result is the same on every machine.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal, TypeAlias, cast

from callboard.core.canonical import digest
from callboard.core.expression.data import has_functions
from callboard.core.process import Outcome, StateEntered, Taken, instantiate, step, timeout
from callboard.core.scenario.compiled import Action, Scenario, State
from callboard.core.scenario.names import covers, is_service, patterns_of
from callboard.core.schema.samples import samples
from callboard.core.values import ABSENT, Absent, Json, JsonObject
from callboard.errors import CallboardError, EvaluationError, told

FindingCode: TypeAlias = Literal["dead-end", "always-refused", "expression", "state-not-met"]

_ID = "00000000-0000-4000-8000-000000000000"
_START = "2026-01-01T00:00:00.000Z"
_SITUATION = ("title", "tags", "actors", "vars", "result")


@dataclass(frozen=True, slots=True)
class Budget:
    """How far to walk."""

    steps: int = 5_000
    depth: int = 30
    responses: int = 6


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that the walk showed, with the shortest run that shows it (a process with its
    events); None for what was never met.
    """

    code: FindingCode
    message: str
    run: JsonObject | None = None


@dataclass(frozen=True, slots=True)
class Exploration:
    """What a walk has shown. `complete`: everything within reach of the responses was tried."""

    findings: tuple[Finding, ...]
    situations: int
    steps: int
    complete: bool


@dataclass(slots=True)
class _Place:
    """A situation on the walk's edge."""

    process: JsonObject
    depth: int
    since: int = 0


@dataclass(slots=True)
class _Walk:
    """The walk: where it has been, what is left, what it found."""

    scenario: Scenario
    budget: Budget
    steps: int = 0
    seen: set[str] = field(default_factory=set)
    queue: deque[_Place] = field(default_factory=deque)
    met: set[str] = field(default_factory=set)
    tried: dict[tuple[str, str], tuple[JsonObject, str]] = field(default_factory=dict)
    done: set[tuple[str, str]] = field(default_factory=set)
    findings: dict[tuple[str, str], Finding] = field(default_factory=dict)

    def find(self, code: FindingCode, place: str, message: str, run: JsonObject | None) -> None:
        """Keep the first finding of its kind at a place."""
        self.findings.setdefault((code, place), Finding(code, message, run))


def explore(scenario: Scenario, budget: Budget | None = None) -> Exploration:
    """Walk a scenario within a budget."""
    walk = _Walk(scenario, budget or Budget())
    _begin(walk)
    while walk.queue and walk.steps < walk.budget.steps:
        _visit(walk, walk.queue.popleft())
    for (state, action), (run, why) in walk.tried.items():
        if (state, action) not in walk.done:
            message = f"Action {action!r} in state {state!r} was refused every time: {why}"
            walk.find("always-refused", f"{state}.{action}", message, run)
    for key in scenario.states:
        if key not in walk.met:
            walk.find("state-not-met", key, f"State {key!r} was never met.", None)
    return Exploration(
        tuple(walk.findings.values()), len(walk.seen), walk.steps, complete=not walk.queue
    )


def _begin(walk: _Walk) -> None:
    """Start the process; wildcard actors get one member each, or they could never act."""
    actors: dict[str, JsonObject] = {
        actor.key[:-1] + "1": {} for actor in walk.scenario.wildcard_actors
    }
    try:
        outcome = instantiate(
            walk.scenario, process_id=_ID, at=_START, actors=actors, histories=True
        )
    except CallboardError as error:
        walk.find("expression", "start", f"The process cannot start: {error}", None)
        return
    walk.met.add("initial")
    _arrive(walk, outcome, 0, 0)


def _arrive(walk: _Walk, outcome: Outcome, depth: int, since: int) -> None:
    """Note where an event led, and go on from there when nobody was there before."""
    process = outcome.process
    walk.met.update(effect.target for effect in outcome.effects if isinstance(effect, Taken))
    current = cast("JsonObject", process["current"])
    situation: JsonObject = {key: process[key] for key in _SITUATION}
    mark = digest({**situation, "state": current["key"], "since": since})
    if mark in walk.seen:
        return
    walk.seen.add(mark)
    if process["isRunning"] and depth < walk.budget.depth:
        walk.queue.append(_Place(process, depth, since))


def _visit(walk: _Walk, place: _Place) -> None:
    """Try everything that can be tried from a situation."""
    state = walk.scenario.states[_state(place.process)]
    left = False
    for action, actor, response in _attempts(walk, state, place.process):
        left = _try_action(walk, place, action, actor, response) or left
    left = _try_timeouts(walk, place, state) or left
    if not left:
        message = f"Nobody can do anything in state {state.key!r}, and no time-out leads on."
        walk.find("dead-end", state.key, message, place.process)


def _attempts(
    walk: _Walk, state: State, process: JsonObject
) -> Iterator[tuple[Action, str, Json | Absent]]:
    for name, transitions in state.by_action.items():
        action = state.actions[name]
        actors = _actors(action, process, [key for t in transitions for key in t.by])
        for response in _responses(action, process, walk.budget.responses):
            for actor in actors:
                yield action, actor, response


def _actors(action: Action, process: JsonObject, by: list[str]) -> list[str]:
    """Everybody who might do an action: the process's actors, and the services that are named."""
    patterns = patterns_of(action.actors.value) if action.actors.static else ["*"]
    keys = list(cast("JsonObject", process["actors"]))
    admitted = [key for key in keys if any(covers(p, key) for p in patterns)]
    services = dict.fromkeys(key for key in (*patterns, *by) if is_service(key))
    return [key for key in admitted if any(covers(p, key) for p in by)] + list(services)


def _responses(action: Action, process: JsonObject, limit: int) -> list[Json | Absent]:
    """Responses to try; for a computed schema, the one shown in `current`."""
    schema: Json = None
    if action.response is not None and isinstance(action.data.value, dict):
        schema = action.data.value.get("response")
    if schema is None or has_functions(schema):
        offered = cast("list[JsonObject]", cast("JsonObject", process["current"])["actions"])
        schema = next((item.get("response") for item in offered if item["key"] == action.key), {})
    if schema == {}:
        return [ABSENT]
    found: list[Json | Absent] = list(samples(schema, limit=limit))
    return found or [ABSENT]


def _try_action(
    walk: _Walk, place: _Place, action: Action, actor: str, response: Json | Absent
) -> bool:
    """Do an action; whether it was done."""
    if walk.steps >= walk.budget.steps:
        return True
    walk.steps += 1
    state = _state(place.process)
    try:
        outcome = step(
            walk.scenario,
            place.process,
            action=action.key,
            actor=actor,
            response=response,
            at=_later(place.process, 60),
        )
    except EvaluationError as error:
        _failed(walk, place, f"Action {action.key!r}", error)
        return True
    except CallboardError as error:
        walk.find("expression", f"{state}.{action.key}", str(error), place.process)
        return True
    if outcome.errors:
        why = told(outcome.errors)
        walk.tried.setdefault((state, action.key), (outcome.process, why))
        return False
    walk.done.add((state, action.key))
    _arrive(walk, outcome, place.depth + 1, 0 if _entered(outcome) else place.since)
    return True


def _failed(walk: _Walk, place: _Place, what: str, error: EvaluationError) -> None:
    state = _state(place.process)
    where = f" at {error.pointer}" if error.pointer else ""
    walk.find(
        "expression",
        f"{state}{where}{error}",
        f"{what} in state {state!r} fails{where}: {error}",
        place.process,
    )


def _try_timeouts(walk: _Walk, place: _Place, state: State) -> bool:
    """Let each time-out of the state fall due; whether one happened."""
    for index in range(place.since, len(state.timeouts)):
        after = cast("int", state.timeouts[index].after)
        walk.steps += 1
        try:
            outcome = timeout(
                walk.scenario,
                place.process,
                elapsed=after,
                at=_later(place.process, after, entered=True),
                since=place.since,
            )
        except CallboardError as error:
            if isinstance(error, EvaluationError):
                _failed(walk, place, "A time-out", error)
            return True
        if outcome is not None:
            _arrive(walk, outcome, place.depth + 1, 0 if _entered(outcome) else index + 1)
            return True
    return False


def _entered(outcome: Outcome) -> bool:
    return any(isinstance(effect, StateEntered) for effect in outcome.effects)


def _state(process: JsonObject) -> str:
    return cast("str", cast("JsonObject", process["current"])["key"])


def _later(process: JsonObject, seconds: int, *, entered: bool = False) -> str:
    """A time some seconds after the last event, or after the state was entered."""
    event = cast("list[JsonObject]", process["events"])[-1]
    since = cast("JsonObject", process["current"])["timestamp"] if entered else event["timestamp"]
    last = datetime.fromisoformat(cast("str", event["timestamp"]))
    moment = datetime.fromisoformat(cast("str", since)) + timedelta(seconds=seconds)
    return max(moment, last).strftime("%Y-%m-%dT%H:%M:%S.000Z")
