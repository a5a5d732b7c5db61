"""The process while one event is worked out.

`context` is what expressions see: the fields of the process, the whole scenario, and the histories
where the scenario reads them. It is this draft's own dict over shared values: a change replaces the
values along its path and never touches what the caller gave (copy on write). `finish` makes the new
process of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from callboard.core.expression import Budget
from callboard.core.process.effects import Effect
from callboard.core.scenario.compiled import Condition, Scenario, State
from callboard.core.values import Json, JsonObject

_OUR_OWN = ("is_prediction",)


class Draft:
    """A process in the making. Lives for one event."""

    __slots__ = (
        "acting",
        "at",
        "budget",
        "context",
        "effects",
        "log",
        "notified",
        "predicting",
        "scenario",
    )

    def __init__(
        self, scenario: Scenario, process: JsonObject, at: str, *, predicting: bool = False
    ) -> None:
        self.scenario = scenario
        self.at = at
        self.context: dict[str, Any] = {**process, "scenario": scenario.document}
        self.budget = Budget(scenario.limits)
        self.log: list[JsonObject] = []
        self.effects: list[Effect] = []
        self.notified: Sequence[int] = ()
        """Which entries of its state's `notify` are in `current.notify`."""
        self.acting: JsonObject | None = None
        """The actor of the event, as log entries name it."""
        self.predicting = predicting
        if predicting:
            self.context["is_prediction"] = True

    @property
    def state(self) -> State:
        """The state that the process is in."""
        return self.scenario.states[self.context["current"]["key"]]

    @property
    def current(self) -> dict[str, Any]:
        current: dict[str, Any] = self.context["current"]
        return current

    @property
    def actors(self) -> JsonObject:
        actors: JsonObject = self.context["actors"]
        return actors

    def holds(self, condition: Condition) -> bool:
        """Whether an `if` is true now."""
        return condition.always or condition.holds(self.context, self.budget)

    def show_event(self, event: JsonObject) -> None:
        """Let expressions see the event that is being worked out, where they read events."""
        events = self.context.get("events")
        if isinstance(events, list):
            self.context["events"] = [*events, event]

    def write_log(self, entry: JsonObject) -> None:
        """Add to what happened, for people."""
        self.log.append(entry)
        previous = self.context.get("previous")
        if isinstance(previous, list):
            self.context["previous"] = [*previous, entry]

    def finish(self, process: JsonObject, event: JsonObject) -> JsonObject:
        """The new process: what was drafted, with the scenario as it was given, and the event."""
        result = self.context
        for name in _OUR_OWN:
            result.pop(name, None)
        result["scenario"] = process["scenario"]
        return with_event(result, process.get("events"), event)


def with_event(process: JsonObject, events: Json | None, event: JsonObject) -> JsonObject:
    """The process with an event behind the given ones, where it carries its events."""
    if isinstance(events, list):
        process["events"] = [*events, event]
    return process
