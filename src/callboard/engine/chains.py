"""The chains of a process that was migrated, each checked by itself and against the one before: it
names the head of that, and begins with its events."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import takewhile

from callboard.core.process import Verification, not_carried, verify
from callboard.core.values import JsonObject
from callboard.engine.admin_commands import ChainView


def checked(chains: Sequence[Sequence[JsonObject]]) -> list[ChainView]:
    """Chains, the oldest first, with what is found."""
    views: list[ChainView] = []
    head: str | None = None
    older: Sequence[JsonObject] = ()
    for chain in chains:
        came = _came_from(chain[0])
        result = verify(chain, head=came if _is_erased(chain[0]) else None)
        if result.ok and came != head:
            result = Verification(False, 0, "link-mismatch")
        lost = not_carried(older, chain) if result.ok else None
        if lost is not None:
            result = Verification(False, lost, "link-mismatch")
        scenario = chain[0].get("scenario")
        views.append(ChainView(scenario if isinstance(scenario, str) else None, chain, result))
        head, older = str(chain[-1].get("hash")), chain
    return views


def before(
    chains: Sequence[Sequence[JsonObject]], chain: Sequence[JsonObject]
) -> list[Sequence[JsonObject]]:
    """Those before a chain, which may have become an old one itself since it was read."""
    first = chain[0].get("hash")
    return list(takewhile(lambda older: older[0].get("hash") != first, chains))


def _came_from(first: JsonObject) -> str | None:
    """The head of the chain that the one with this first event came from."""
    if _is_erased(first):
        previous = first.get("previous")
        return previous if isinstance(previous, str) else None
    came = first.get("migrated")
    head = came.get("head") if isinstance(came, dict) else None
    return head if isinstance(head, str) else None


def _is_erased(event: JsonObject) -> bool:
    return event.get("erased") is True
