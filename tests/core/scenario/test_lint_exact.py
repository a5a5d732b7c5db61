"""Lint against the truth: every run of small scenarios.

Without data, a process is no more than its state. So walking from each state by everything that can
be done there meets all states that can be met, and takes all transitions that can be taken.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from hypothesis import example, given, settings
from hypothesis import strategies as st

from callboard.core.expression import BUILTINS
from callboard.core.limits import DEFAULT_LIMITS
from callboard.core.process import instantiate, step, timeout
from callboard.core.process.effects import Outcome, StateEntered, Taken, TimerSet
from callboard.core.scenario.compile import compile_scenario
from callboard.core.scenario.lint import lint, reachability
from callboard.core.scenario.lint.subject import Subject
from callboard.core.scenario.normalize import normalize
from callboard.core.scenario.validate import validate

AT = "2026-01-01T00:00:00.000Z"
ACTORS = {"a": {}, "b": {}, "p_*": {}}
GIVEN = {"p_1": {}, "p_2": {}, "p_3": {}}
EVERYBODY = ["a", "b", "p_1", "p_2", "p_3", "service:x"]
NAMES = ["a", "b", "p_*", "p_1", "p_2", "service:x", "*", "nobody"]
STATES = ["initial", "s", "t", "u"]

names = st.lists(st.sampled_from(NAMES), min_size=1, max_size=3)
declared = st.lists(st.sampled_from(["a", "b", "p_*", "service:x", "*"]), max_size=3)
goto = st.sampled_from([None, *STATES, "(end)"])
condition = st.sampled_from([True, True, True, False])
by_action = st.fixed_dictionaries(
    {"on": st.sampled_from(["go", "say"]), "goto": goto, "by": names, "if": condition}
)
at_once = st.fixed_dictionaries({"on": st.none(), "goto": goto, "if": condition})
by_time = st.fixed_dictionaries(
    {"after": st.sampled_from([1, 2, 3]), "goto": goto, "if": condition}
)
state = st.fixed_dictionaries(
    {"transitions": st.lists(st.one_of(by_action, by_action, at_once, by_time), max_size=4)}
)
action = st.fixed_dictionaries({}, optional={"actor": declared})
scenarios = st.fixed_dictionaries(
    {
        "actors": st.just(ACTORS),
        "actions": st.fixed_dictionaries({"go": action}, optional={"s.go": action}),
        "states": st.fixed_dictionaries(
            dict.fromkeys(STATES, state), optional={"*": state, "(end)": st.just({})}
        ),
    }
)


@dataclass
class Walk:
    """Everything that can happen: the states that are met, the transitions that are taken."""

    scenario: object
    met: set[str] = field(default_factory=set)
    rested: set[str] = field(default_factory=set)
    taken: set[tuple[str, int]] = field(default_factory=set)
    pending: list[Outcome] = field(default_factory=list)

    def note(self, outcome: Outcome) -> None:
        for effect in outcome.effects:
            if isinstance(effect, Taken):
                self.met |= {effect.state, effect.target}
                self.taken.add((effect.state, effect.transition))
        key = outcome.process["current"]["key"]
        if key not in self.rested:
            self.rested.add(key)
            self.pending.append(outcome)

    def run(self) -> Walk:
        start = instantiate(
            self.scenario, process_id="3f1c0b52-6f5c-4f0f-9d0d-2c5ed4a4f1b1", at=AT, actors=GIVEN
        )
        self.met.add("initial")
        self.note(start)
        while self.pending:
            outcome = self.pending.pop()
            if outcome.process["isRunning"]:
                self.act(outcome)
                self.wait(outcome)
        return self

    def act(self, before: Outcome) -> None:
        for action in ("go", "say"):
            for actor in EVERYBODY:
                after = step(
                    self.scenario,
                    before.process,
                    action=action,
                    actor=actor,
                    at=AT,
                    head=before.head,
                )
                if not after.errors:
                    self.note(after)

    def wait(self, before: Outcome) -> None:
        """The clock strikes each time-out in turn, as long as the state stays."""
        process, head, since = before.process, before.head, 0
        for due in self.scenario.states[process["current"]["key"]].timeouts:
            after = timeout(
                self.scenario, process, elapsed=due.after, at=AT, head=head, since=since
            )
            if after is None:
                continue
            self.note(after)
            timers = [effect for effect in after.effects if isinstance(effect, TimerSet)]
            if not timers or any(isinstance(effect, StateEntered) for effect in after.effects):
                return
            process, head, since = after.process, after.head, timers[0].index


def live_transitions(scenario: dict) -> set[tuple[str, int]]:
    """The transitions that lint calls live, in states that can be met."""
    subject = Subject(scenario, normalize(scenario), BUILTINS, {}, DEFAULT_LIMITS)
    return {
        (key, index)
        for key, ways in subject.ways.items()
        for index, way in enumerate(ways)
        if way in subject.live.ways[key] and subject.reach[key] != "no"
    }


def with_ways(*ways: dict) -> dict:
    """A scenario whose first state has these ways out."""
    return {
        "actors": ACTORS,
        "actions": {"go": {}},
        "states": {"initial": {"transitions": list(ways)}},
    }


ANYBODY = {"on": "go", "by": ["*"], "goto": None}
SERVICE = {"on": "go", "by": ["service:x"], "goto": "(end)"}
ITSELF = {"on": None, "goto": "initial"}
STAYS = {"on": None, "goto": None}


@given(scenarios)
@example(with_ways(ANYBODY, SERVICE))
@example(with_ways(SERVICE, ANYBODY, SERVICE))
@example(with_ways(ITSELF, {"on": None, "goto": "(end)"}, SERVICE))
@example(with_ways(STAYS, STAYS, SERVICE))
@example(with_ways({"on": None, "goto": "(end)"}, SERVICE, {"after": 1, "goto": None}))
@example(with_ways({"after": 2, "goto": None}, {"after": 1, "goto": "(end)"}))
@example(with_ways({"after": 1, "goto": None}, {"after": 1, "goto": "(end)"}))
@settings(max_examples=300, deadline=None)
def test_lint_knows_exactly_what_can_happen(scenario: dict) -> None:
    assert validate(scenario) == []
    walk = Walk(compile_scenario(normalize(scenario))).run()
    reach = reachability(scenario)
    assert {key for key, value in reach.items() if value != "no"} >= walk.met
    live = live_transitions(scenario)
    assert live >= walk.taken
    if not lint(scenario, select=["automatic-loop"]):
        assert live == walk.taken
        assert {key for key, value in reach.items() if value != "no"} == walk.met
    assert "cannot tell" not in reach.values()
