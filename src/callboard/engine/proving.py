"""Proving what happened: checking a chain, and handing out all that others need to check it
(specification: api, section 3 and details 9).

Theory: whoever may see a process may check it. A long chain is rebuilt in a thread.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from callboard.core.process.bundle import Proof, make_bundle, prove
from callboard.core.values import JsonObject
from callboard.engine import access
from callboard.engine.reading import Reading
from callboard.ports.caller import Caller
from callboard.ports.store import Store


@dataclass(frozen=True, slots=True)
class Proven:
    """What was found, and how far it goes."""

    proof: Proof
    events: int
    head: str


@dataclass(frozen=True, slots=True)
class Proving:
    """The use cases of proof."""

    store: Store
    reading: Reading

    async def verify(self, caller: Caller, process_id: str) -> Proven:
        """Check the chain of a process, and that it leads to what is stored. Raises NotFoundError
        when it is not there or not the caller's.
        """
        access.require(caller, "process:read")
        record, scenario, _ = await self.reading.told_if_gone(caller, process_id)
        events = [item.event for item in await self.store.get_events(record.id, record.version)]
        proof = await asyncio.to_thread(prove, scenario, events, record.document)
        if proof.ok and (len(events), events[-1]["hash"]) != (record.version, record.head):
            proof = Proof(False, "head-mismatch", "The chain does not end where it should.")
        return Proven(proof, len(events), record.head)

    async def bundle(self, caller: Caller, process_id: str) -> JsonObject:
        """All that is needed to check a process elsewhere. Raises NotFoundError like `verify`."""
        access.require(caller, "process:read")
        record, scenario, _ = await self.reading.told_if_gone(caller, process_id)
        events = [item.event for item in await self.store.get_events(record.id, record.version)]
        return await asyncio.to_thread(make_bundle, scenario, events, record.document)
