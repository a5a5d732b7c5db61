"""Proving what happened: checking a chain, and handing out all that others need to check it
(specification: api, section 3 and details 9).

Theory: whoever may see a process may check it. A chain that was made anew as a whole holds by
itself, so the engine signs what it found, the checkpoint, and keeps it: a later chain has to fit
it. That is done when somebody asks for proof, never in a step. A long chain is rebuilt in a thread.

Invariants: only a chain that holds, and that fits all checkpoints there are, gets a new one. One
that fits a chain the process had before it was migrated contradicts nothing. Checkpoints are read
before the process, so a step in between never looks like a cut. The chains that a process had
before are checked with the present one. What is left of one that was erased is shown to operators;
its head is signed for them, too, so that a bundle of it is not taken for one that somebody made up,
but nothing of that is kept.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Final, NamedTuple, cast

import msgspec

from callboard.core.process.bundle import Proof, make_bundle, prove
from callboard.core.process.checkpoints import contradicted, fits, signed_text
from callboard.core.process.lineage import came_from
from callboard.core.scenario.compiled import Scenario
from callboard.core.values import Json, JsonObject
from callboard.engine import access
from callboard.engine.admin_commands import ChainView
from callboard.engine.chains import before, checked
from callboard.engine.identifiers import uuid_of
from callboard.engine.proven import Proven, lineage_fault, of_tombstone
from callboard.engine.reading import Reading
from callboard.engine.times import to_text
from callboard.errors import GoneError
from callboard.ports.caller import Caller
from callboard.ports.clock import Clock
from callboard.ports.records import CheckpointRecord, ProcessRecord, Tombstone
from callboard.ports.signing import PUBLIC, Signer
from callboard.ports.store import Store

SHOWN: Final = 32
"""So many checkpoints are handed out, the newest."""
_TRIES: Final = 5
"""A process may be migrated between two reads."""


class _Found(NamedTuple):
    """A process as it is now, and what was signed of it."""

    record: ProcessRecord
    scenario: Scenario
    events: list[JsonObject]
    checkpoints: list[JsonObject]
    """Without those of chains that it had before it was migrated."""
    compared: int
    lineage: Sequence[ChainView]
    """All its chains, the oldest first, where it was migrated."""


@dataclass(frozen=True, slots=True)
class Proving:
    """The use cases of proof."""

    store: Store
    reading: Reading
    clock: Clock
    signer: Signer | None

    async def keys(self) -> list[JsonObject]:
        """The public keys of all that ever signed here, the one that signs now first."""
        await self._learn()
        return self._keys()

    def _keys(self) -> list[JsonObject]:
        return list(self.signer.public_keys()) if self.signer else []

    async def _learn(self) -> None:
        """Another engine on this database may have begun to sign by another key."""
        if self.signer is not None:
            kept = await self.store.settings(PUBLIC)
            self.signer.learn([msgspec.json.decode(kept[name]) for name in sorted(kept)])

    async def verify(self, caller: Caller, process_id: str) -> Proven:
        """Check the chain of a process, that it leads to what is stored, and that it fits its
        checkpoints; of one that was erased, for operators, the links. Raises NotFoundError when it
        is not there or not the caller's.
        """
        access.require(caller, "process:read")
        try:
            found = await self._find(caller, process_id)
        except GoneError:
            return of_tombstone(await self.reading.buried(process_id))
        proof, made = await self._prove(found)
        signed = [*found.checkpoints, *made]
        head, compared = found.record.head, found.compared + len(made)
        return Proven(proof, len(found.events), head, compared, signed[-SHOWN:], found.lineage)

    async def bundle(self, caller: Caller, process_id: str) -> JsonObject:
        """All that is needed to check a process elsewhere. Raises NotFoundError like `verify`."""
        access.require(caller, "process:read")
        try:
            found = await self._find(caller, process_id)
        except GoneError:
            return await self._remains(await self.reading.buried(process_id))
        _, made = await self._prove(found)
        record, scenario, events, signed, _, lineage = found
        earlier = [view.events for view in lineage[:-1]]
        bundle = await asyncio.to_thread(make_bundle, scenario, events, record.document, earlier)
        return self._with_signatures(bundle, [*signed, *made])

    async def _remains(self, stone: Tombstone) -> JsonObject:
        """The bundle of a process that was erased."""
        scenario = await self.reading.cache.get(stone.scenario)
        *earlier, links = stone.chains
        erased: JsonObject = {"at": stone.at, "by": stone.by, "reason": stone.reason}
        bundle = make_bundle(scenario, links, {"id": stone.id, "erased": erased}, earlier)
        if self.signer is None or not of_tombstone(stone).proof.ok:
            return self._with_signatures(bundle, [])
        return self._with_signatures(bundle, [_shown(self._signed(self.signer, stone))])

    def _with_signatures(self, bundle: JsonObject, signed: list[JsonObject]) -> JsonObject:
        return {
            **bundle,
            "checkpoints": cast("list[Json]", signed[-SHOWN:]),
            "keys": cast("list[Json]", self._keys()),
        }

    async def _find(self, caller: Caller, process_id: str) -> _Found:
        """What there is. Raises NotFoundError; GoneError."""
        identity = uuid_of(process_id)
        for _ in range(_TRIES):
            kept = await self.store.checkpoints(identity) if identity is not None else ()
            if {item.kid for item in kept} - {key["kid"] for key in self._keys()}:
                await self._learn()
            record, scenario, _ = await self.reading.told_if_gone(caller, process_id)
            events = [item.event for item in await self.store.get_events(record.id, record.version)]
            came = came_from(events[0]) if events else None
            old = before(await self.store.old_chains(record.id), events) if came is not None else []
            whole = bool(events) and events[-1].get("hash") == record.head
            if whole and came == (old[-1][-1].get("hash") if old else None):
                break
        views = await asyncio.to_thread(checked, [*old, events]) if came is not None else []
        signed = [_shown(item) for item in kept]
        ours = _of_this_chain(signed, events, views)
        return _Found(record, scenario, events, ours, len(signed), views)

    async def _prove(self, found: _Found) -> tuple[Proof, list[JsonObject]]:
        """What is found, and the checkpoint that was made, where the head had none."""
        proof = await asyncio.to_thread(self._check, found)
        if not proof.ok or self.signer is None:
            return proof, []
        if any(item["head"] == found.record.head for item in found.checkpoints):
            return proof, []
        await self.store.put_checkpoint(self._signed(self.signer, found.record))
        kept = await self.store.checkpoints(found.record.id)
        return proof, [_shown(item) for item in kept if item.head == found.record.head]

    def _check(self, found: _Found) -> Proof:
        """The first thing that does not hold."""
        record, scenario, events, checkpoints, _, lineage = found
        proof = prove(scenario, events, record.document)
        if not proof.ok:
            return proof
        if (len(events), events[-1]["hash"]) != (record.version, record.head):
            return Proof(False, "head-mismatch", "The chain does not end where it should.")
        for item in checkpoints:
            if not self._is_ours(item):
                message = f"The checkpoint of {item['at']} is not signed by a key of this engine."
                return Proof(
                    False, "checkpoint-signature", message, cast("int", item["events"]) - 1
                )
        return contradicted(checkpoints, events, record.id) or lineage_fault(lineage) or proof

    def _is_ours(self, checkpoint: JsonObject) -> bool:
        kid, signature = str(checkpoint["kid"]), str(checkpoint["signature"])
        return self.signer is None or self.signer.holds(kid, signed_text(checkpoint), signature)

    def _signed(self, signer: Signer, record: ProcessRecord | Tombstone) -> CheckpointRecord:
        at = to_text(self.clock.now())
        told: JsonObject = {
            "process": record.id,
            "events": record.version,
            "head": record.head,
            "at": at,
            "kid": signer.kid,
        }
        signature = signer.sign(signed_text(told))
        return CheckpointRecord(record.id, record.version, record.head, at, signer.kid, signature)


def _of_this_chain(
    signed: list[JsonObject], events: list[JsonObject], lineage: Sequence[ChainView]
) -> list[JsonObject]:
    """Checkpoints without those that a chain fits which the process had before. Old chains count
    only when each was taken along whole, up to the present one: else whoever makes a chain anew
    would only have to put the true one among them.
    """
    if not all(view.verification.ok and not view.verification.erased for view in lineage):
        return signed
    old = [view.events for view in lineage[:-1]]
    return [
        item for item in signed if fits(item, events) or not any(fits(item, chain) for chain in old)
    ]


def _shown(record: CheckpointRecord) -> JsonObject:
    return asdict(record)
