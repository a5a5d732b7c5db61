"""What was found of a process's chains, or of what is left of them.

Theory: of a process that was erased the links are left, and they must lead to the head that the
tombstone has; what the events were nobody can check any more, and the answer says so.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from callboard.core.process.bundle import Proof
from callboard.core.process.chain import verify
from callboard.core.process.lineage import came_from
from callboard.core.values import JsonObject
from callboard.engine.admin_commands import ChainView
from callboard.engine.chains import checked
from callboard.ports.records import Tombstone


@dataclass(frozen=True, slots=True)
class Proven:
    """What was found, and how far it goes."""

    proof: Proof
    events: int
    head: str
    compared: int = 0
    """With how many checkpoints the chain was compared."""
    checkpoints: Sequence[JsonObject] = ()
    """The newest of them, the newest last."""
    lineage: Sequence[ChainView] = ()
    """All chains of a process that was migrated or erased, the oldest first."""
    erased: Tombstone | None = None
    """What is left of it, when it was erased."""


def of_tombstone(stone: Tombstone) -> Proven:
    """What the links show that are left of a process."""
    views = checked(stone.chains)
    last = views[-1].events
    own = verify(last, head=came_from(last[0]))
    proof = Proof(own.ok, own.code, None if own.ok else "The chain was changed here.", own.event)
    if own.ok and (len(last), last[-1].get("hash")) != (stone.version, stone.head):
        proof = Proof(False, "head-mismatch", "The chain does not end where it should.")
    if proof.ok:
        proof = lineage_fault(views) or proof
    return Proven(proof, stone.version, stone.head, lineage=views, erased=stone)


def lineage_fault(views: Sequence[ChainView]) -> Proof | None:
    """What does not hold in the chains of a process whose present one, the last, holds by itself.

    An earlier one is told by its number, without an event: that would be taken for one of the
    present chain.
    """
    for number, view in enumerate(views[:-1]):
        if not view.verification.ok:
            message = f"Chain {number}, which it had before it was migrated, was changed."
            return Proof(False, "earlier-chain", message)
    if views and not views[-1].verification.ok:
        message = "The chain that it had before it was migrated is gone, or is another."
        return Proof(False, "earlier-chain", message, views[-1].verification.event)
    return None
