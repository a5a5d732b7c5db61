"""Which lists hold what a caller may see (specification: api, section 2 and details 10).

Theory: users and services are found by their principals; an API key without a service by the
scenarios that its limits name. A test holds lists and single reads equal.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from callboard.engine import access, principals
from callboard.engine.cache import ScenarioCache
from callboard.engine.identifiers import uuid_of
from callboard.ports.caller import Caller
from callboard.ports.records import Principal
from callboard.ports.store import Store


class Scope(NamedTuple):
    """Whose lists, and of which scenarios; None is everybody's, and all."""

    principals: frozenset[Principal] | None
    scenarios: frozenset[str] | None = None

    @property
    def is_empty(self) -> bool:
        """Whether nothing can be in it."""
        return self.principals == frozenset() or self.scenarios == frozenset()

    def within(self, scenarios: frozenset[str] | None) -> Scope:
        """What of it is of some scenarios."""
        if scenarios is None:
            return self
        mine = scenarios if self.scenarios is None else self.scenarios & scenarios
        return Scope(self.principals, mine)


@dataclass(frozen=True, slots=True)
class Scopes:
    """The scopes of callers, and of what they ask for."""

    store: Store
    cache: ScenarioCache

    async def of(self, caller: Caller) -> Scope:
        """All that the caller may see because of who it is."""
        whose = principals.of_caller(caller)
        if caller.key is None or not caller.key.limits or access.is_super(caller):
            return Scope(whose)
        seen = await self._within_limits(caller)
        return Scope(whose if caller.key.service is not None else None, seen)

    async def named(self, scenario: str | None) -> frozenset[str] | None:
        """The scenarios of an id or a name, disabled ones too; None where none was asked for."""
        if scenario is None:
            return None
        found = {*await self.store.scenario_ids(scenario)}
        identity = uuid_of(scenario)
        if identity is not None:
            found.add(identity)
        return frozenset(found)

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
