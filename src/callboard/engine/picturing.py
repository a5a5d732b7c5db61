"""Scenarios as pictures, with the way of a process where one is asked for."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from callboard.core.process import path_of
from callboard.core.scenario.compiled import Scenario
from callboard.core.scenario.diagram import Graph, graph
from callboard.core.values import JsonObject
from callboard.engine import access
from callboard.engine.reading import Reading
from callboard.engine.scenarios import Scenarios
from callboard.errors import ChainError, InvalidError
from callboard.ports.caller import Caller


@dataclass(frozen=True, slots=True)
class Picturing:
    """The use case of drawing."""

    scenarios: Scenarios
    reading: Reading

    async def picture(self, caller: Caller, wanted: str, process_id: str | None) -> Graph:
        """The graph of a scenario; with a process of it, its path and where it is.

        Raises NotFoundError for a scenario or process that is not there or not the caller's,
        InvalidError for a process of another scenario.
        """
        record = await self.scenarios.get(caller, wanted)
        if process_id is None:
            return graph(record.document)
        access.require(caller, "process:read")
        seen = await self.reading.visible(caller, process_id)
        if seen.record.scenario != record.id:
            raise InvalidError("The process is of another scenario.")
        process = await self.reading.with_events(seen.record)
        return await asyncio.to_thread(_with_path, seen.scenario, process)


def _with_path(scenario: Scenario, process: JsonObject) -> Graph:
    """The path is worked out from the chain; of one that cannot be replayed, the end is known."""
    current = process["current"]
    key = str(current["key"]) if isinstance(current, dict) else None
    try:
        path = path_of(scenario, process)
    except ChainError:
        path = []
    return graph(scenario.document, current=key, path=path)
