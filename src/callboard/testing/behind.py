"""Of the states that a walk has not met, those at its edge, and how many more lie behind each.

One cause keeps a walk from many states; it is told of once, where it stands.
"""

from __future__ import annotations

from callboard.core.scenario.compiled import Scenario
from callboard.core.scenario.lint.graph import closure


class Behind:
    """What lies behind the edge of the states that were met.

    Invariant: each state that was not met is at the edge, or counted behind exactly one that is.
    """

    def __init__(self, scenario: Scenario, met: set[str]) -> None:
        leads = {key: _leads(scenario, key) - met for key in scenario.states}
        reached = set().union(*(leads[key] for key in met if key in leads))
        self._behind: dict[str, int] = {}
        told = set(met)
        for key in [*(k for k in scenario.states if k in reached), *scenario.states]:
            if key in told:
                continue
            found = {k for k in closure([key], leads) if k not in told and k not in reached} - {key}
            self._behind[key] = len(found)
            told |= found | {key}

    def is_edge(self, key: str) -> bool:
        """Whether the state is one to tell of."""
        return key in self._behind

    def count(self, key: str) -> int:
        """How many more states were not met that this one leads to."""
        return self._behind[key]


def _leads(scenario: Scenario, key: str) -> set[str]:
    state = scenario.states[key]
    ways = (*state.automatic, *state.timeouts, *(t for ts in state.by_action.values() for t in ts))
    return {way.goto for way in ways if way.goto is not None}
