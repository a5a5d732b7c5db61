"""Scenarios: `client.scenarios`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from callboard.client import calls
from callboard.client._async.connection import AsyncConnection
from callboard.client.calls import YAML_TYPE, ProcessLike, process_id
from callboard.client.models import CheckedScenario, Scenario, ScenarioSummary, scenario_of

__all__ = ["AsyncScenarios"]


class AsyncScenarios:
    """What can be acted out."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def list(self) -> tuple[ScenarioSummary, ...]:
        """The enabled ones, by title."""
        found = await self._connection.read(calls.get("scenarios"))
        return tuple(ScenarioSummary(item) for item in found)

    async def store(self, scenario: str | Mapping[str, Any]) -> str:
        """Store a scenario: a document, or a text of YAML or JSON. Its id.

        The same content has the same id, so storing it again is safe. What is wrong with it is in
        the `errors` of the `InvalidError`.
        """
        response = await self._connection.send(calls.store(scenario))
        return str(response.headers["location"]).rpartition("/")[2]

    async def get(self, scenario_id: str) -> Scenario:
        """A scenario, normalised."""
        call = calls.get("scenarios", scenario_id)
        return scenario_of(await self._connection.send(call), scenario_id)

    async def text(self, scenario_id: str) -> str:
        """A scenario as YAML."""
        call = calls.get("scenarios", scenario_id, accept=YAML_TYPE)
        response = await self._connection.send(call)
        return str(response.text)

    async def disable(self, scenario_id: str) -> None:
        """No new process starts with it; those that run go on."""
        await self._connection.send(calls.send("DELETE", "scenarios", scenario_id, repeatable=True))

    async def validate(self, scenario: str | Mapping[str, Any]) -> CheckedScenario:
        """What is wrong with a scenario, and what lint says; nothing is stored."""
        return CheckedScenario(await self._connection.read(calls.validate(scenario)))

    async def diagram(
        self, scenario_id: str, *, form: str = "mermaid", process: ProcessLike | None = None
    ) -> str:
        """A scenario drawn: as `mermaid` text, `svg` or `dot`. With a process of it, the path of
        that and where it is are marked.
        """
        marked = None if process is None else process_id(process)
        where = ("scenarios", scenario_id, "diagram")
        call = calls.get(*where, accept="*/*", format=form, process=marked)
        response = await self._connection.send(call)
        return str(response.text)
