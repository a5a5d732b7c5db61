"""Compiled scenarios in memory: each compiled once, the ones used longest ago given up first."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Mapping

from callboard.core.expression import BUILTINS, Functions
from callboard.core.limits import DEFAULT_LIMITS, Limits
from callboard.core.scenario.compile import compile_scenario
from callboard.core.scenario.compiled import Scenario
from callboard.core.values import Json, JsonObject
from callboard.ports.store import ScenarioStore

Schemas = Callable[[], Mapping[str, Json]]


class ScenarioCache:
    """Compiled scenarios by id, over the store."""

    def __init__(
        self,
        store: ScenarioStore,
        size: int,
        *,
        schemas: Schemas = dict,
        functions: Functions = BUILTINS,
        limits: Limits = DEFAULT_LIMITS,
    ) -> None:
        self.store = store
        self.size = size
        self.schemas = schemas
        self.functions = functions
        self.limits = limits
        self._compiled: OrderedDict[str, Scenario] = OrderedDict()

    def compile(self, document: JsonObject) -> Scenario:
        """Compile a normalised document, without keeping it."""
        return compile_scenario(
            document, functions=self.functions, limits=self.limits, schemas=self.schemas()
        )

    def keep(self, scenario: Scenario) -> None:
        """Keep a compiled scenario."""
        self._compiled[scenario.id] = scenario
        self._compiled.move_to_end(scenario.id)
        while len(self._compiled) > self.size:
            self._compiled.popitem(last=False)

    async def get(self, scenario_id: str) -> Scenario:
        """The compiled scenario of a stored id. Raises KeyError when there is none."""
        scenario = self._compiled.get(scenario_id)
        if scenario is None:
            record = await self.store.get_scenario(scenario_id)
            if record is None:
                raise KeyError(scenario_id)
            scenario = self.compile(record.document)
        self.keep(scenario)
        return scenario
