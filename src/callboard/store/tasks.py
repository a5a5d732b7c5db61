"""Tasks: record -> row, and what came and went with a change."""

from __future__ import annotations

from typing import Any

from callboard.ports.records import Principal, TaskChange, TaskRecord
from callboard.store.text import to_text


def columns(record: TaskRecord) -> tuple[str, str | None]:
    """What is stored beside process and principal: since, due."""
    return (record.since, record.due)


def difference(before: frozenset[Principal], after: frozenset[Principal]) -> str | None:
    """What a change stores of the tasks before and after it; None where they are the same people's.

    >>> difference(frozenset({"user:a", "role:b"}), frozenset({"role:b", "role:c"}))
    '[["role:b"],["role:c"],["user:a"]]'
    """
    if before == after:
        return None
    return to_text([sorted(before & after), sorted(after - before), sorted(before - after)])


def change(stored: Any) -> TaskChange | None:
    """From what `difference` stored."""
    return None if stored is None else TaskChange(*map(frozenset, stored))
