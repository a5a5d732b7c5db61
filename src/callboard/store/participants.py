"""Participants: which principals a process belongs to, as sets and their differences."""

from __future__ import annotations

from collections.abc import Iterable

from callboard.ports.records import Principal


def difference(
    stored: Iterable[Principal], wanted: frozenset[Principal]
) -> tuple[set[Principal], set[Principal]]:
    """Those to add, and those to remove."""
    before = set(stored)
    return set(wanted - before), before - wanted
