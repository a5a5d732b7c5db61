"""The chains of a process that was migrated, with what is found of each."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import takewhile

from callboard.core.process.lineage import verify_lineage
from callboard.core.values import JsonObject
from callboard.engine.admin_commands import ChainView


def checked(chains: Sequence[Sequence[JsonObject]]) -> list[ChainView]:
    """Chains, the oldest first, with what is found."""
    views: list[ChainView] = []
    for chain, result in zip(chains, verify_lineage(chains), strict=True):
        scenario = chain[0].get("scenario")
        views.append(ChainView(scenario if isinstance(scenario, str) else None, chain, result))
    return views


def before(
    chains: Sequence[Sequence[JsonObject]], chain: Sequence[JsonObject]
) -> list[Sequence[JsonObject]]:
    """Those before a chain, which may have become an old one itself since it was read."""
    first = chain[0].get("hash")
    return list(takewhile(lambda older: older[0].get("hash") != first, chains))
