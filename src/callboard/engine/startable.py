"""Which scenario a name means where a process is to start from it, or to be carried over to it."""

from __future__ import annotations

from callboard.core.scenario.compiled import Scenario
from callboard.engine.cache import ScenarioCache
from callboard.engine.identifiers import newest, uuid_of
from callboard.errors import InvalidError
from callboard.ports.records import ScenarioRecord
from callboard.ports.store import ScenarioStore


async def startable(store: ScenarioStore, cache: ScenarioCache, wanted: str) -> Scenario:
    """The enabled scenario of an id, a name (the newest version), or `name@version`. Raises
    InvalidError when there is none.
    """
    identity = uuid_of(wanted)
    if identity is not None:
        record = await store.get_scenario(identity)
    else:
        record = await _by_name(store, wanted)
    if record is None or record.disabled is not None:
        message = f"There is no scenario {wanted!r} that a process could start from."
        raise InvalidError(message, code="scenario-unknown")
    return await cache.of(record)


async def _by_name(store: ScenarioStore, wanted: str) -> ScenarioRecord | None:
    records = await store.find_scenarios(wanted)
    name, at, version = wanted.rpartition("@")
    if not records and at:
        found = await store.find_scenarios(name)
        records = [record for record in found if record.version == version]
    return newest(records)
