"""Which states and transitions a run of features has met."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import cast

from callboard.core.process import Outcome, Taken
from callboard.core.scenario.compiled import Scenario
from callboard.core.scenario.spans import span
from callboard.core.values import JsonObject


@dataclass(slots=True)
class ScenarioCoverage:
    """What was met of one scenario; transitions are (state, index)."""

    name: str
    scenario: Scenario
    states: set[str] = field(default_factory=set)
    transitions: set[tuple[str, int]] = field(default_factory=set)

    @property
    def all_states(self) -> list[str]:
        return list(self.scenario.states)

    @property
    def all_transitions(self) -> list[tuple[str, int]]:
        states = cast("dict[str, JsonObject]", self.scenario.document["states"])
        return [
            (key, index)
            for key, state in states.items()
            for index in range(len(cast("list[JsonObject]", state.get("transitions") or [])))
        ]

    def describe(self, state: str, index: int) -> str:
        """A transition in words, for the list of those that were missed."""
        states = cast("dict[str, JsonObject]", self.scenario.document["states"])
        transition = cast("list[JsonObject]", states[state]["transitions"])[index]
        if "after" in transition:
            what = f"after {span(cast('int', transition['after']))}"
        else:
            what = f"on {transition.get('on')}" if transition.get("on") else "automatic"
        goto = transition.get("goto")
        return f"{state} -> {state if goto is None else goto} ({what})"


@dataclass(slots=True)
class Coverage:
    """The coverage of every scenario that was met, by its id."""

    scenarios: dict[str, ScenarioCoverage] = field(default_factory=dict)

    def meet(self, name: str, scenario: Scenario) -> None:
        self.scenarios.setdefault(scenario.id, ScenarioCoverage(name, scenario))

    def see(self, scenario: Scenario, before: JsonObject | None, outcome: Outcome) -> None:
        """Count what an event did."""
        met = self.scenarios[scenario.id]
        if before is None:
            met.states.add("initial")
        for effect in outcome.effects:
            if isinstance(effect, Taken):
                met.transitions.add((effect.state, effect.transition))
                met.states.add(effect.target)

    def percent(self) -> float:
        """Met states and transitions of all that there are, in percent."""
        total = met = 0
        for item in self.scenarios.values():
            total += len(item.all_states) + len(item.all_transitions)
            met += len(item.states) + len(item.transitions)
        return 100.0 if total == 0 else 100.0 * met / total
