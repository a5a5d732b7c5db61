"""Changes: row -> record."""

from __future__ import annotations

from callboard.ports.records import ChangeRecord
from callboard.store import tasks
from callboard.store.text import from_text


def page(text: str) -> list[ChangeRecord]:
    """From a JSON array of changes, their fields in order."""
    return [
        ChangeRecord(seq, process, scenario, version, kind, tasks.change(whose), *event)
        for seq, process, scenario, version, kind, whose, *event in from_text(text)
    ]
