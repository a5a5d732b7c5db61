"""The chains of a process that was migrated, each checked by itself and against the one before.

Theory: the first event of a chain that replaced another has `migrated`, with the head of that one;
so its hash covers where it came from, and from the newest head all chains before it are fixed. It
begins with the events of that one; else the true chain could be put beside one that was made anew.
Where the events were erased the first link says the same. Pure.
"""

from __future__ import annotations

from collections.abc import Sequence

from callboard.core.process.chain import Verification, verify
from callboard.core.process.replay import not_carried
from callboard.core.values import JsonObject


def verify_lineage(chains: Sequence[Sequence[JsonObject]]) -> list[Verification]:
    """What is found of each chain, the oldest first: that hashes and links hold, and that it
    names the head of the one before, and begins with its events; the oldest names none. No chain
    may be empty.
    """
    found: list[Verification] = []
    head: str | None = None
    older: Sequence[JsonObject] = ()
    for chain in chains:
        came = came_from(chain[0])
        result = verify(chain, head=came if _is_erased(chain[0]) else None)
        if result.ok and came != head:
            result = Verification(False, 0, "link-mismatch")
        lost = not_carried(older, chain) if result.ok else None
        if lost is not None:
            result = Verification(False, lost, "link-mismatch")
        found.append(result)
        head, older = str(chain[-1].get("hash")), chain
    return found


def came_from(first: JsonObject) -> str | None:
    """The head of the chain that the one with this first event came from; None when it is the
    first.
    """
    if _is_erased(first):
        head = first.get("previous")
    else:
        came = first.get("migrated")
        head = came.get("head") if isinstance(came, dict) else None
    return head if isinstance(head, str) else None


def _is_erased(event: JsonObject) -> bool:
    return event.get("erased") is True
