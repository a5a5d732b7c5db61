"""Scenarios: store, read, list, disable (specification: api, table 1 and details 5).

Theory: a text becomes a document, is checked (everything that is wrong is told), normalised and
compiled; its id is worked out from its content, so the same content is the same scenario. It is
compiled before it is stored, so that what is stored runs.
"""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from typing import Final, Literal

from callboard.core.canonical import scenario_id
from callboard.core.scenario.compiled import Scenario
from callboard.core.scenario.normalize import normalize
from callboard.core.scenario.text import load
from callboard.core.scenario.validate import ValidationError, validate
from callboard.core.values import Json, JsonObject
from callboard.engine import access
from callboard.engine.cache import ScenarioCache
from callboard.engine.config import EngineConfig
from callboard.engine.fetching import Fetching, identity_of
from callboard.engine.identifiers import uuid_of
from callboard.engine.times import to_text
from callboard.engine.unserved import warn
from callboard.errors import ForbiddenError, InvalidError, NotFoundError, Reason, ScenarioError
from callboard.ports.caller import Caller
from callboard.ports.clock import Clock
from callboard.ports.records import MediaType, ScenarioRecord, ScenarioSummary
from callboard.ports.store import ScenarioStore

WEB: Final = "https:"
ESCAPE: Final = "\\"


@dataclass(frozen=True, slots=True)
class Scenarios:
    """The use cases about scenarios."""

    records: ScenarioStore
    cache: ScenarioCache
    clock: Clock
    config: EngineConfig
    services: Collection[str] | None = None
    """The names of those that are configured. None: that is not known, and nothing is said."""
    fetching: Fetching = field(default_factory=Fetching)

    async def store(self, caller: Caller, text: str, media_type: MediaType) -> str:
        """Store a scenario from its text; its id. What is there already is enabled again.

        Raises TextError when it cannot be read, InvalidError with everything that is wrong with it,
        ForbiddenError in read-only mode.
        """
        self._require_writable(caller)
        fetched = await self._schemas(text, media_type)
        if len(text) > self.config.inline_bytes:
            scenario = await asyncio.to_thread(self._read, text, media_type, fetched)
        else:
            scenario = self._read(text, media_type, fetched)
        record = ScenarioRecord(
            id=scenario.id,
            document={key: value for key, value in scenario.document.items() if key != "id"},
            source=text,
            media_type=media_type,
            created=to_text(self.clock.now()),
            name=scenario.name,
            version=scenario.version,
            schemas=fetched,
        )
        await self.records.put_scenario(record)
        if not fetched:  # else it is compiled with those that are stored with it
            self.cache.keep(scenario)
        if self.services is not None:
            warn(scenario.id, scenario.document, self.services)
        return scenario.id

    async def get(self, caller: Caller, wanted: str) -> ScenarioRecord:
        """A scenario by its id, a disabled one too. Raises NotFoundError."""
        access.require(caller, "scenario:read")
        identity = uuid_of(wanted)
        record = await self.records.get_scenario(identity) if identity is not None else None
        if record is None:
            raise NotFoundError("There is no such scenario.")
        return record

    async def list(self, caller: Caller) -> Sequence[ScenarioSummary]:
        """The enabled ones, by title."""
        access.require(caller, "scenario:read")
        found = await self.records.list_scenarios()
        if not self.config.scenario_fields:
            return found
        return [replace(item, more=(await self.cache.face(item.id)).more) for item in found]

    async def disable(self, caller: Caller, wanted: str) -> None:
        """Let no new process start from it. Raises NotFoundError, ForbiddenError."""
        self._require_writable(caller)
        identity, at = uuid_of(wanted), to_text(self.clock.now())
        if identity is None or not await self.records.disable_scenario(identity, at):
            raise NotFoundError("There is no such scenario.")

    async def _schemas(self, text: str, media_type: MediaType) -> JsonObject:
        """The schemas on the web that a scenario is stored with, or that are fetched for it. Raises
        InvalidError.
        """
        if WEB not in text and ESCAPE not in text:
            return {}
        limits = self.cache.limits
        identity = await asyncio.to_thread(identity_of, text, media_type, limits)
        stored = await self.records.get_scenario(identity) if identity is not None else None
        if stored is not None:
            return stored.schemas
        return await self.fetching.of(self.cache, text, media_type)

    def _require_writable(self, caller: Caller) -> None:
        access.require(caller, "scenario:write")
        if self.config.read_only:
            raise ForbiddenError("The engine is in read-only mode.", code="read-only")

    def _read(self, text: str, media_type: MediaType, fetched: JsonObject) -> Scenario:
        """The compiled scenario that a text is."""
        form: Literal["json", "yaml"] = "json" if media_type == "application/json" else "yaml"
        document = self._checked(load(text, format=form, limits=self.cache.limits), fetched)
        return self.cache.compile({**document, "id": scenario_id(document)}, fetched)

    def _checked(self, value: Json, fetched: JsonObject) -> JsonObject:
        """The normalised scenario that a value is, without `id` (language, details 9)."""
        limits = self.cache.limits
        schemas = {**fetched, **self.cache.schemas()}
        errors = validate(value, schemas=schemas, limits=limits)
        if errors or not isinstance(value, dict):
            raise _invalid([_reason(error) for error in errors])
        try:
            return normalize({k: v for k, v in value.items() if k != "id"}, limits=limits)
        except ScenarioError as error:
            raise _invalid(error.reasons or [Reason(error.code, error.message)]) from error


def _invalid(reasons: Sequence[Reason]) -> InvalidError:
    count = f"{len(reasons)} {'error' if len(reasons) == 1 else 'errors'}"
    return InvalidError(f"The scenario has {count}.", reasons, code="scenario-invalid")


def _reason(error: ValidationError) -> Reason:
    return Reason(
        "scenario-invalid",
        error["message"],
        error["instancePath"],
        error["keyword"],
        {"params": error["params"]},
    )
