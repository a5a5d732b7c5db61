"""Scenarios that name services which the settings do not have.

Theory: such a scenario is stored all the same, for the service may be configured later; what it is
told until then is given up, and tried again by an operator. So that nobody has to find out that
way, it is said when a scenario is stored, and at the start of those that are.

Invariant: what it costs to look through them is spread, and delays neither the start nor a request.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Collection
from typing import Final

from callboard.core.scenario.services import services_named
from callboard.core.values import JsonObject
from callboard.ports.store import ScenarioStore

__all__ = ["look_through", "warn"]

log: Final = logging.getLogger("callboard.services")

SHOWN: Final = 20
PAUSE_SECONDS: Final = 0.005
"""Between two of them, for others to go on: one takes about a millisecond."""


def warn(scenario_id: str, document: JsonObject, services: Collection[str]) -> None:
    """Log a warning when a normalised scenario names a service that is not among these."""
    missing = sorted(services_named(document).difference(services))
    if missing:
        facts = {
            "scenario": scenario_id,
            "title": document.get("title"),
            "services": ", ".join(missing[:SHOWN]),
            "count": len(missing),
        }
        log.warning("a scenario names services that are not configured", extra=facts)


async def look_through(
    store: ScenarioStore, services: Collection[str], passed: Collection[str] = ()
) -> None:
    """Do so for all enabled scenarios that are stored, but those whose ids are `passed`."""
    for summary in await store.list_scenarios():
        record = None if summary.id in passed else await store.get_scenario(summary.id)
        if record is not None:
            warn(record.id, record.document, services)
            await asyncio.sleep(PAUSE_SECONDS)
