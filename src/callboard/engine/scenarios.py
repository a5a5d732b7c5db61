"""Scenarios: store, read, list, disable (specification: api, table 1 and details 5)."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from callboard.core.canonical import scenario_id
from callboard.core.scenario.compiled import Scenario
from callboard.core.scenario.normalize import normalize
from callboard.core.scenario.text import load
from callboard.core.scenario.validate import ValidationError, validate
from callboard.core.values import Json, JsonObject
from callboard.engine.cache import ScenarioCache
from callboard.engine.config import EngineConfig
from callboard.engine.times import to_text
from callboard.errors import ForbiddenError, InvalidError, NotFoundError, Reason, ScenarioError
from callboard.ports.caller import Caller, Privilege
from callboard.ports.clock import Clock
from callboard.ports.records import ScenarioRecord, ScenarioSummary
from callboard.ports.store import ScenarioStore

MediaType = Literal["application/json", "application/yaml"]


def need(caller: Caller, privilege: Privilege) -> None:
    """Raise ForbiddenError unless the caller has a privilege."""
    if not caller.may(privilege):
        raise ForbiddenError(f"This needs the privilege {privilege}.")


@dataclass(frozen=True, slots=True)
class Scenarios:
    """The use cases about scenarios."""

    store_: ScenarioStore
    cache: ScenarioCache
    clock: Clock
    config: EngineConfig

    async def store(self, caller: Caller, text: str, media_type: MediaType) -> str:
        """Store a scenario from its text; its id. What is there already is enabled again.

        Raises TextError when it cannot be read, InvalidError with everything that is wrong with it,
        ForbiddenError in read-only mode.
        """
        self._need_writable(caller)
        if len(text) > self.config.inline_bytes:
            scenario = await asyncio.to_thread(self._read, text, media_type)
        else:
            scenario = self._read(text, media_type)
        document = {key: value for key, value in scenario.document.items() if key != "id"}
        record = ScenarioRecord(
            id=scenario.id,
            document=document,
            source=text,
            media_type=media_type,
            created=to_text(self.clock.now()),
            name=scenario.name,
            version=scenario.version,
        )
        await self.store_.put_scenario(record)
        self.cache.keep(scenario)
        return scenario.id

    def _read(self, text: str, media_type: MediaType) -> Scenario:
        value = load(text, format="json" if media_type == "application/json" else "yaml")
        document = checked(value, self.cache.schemas())
        return self.cache.compile({**document, "id": scenario_id(document)})

    async def get(self, caller: Caller, wanted: str) -> ScenarioRecord:
        """A scenario by its id, a disabled one too. Raises NotFoundError."""
        need(caller, "scenario:read")
        record = await self.store_.get_scenario(wanted) if is_uuid(wanted) else None
        if record is None:
            raise NotFoundError("There is no such scenario.")
        return record

    async def list(self, caller: Caller) -> Sequence[ScenarioSummary]:
        """The enabled ones, by title."""
        need(caller, "scenario:read")
        return await self.store_.list_scenarios()

    async def disable(self, caller: Caller, wanted: str) -> None:
        """Let no new process start from it. Raises NotFoundError, ForbiddenError."""
        self._need_writable(caller)
        at = to_text(self.clock.now())
        if not (is_uuid(wanted) and await self.store_.disable_scenario(wanted, at)):
            raise NotFoundError("There is no such scenario.")

    def _need_writable(self, caller: Caller) -> None:
        need(caller, "scenario:write")
        if self.config.read_only:
            raise ForbiddenError("The engine is in read-only mode.", code="read-only")


def checked(value: Json, schemas: Mapping[str, Json]) -> JsonObject:
    """The normalised scenario that a value is, without `id`. Raises InvalidError with all errors."""
    errors = validate(value, schemas=schemas)
    if errors or not isinstance(value, dict):
        raise _invalid([_reason(error) for error in errors])
    try:
        return normalize({key: item for key, item in value.items() if key != "id"})
    except ScenarioError as error:
        raise _invalid(error.reasons or [Reason(error.code, error.message)]) from error


def _invalid(reasons: Sequence[Reason]) -> InvalidError:
    count = len(reasons)
    noun = "error" if count == 1 else "errors"
    return InvalidError(f"The scenario has {count} {noun}.", reasons, code="scenario-invalid")


def _reason(error: ValidationError) -> Reason:
    return Reason(
        "scenario-invalid",
        error["message"],
        error["instancePath"],
        error["keyword"],
        {"params": error["params"]},
    )


def is_uuid(text: str) -> bool:
    """Whether a text is a UUID in its usual form."""
    try:
        return str(uuid.UUID(text)) == text.lower()
    except ValueError:
        return False
