"""Exploring a scenario: walking it with generated responses, to find what its author did not try.

A search over situations (everything about a process but its history): from each, all actors try
all actions with a few responses made from the schemas, and every time-out is let happen. Breadth
first, but the first few situations of each state, and the first few responses in each, come before
further ones, so that a state with many does not eat the budget; of the runs that show a finding the
shortest is kept. The budget is a number of steps, so the result is the same on every machine.

What a walk met is proven; what it did not meet is only as likely as what was tried is good. So it
says how much it tried, and calls itself complete only where nothing was cut off and nothing that
expressions may look at was a sample out of more.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from heapq import heappop, heappush
from typing import Literal, TypeAlias, cast

from callboard.core.canonical import digest
from callboard.core.process import Outcome, StateEntered, Taken, instantiate, step, timeout
from callboard.core.process.events import action_event
from callboard.core.scenario.compiled import Scenario, State
from callboard.core.values import Json, JsonObject
from callboard.errors import CallboardError, EvaluationError, told
from callboard.testing.attempts import Attempt, Attempts
from callboard.testing.behind import Behind

FindingCode: TypeAlias = Literal["dead-end", "always-refused", "expression", "state-not-met"]

_ID = "00000000-0000-4000-8000-000000000000"
_AT_ONCE = 8
"""Situations of one state that are looked at before further ones wait for their turn."""
_RESPONSES_AT_ONCE = 2
_START = "2026-01-01T00:00:00.000Z"
_UNSTARTED: JsonObject = {
    "isRunning": True,
    "current": {"key": "initial"},
    "events": [{"timestamp": _START}],
}
"""What a process would be that could not start, for the run that shows it."""
_SITUATION = ("title", "tags", "actors", "vars", "result")


@dataclass(frozen=True, slots=True)
class Budget:
    """How far to walk."""

    steps: int = 5_000
    depth: int = 30
    responses: int = 12
    """Responses to try of one schema at most, besides those that expressions suggest."""


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
    """What a walk has shown.

    `cut`: the budget ended it before everything was tried. `complete`: it was not cut, and what was
    tried is all that there is, so that what was not met cannot be met.
    """

    findings: tuple[Finding, ...]
    situations: int
    steps: int
    cut: bool
    complete: bool


@dataclass(slots=True)
class _Place:
    """A situation on the walk's edge."""

    process: JsonObject
    depth: int
    since: int = 0
    tried: int = 0
    """How many responses of each action were tried."""
    left: bool = False
    """Whether anything led on."""


@dataclass(slots=True)
class _Refusals:
    """The tries of an action in a state, all of them refused: the first, why, and how many."""

    run: JsonObject
    why: str
    count: int = 0


@dataclass(slots=True)
class _Walk:
    """The walk: where it has been, what is left, what it found."""

    scenario: Scenario
    budget: Budget
    attempts: Attempts
    steps: int = 0
    cut: bool = False
    seen: set[str] = field(default_factory=set)
    queue: list[tuple[int, int, int, _Place]] = field(default_factory=list)
    """A heap: by round, then by depth, then as they were met."""
    queued: Counter[str] = field(default_factory=Counter)
    """How many situations of each state."""
    met: set[str] = field(default_factory=set)
    refused: dict[tuple[str, str], _Refusals] = field(default_factory=dict)
    done: set[tuple[str, str]] = field(default_factory=set)
    findings: dict[tuple[str, str], Finding] = field(default_factory=dict)

    def find(self, code: FindingCode, place: str, message: str, run: JsonObject | None) -> None:
        """Keep a finding with the shortest run of its kind at a place."""
        known = self.findings.get((code, place))
        if known is None or _length(run) < _length(known.run):
            self.findings[code, place] = Finding(code, message, run)

    def put(self, place: _Place) -> None:
        """Queue a situation to look at."""
        state = _state(place.process)
        turn = self.queued[state] // _AT_ONCE
        heappush(self.queue, (turn, place.depth, self.queued.total(), place))
        self.queued[state] += 1

    def put_back(self, place: _Place, turn: int) -> None:
        """Queue a situation once more, for the responses that are left."""
        heappush(self.queue, (turn + 1, place.depth, self.queued.total(), place))
        self.queued[_state(place.process)] += 1


def explore(scenario: Scenario, budget: Budget | None = None) -> Exploration:
    """Walk a scenario within a budget."""
    budget = budget or Budget()
    walk = _Walk(scenario, budget, Attempts(scenario, budget.responses))
    _begin(walk)
    while walk.queue and walk.steps < walk.budget.steps:
        turn, _, _, place = heappop(walk.queue)
        _visit(walk, place, turn)
    walk.cut = walk.cut or bool(walk.queue)
    _sum_up(walk)
    return Exploration(
        tuple(walk.findings.values()),
        len(walk.seen),
        walk.steps,
        cut=walk.cut,
        complete=not walk.cut and not walk.attempts.sampled,
    )


def _sum_up(walk: _Walk) -> None:
    """Say what never happened, now that the walk is over."""
    for (state, action), tries in walk.refused.items():
        if (state, action) not in walk.done:
            times = "the one time" if tries.count == 1 else f"all {tries.count} times"
            message = (
                f"Action {action!r} in state {state!r} was refused {times} that it was tried:"
                f" {tries.why}"
            )
            walk.find("always-refused", f"{state}.{action}", message, tries.run)
    unmet = [key for key in walk.scenario.states if key not in walk.met]
    behind = Behind(walk.scenario, walk.met)
    for key in unmet:
        if behind.is_edge(key):
            walk.find("state-not-met", key, _unmet(walk, key, behind.count(key)), None)


def _unmet(walk: _Walk, key: str, behind: int) -> str:
    others = "state" if behind == 1 else "states"
    more = f", nor {behind} {others} behind it" if behind else ""
    if walk.cut:
        extent = f" within {walk.steps} steps and {walk.budget.depth} events of a run"
    else:
        extent = " with the responses that were tried" if walk.attempts.sampled else ""
    never = "cannot be met" if not walk.cut and not walk.attempts.sampled else "was not met"
    return f"State {key!r} {never}{extent}{more}."


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
        walk.find("expression", "start", f"The process cannot start: {error}", _UNSTARTED)
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
        walk.put(_Place(process, depth, since))
    elif process["isRunning"]:
        walk.cut = True


def _visit(walk: _Walk, place: _Place, turn: int) -> None:
    """Try what comes next from a situation: a few more responses, and at first the time-outs."""
    state = walk.scenario.states[_state(place.process)]
    if place.tried == 0:
        place.left = _try_timeouts(walk, place, state)
    until = 2 * place.tried or _RESPONSES_AT_ONCE
    for attempt in walk.attempts.of(state, place.process, place.tried, until):
        place.left = _try_action(walk, place, attempt) or place.left
    if walk.attempts.most(state, place.process) > until:
        place.tried = until
        walk.put_back(place, turn)
    elif not place.left:
        _dead_end(walk, state, place)


def _dead_end(walk: _Walk, state: State, place: _Place) -> None:
    if walk.attempts.are_all(state, place.process):
        nobody = "Nobody can do anything"
    else:
        nobody = "Nothing that was tried leads on"
    message = f"{nobody} in state {state.key!r}, and no time-out leads on."
    walk.find("dead-end", state.key, message, place.process)


def _try_action(walk: _Walk, place: _Place, attempt: Attempt) -> bool:
    """Do an action; whether it was done, or may have been."""
    if walk.steps >= walk.budget.steps:
        walk.cut = True
        return True
    walk.steps += 1
    state, key, at = _state(place.process), attempt.action.key, _later(place.process, 60)
    try:
        outcome = step(
            walk.scenario,
            place.process,
            action=key,
            actor=attempt.actor,
            response=attempt.response,
            at=at,
        )
    except CallboardError as error:
        event = action_event("", at, key, {"key": attempt.actor}, attempt.response)
        _failed(walk, place, f"Action {key!r}", error, event)
        return True
    if outcome.errors:
        tries = walk.refused.setdefault(
            (state, key), _Refusals(outcome.process, told(outcome.errors))
        )
        tries.count += 1
        return False
    walk.done.add((state, key))
    _arrive(walk, outcome, place.depth + 1, 0 if _entered(outcome) else place.since)
    return True


def _failed(
    walk: _Walk, place: _Place, what: str, error: CallboardError, event: JsonObject
) -> None:
    """Keep a failure, with the run that ends in the event that could not be."""
    state = _state(place.process)
    pointer = error.pointer if isinstance(error, EvaluationError) else None
    where = f" at {pointer}" if pointer else ""
    events = [*cast("list[Json]", place.process["events"]), event]
    walk.find(
        "expression",
        f"{state}{where}{error}",
        f"{what} in state {state!r} fails{where}: {error}",
        {**place.process, "events": events},
    )


def _try_timeouts(walk: _Walk, place: _Place, state: State) -> bool:
    """Let each time-out of the state fall due; whether one happened."""
    for index in range(place.since, len(state.timeouts)):
        after = cast("int", state.timeouts[index].after)
        walk.steps += 1
        at = _later(place.process, after, entered=True)
        try:
            outcome = timeout(walk.scenario, place.process, elapsed=after, at=at, since=place.since)
        except CallboardError as error:
            _failed(walk, place, "A time-out", error, {"timestamp": at})
            return True
        if outcome is not None:
            _arrive(walk, outcome, place.depth + 1, 0 if _entered(outcome) else index + 1)
            return True
    return False


def _length(run: JsonObject | None) -> int:
    return 0 if run is None else len(cast("list[Json]", run["events"]))


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
