"""The path of a process: the states it was in, in order, as its events show."""

from __future__ import annotations

from typing import cast

from callboard.core.process.replay import Rebuilding
from callboard.core.scenario.compiled import Scenario
from callboard.core.values import JsonObject


def path_of(scenario: Scenario, process: JsonObject) -> list[str]:
    """The keys of the states that a process with its events was in, those it only passed through
    included. Raises like `replay`.
    """
    events = cast("list[JsonObject]", process["events"])
    rebuilding = Rebuilding.begin(scenario, events)
    path = ["initial", *rebuilding.reached]
    for index, event in enumerate(events[1:], 1):
        rebuilding.apply(event, index)
        path += rebuilding.reached
    return path
