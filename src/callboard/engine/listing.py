"""Lists of processes (specification: api, section 3 and details 4).

Theory: a list asks the store by an index for what `access` would let the caller see one by one: by
the caller's principals, or for an API key without a service by the scenarios that its limits name.
A test holds the two equal.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from callboard.engine import access, principals
from callboard.engine.cache import ScenarioCache
from callboard.engine.commands import ListCommand, ProcessPage
from callboard.engine.config import EngineConfig
from callboard.engine.identifiers import uuid_of
from callboard.engine.summary import summary
from callboard.errors import ForbiddenError, InvalidError
from callboard.ports.caller import Caller
from callboard.ports.records import ProcessQuery
from callboard.ports.store import Store

LONGEST: Final = 100


@dataclass(frozen=True, slots=True)
class Listing:
    """Pages of summaries."""

    store: Store
    cache: ScenarioCache
    config: EngineConfig

    async def page(self, caller: Caller, command: ListCommand) -> ProcessPage:
        """A page of what the caller may see, newest first. Raises ForbiddenError for `all` without
        `process:super`, InvalidError for a page that cannot be.
        """
        access.require(caller, "process:read")
        if command.page < 1 or not 1 <= command.limit <= LONGEST:
            raise InvalidError(f"Pages begin at 1 and have 1 to {LONGEST} processes.")
        query = await self._query(caller, command)
        records = [] if query is None else await self.store.list_processes(query)
        items = [
            summary(record, await self.cache.face(record.scenario), self.config.process_fields)
            for record in records[: command.limit]
        ]
        return ProcessPage(items, command.page, len(records) > command.limit)

    async def _query(self, caller: Caller, command: ListCommand) -> ProcessQuery | None:
        """What the store is asked; None where nothing can be the caller's."""
        whose: frozenset[str] | None = principals.of_caller(caller)
        scenarios: frozenset[str] | None = None
        if command.all:
            if not access.is_super(caller):
                raise ForbiddenError("`all` needs the privilege process:super.")
            whose = None
        elif caller.key is not None and caller.key.limits and not access.is_super(caller):
            scenarios = await self._within_limits(caller)
            whose = whose if caller.key.service is not None else None
        if scenarios == frozenset() or whose == frozenset():
            return None
        return ProcessQuery(
            principals=whose,
            limit=command.limit + 1,
            offset=(command.page - 1) * command.limit,
            scenarios=scenarios,
        )

    async def _within_limits(self, caller: Caller) -> frozenset[str]:
        """The scenarios whose processes the limits of a key let it see."""
        found: set[str] = set()
        for limit in caller.key.limits if caller.key is not None else ():
            named = limit.scenario
            if named is not None and uuid_of(named) == named:
                found.add(named)
            found.update(await self.store.scenario_ids(named))
        seen: set[str] = set()
        for scenario_id in found:
            if await self._sees(caller, scenario_id):
                seen.add(scenario_id)
        return frozenset(seen)

    async def _sees(self, caller: Caller, scenario_id: str) -> bool:
        face = await self.cache.find_face(scenario_id)
        return face is not None and access.key_sees_scenario(caller, face, face.actors)
