"""Processes that were erased a moment ago, for those who were following them.

Theory: a stream tells of a process by what it is now, and of one that was erased nothing is left by
which anybody could be told that it was theirs. So what it was is kept in memory for a moment, long
enough for the streams that are open; it is never written.

Invariant: whatever is kept here is gone after `KEPT` seconds.
"""

from __future__ import annotations

import asyncio
from typing import Final, NamedTuple

from callboard.core.scenario.compiled import Scenario
from callboard.core.values import JsonObject
from callboard.engine.principals import participants, tasks
from callboard.ports.records import Principal, ProcessRecord

KEPT: Final = 30.0
"""Seconds."""


class Facts(NamedTuple):
    """A process, and everybody who has a part in it."""

    record: ProcessRecord
    scenario: Scenario
    participants: frozenset[Principal]

    @classmethod
    def of(cls, record: ProcessRecord, scenario: Scenario) -> Facts:
        """Those of a process as it was read."""
        return cls(record, scenario, participants(scenario, record.document))


class Known(NamedTuple):
    """What is remembered of a process that was erased."""

    facts: Facts
    waited: frozenset[Principal]
    """Those that it waited for."""


class Departed:
    """What was erased a moment ago. To be used in one event loop."""

    def __init__(self) -> None:
        self._kept: dict[str, Known] = {}

    def keep(self, record: ProcessRecord, scenario: Scenario, process: JsonObject) -> None:
        """Remember a process that is about to be erased; `process` is its document, with its events
        where the scenario reads them. Again replaces what is remembered.
        """
        waited = frozenset(task.principal for task in tasks(scenario, process, None))
        self._kept[record.id] = Known(Facts.of(record, scenario), waited)
        asyncio.get_running_loop().call_later(KEPT, self._kept.pop, record.id, None)

    def get(self, process_id: str) -> Known | None:
        """What it was; None when nobody remembers."""
        return self._kept.get(process_id)
