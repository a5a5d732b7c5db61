"""Erasing processes, for data protection (specification: api, section 3; architecture 9, rule 13).

Theory: a process is personal through and through: its actors, what they said, its log. So nothing
of it is kept but a tombstone: its id and scenario, how many events it had, who erased it, when and
why, and the links of its chains. To everybody it is as one that never was; operators are told that
it was erased.

Invariants: what was erased is in no table, no answer that is kept and no page of the files when the
answer leaves. A running process may be erased; it needs no end of its own. Erasing again makes sure
of the files once more.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from functools import partial
from typing import Final

from callboard.engine import access
from callboard.engine.admin_commands import EraseCommand
from callboard.engine.config import EngineConfig
from callboard.engine.departed import Departed
from callboard.engine.reading import Reading
from callboard.engine.retry import Turns, matches, retried
from callboard.engine.times import to_text
from callboard.errors import PreconditionError
from callboard.ports.caller import Caller
from callboard.ports.clock import Clock
from callboard.ports.records import Erasure, Tombstone
from callboard.ports.store import Store

_log: Final = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Erasing:
    """The use case that erases."""

    store: Store
    clock: Clock
    config: EngineConfig
    turns: Turns
    reading: Reading
    departed: Departed

    async def erase(self, caller: Caller, command: EraseCommand) -> Tombstone:
        """Erase a process; its tombstone. Raises NotFoundError; PreconditionError when it is not as
        `if_match` says; UnavailableError when the files still hold it, though it is erased.
        """
        stone = await self.bury(caller, command)
        await self.store.forget()
        return stone

    async def bury(self, caller: Caller, command: EraseCommand) -> Tombstone:
        """As `erase`, but the files may still hold it until the store is told to forget."""
        access.require(caller, "process:super")
        async with self.turns.of(command.process.lower()):
            stone = await self.reading.tombstone(command.process)
            if stone is None:
                await retried(self.config.attempts, partial(self._erase, caller, command))
        return stone or await self.reading.buried(command.process)

    async def _erase(self, caller: Caller, command: EraseCommand) -> None:
        record, scenario, _ = await self.reading.visible(caller, command.process)
        process = (
            await self.reading.with_events(record) if scenario.keeps_events else record.document
        )
        if not matches(command.if_match, record.head):
            raise PreconditionError("The process has moved on since you saw it.")
        erasure = Erasure(
            process=record.id,
            head=record.head,
            at=to_text(self.clock.now()),
            by=access.signature(caller),
            reason=command.reason,
        )
        self.departed.keep(record, scenario, process)
        await self.store.erase_process(erasure)
        _log.info("process erased", extra={"process_id": record.id, "by": erasure.by})
