"""The world that a feature plays in: processes, the people who act in them, and a virtual clock.

The clock starts at a fixed moment and moves only when a step says so; ids are counted. So a feature
gives the same events, hashes included, at every run.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import cast

from callboard.core.process import Outcome, TimerSet, instantiate, step, timeout
from callboard.core.process.effects import StateEntered
from callboard.core.scenario.compiled import Scenario
from callboard.core.values import ABSENT, Absent, Json, JsonObject
from callboard.errors import Reason
from callboard.testing.coverage import Coverage
from callboard.testing.errors import StepError

EPOCH = datetime(2026, 1, 1, tzinfo=UTC)
TIMEOUTS_AT_ONCE = 10_000


@dataclass(slots=True)
class Run:
    """One process of a feature, instantiated at first use."""

    scenario: Scenario
    process_id: str
    process: JsonObject | None = None
    actors: dict[str, JsonObject] = field(default_factory=dict)
    timer: TimerSet | None = None
    reasons: tuple[Reason, ...] = ()
    """Why the last event was skipped."""
    refused: list[tuple[JsonObject, tuple[Reason, ...]]] = field(default_factory=list)


class World:
    """Everything that the steps of one scenario of a feature act on."""

    def __init__(self, find_scenario: Callable[[str], Scenario], coverage: Coverage) -> None:
        self.find_scenario = find_scenario
        self.coverage = coverage
        self.now = EPOCH
        self.runs: dict[str, Run] = {}
        self.people: dict[tuple[str, str], JsonObject] = {}

    def create(self, name: str, scenario_name: str) -> None:
        """A process of a scenario, under a name."""
        if name in self.runs:
            raise StepError(f"There is a process {name!r} already.")
        scenario = self.find_scenario(scenario_name)
        identity = str(uuid.uuid5(uuid.NAMESPACE_OID, f"{len(self.runs)}:{name}"))
        self.runs[name] = Run(scenario, identity)
        self.coverage.meet(scenario_name, scenario)

    def run(self, name: str) -> Run:
        run = self.runs.get(name)
        if run is None:
            known = ", ".join(map(repr, self.runs)) or "none"
            raise StepError(f"There is no process {name!r}. There are: {known}.")
        return run

    def process(self, name: str) -> JsonObject:
        """The process, started when it was not yet."""
        run = self.run(name)
        if run.process is None:
            outcome = instantiate(
                run.scenario, process_id=run.process_id, at=self.timestamp(), histories=True
            )
            self._keep(run, None, outcome)
        return cast("JsonObject", run.process)

    def timestamp(self) -> str:
        return self.now.strftime("%Y-%m-%dT%H:%M:%S.") + f"{self.now.microsecond // 1000:03}Z"

    def cast_as(self, person: str, process: str, claim: JsonObject) -> None:
        """From now on, the person plays an actor: `claim` is its key and what else is known."""
        self.run(process)
        self.people[(process, person)] = claim

    def claim(self, person: str, process: str) -> JsonObject:
        claim = self.people.get((process, person))
        if claim is None:
            raise StepError(
                f"Nobody said which actor {person!r} is in process {process!r}:"
                f' Given "{person}" is the "…" actor.'
            )
        return claim

    def act(self, process: str, action: str, claim: JsonObject, response: Json | Absent) -> None:
        """Do an action; a refusal is kept for steps to look at."""
        run, document = self.run(process), self.process(process)
        outcome = step(
            run.scenario,
            document,
            action=action,
            actor=claim,
            response=response,
            at=self.timestamp(),
        )
        self._keep(run, document, outcome)

    def let_pass(self, delta: timedelta, process: str | None) -> None:
        """Move the clock; time-outs that fall due happen one after the other, each at its time."""
        names = [process] if process is not None else list(self.runs)
        for name in names:
            self.process(name)
        until = self.now + delta
        for _ in range(TIMEOUTS_AT_ONCE):
            following = self._next_due([self.run(name) for name in names], until)
            if following is None:
                break
            due, run = following
            self.now = max(self.now, due)
            self._fire(run)
        else:
            raise StepError(f"More than {TIMEOUTS_AT_ONCE} time-outs fell due.")
        self.now = until

    def _next_due(self, runs: list[Run], until: datetime) -> tuple[datetime, Run] | None:
        timers = [(_due(run.timer), run) for run in runs if run.timer is not None]
        timers = [pair for pair in timers if pair[0] <= until]
        return min(timers, key=lambda pair: pair[0], default=None)

    def _fire(self, run: Run) -> None:
        timer, document = cast("TimerSet", run.timer), cast("JsonObject", run.process)
        elapsed = (self.now - datetime.fromisoformat(timer.at)).total_seconds()
        outcome = timeout(
            run.scenario, document, elapsed=elapsed, at=self.timestamp(), since=timer.index
        )
        if outcome is None:
            run.timer = _later(run.scenario, timer, elapsed)
        else:
            run.timer = None
            self._keep(run, document, outcome)

    def _keep(self, run: Run, before: JsonObject | None, outcome: Outcome) -> None:
        run.process, run.reasons = outcome.process, outcome.errors
        if outcome.errors:
            run.refused.append((outcome.event, outcome.errors))
            return
        if any(isinstance(effect, StateEntered) for effect in outcome.effects):
            run.timer = None
        for effect in outcome.effects:
            if isinstance(effect, TimerSet):
                run.timer = effect
        self.coverage.see(run.scenario, before, outcome)


def _due(timer: TimerSet) -> datetime:
    return datetime.fromisoformat(timer.at) + timedelta(seconds=timer.after)


def _later(scenario: Scenario, timer: TimerSet, elapsed: float) -> TimerSet | None:
    """The next time-out that is not due yet, after the ones that were had refused."""
    for index, transition in enumerate(scenario.states[timer.state].timeouts):
        after = cast("int", transition.after)
        if after > elapsed:
            return TimerSet(timer.state, timer.index, after, timer.at) if index else None
    return None


NO_RESPONSE = ABSENT
