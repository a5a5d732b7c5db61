"""Scenarios in memory: compiled ones for steps, and their faces for lists.

Theory: a scenario never changes under its id, so what is kept here is never wrong; whether it is
disabled is not kept. Both caches are bounded and give up what was used longest ago. A scenario that
several requests need at once is compiled once, and a large one in a thread of its own.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final, TypeAlias, TypeVar, cast

from callboard.core.expression import BUILTINS, Functions
from callboard.core.limits import DEFAULT_LIMITS, Limits
from callboard.core.scenario.compile import compile_scenario
from callboard.core.scenario.compiled import Scenario
from callboard.core.values import Json, JsonObject
from callboard.engine.config import EngineConfig
from callboard.engine.retry import Turns
from callboard.errors import NotFoundError
from callboard.ports.records import ScenarioRecord
from callboard.ports.store import ScenarioStore

Schemas: TypeAlias = Callable[[], Mapping[str, Json]]

T = TypeVar("T")

_FACES: Final = 4_096


@dataclass(frozen=True, slots=True)
class Face:
    """What lists need to know of a scenario."""

    id: str
    name: str | None
    title: Json
    description: Json
    actors: tuple[str, ...]
    """Keys of the actors that it declares, wildcards included."""
    more: JsonObject
    """Further fields that the configuration names."""


class ScenarioCache:
    """Compiled scenarios and faces by id, over the store."""

    def __init__(
        self,
        store: ScenarioStore,
        config: EngineConfig,
        *,
        schemas: Schemas = dict,
        functions: Functions = BUILTINS,
        limits: Limits = DEFAULT_LIMITS,
    ) -> None:
        self.schemas = schemas
        self.limits = limits
        self._store = store
        self._config = config
        self._functions = functions
        self._compiled: OrderedDict[str, Scenario] = OrderedDict()
        self._faces: OrderedDict[str, Face] = OrderedDict()
        self._turns = Turns()

    def compile(self, document: JsonObject, fetched: Mapping[str, Json]) -> Scenario:
        """Compile a normalised document, without keeping it. `fetched` are schemas of its own."""
        schemas = self.schemas()
        return compile_scenario(
            document,
            functions=self._functions,
            limits=self.limits,
            schemas={**fetched, **schemas} if fetched else schemas,
        )

    def keep(self, scenario: Scenario) -> None:
        """Keep a compiled scenario."""
        _put(self._compiled, scenario.id, scenario, self._config.compiled_scenarios)

    def known(self, scenario_id: str) -> Scenario | None:
        """The compiled scenario of an id, when it is here."""
        scenario = self._compiled.get(scenario_id)
        if scenario is not None:
            self._compiled.move_to_end(scenario_id)
        return scenario

    async def get(self, scenario_id: str) -> Scenario:
        """The compiled scenario of an id. Raises NotFoundError when it is not stored."""
        async with self._turns.of(scenario_id):
            return self.known(scenario_id) or await self._make(await self._record(scenario_id))

    async def of(self, record: ScenarioRecord) -> Scenario:
        """The compiled scenario of a record that was read."""
        return self._compiled.get(record.id) or await self._make(record)

    async def _make(self, record: ScenarioRecord) -> Scenario:
        document: JsonObject = {**record.document, "id": record.id}
        if len(record.source) > self._config.inline_bytes:
            scenario = await asyncio.to_thread(self.compile, document, record.schemas)
        else:
            scenario = self.compile(document, record.schemas)
        self.keep(scenario)
        return scenario

    async def face(self, scenario_id: str) -> Face:
        """What lists show of a scenario. Raises NotFoundError when it is not stored."""
        face = self._faces.get(scenario_id)
        if face is None:
            face = self._face(scenario_id, (await self._record(scenario_id)).document)
            _put(self._faces, scenario_id, face, _FACES)
        return face

    async def find_face(self, scenario_id: str) -> Face | None:
        """As `face`; None when it is not stored."""
        try:
            return await self.face(scenario_id)
        except NotFoundError:
            return None

    def _face(self, scenario_id: str, document: JsonObject) -> Face:
        actors = document.get("actors")
        return Face(
            id=scenario_id,
            name=cast("str | None", document.get("name")),
            title=document.get("title"),
            description=document.get("description"),
            actors=tuple(actors) if isinstance(actors, dict) else (),
            more={name: document.get(name) for name in self._config.scenario_fields},
        )

    async def _record(self, scenario_id: str) -> ScenarioRecord:
        record = await self._store.get_scenario(scenario_id)
        if record is None:
            raise NotFoundError("There is no such scenario.")
        return record


def _put(kept: OrderedDict[str, T], key: str, value: T, size: int) -> None:
    kept[key] = value
    kept.move_to_end(key)
    while len(kept) > size:
        kept.popitem(last=False)
