"""Processes that were used last, parsed: what a step needs is mostly there already.

Theory: the cache belongs to the event loop's thread, so it needs no lock. While a write of a
process is under way the process is not in it and is read from the database: nobody can see an older
state than somebody else has seen. The write's answer brings the new state, before anybody hears of
it.

Invariants: a record here is the last committed one; documents are shared and never changed.
"""

from __future__ import annotations

from collections import OrderedDict

from callboard.ports.records import ProcessRecord


class ProcessCache:
    """The processes used last, at most so many and so large."""

    def __init__(self, entries: int, size: int) -> None:
        self._entries = entries
        self._room = size
        self._largest = size // 8
        self._records: OrderedDict[str, tuple[ProcessRecord, int]] = OrderedDict()
        self._under_way: dict[str, int] = {}

    def get(self, process_id: str) -> ProcessRecord | None:
        """The process, when it is here."""
        found = self._records.get(process_id)
        if found is None:
            return None
        self._records.move_to_end(process_id)
        return found[0]

    def put(self, record: ProcessRecord, size: int) -> None:
        """Keep what was read; not when it is just being written, or too large to be worth it."""
        if record.id not in self._under_way:
            self._remove(record.id)
            self._keep(record, size)

    def begin(self, process_id: str) -> None:
        """A write of the process is on its way."""
        self._under_way[process_id] = self._under_way.get(process_id, 0) + 1
        self._remove(process_id)

    def end(self, process_id: str, written: ProcessRecord | None, size: int) -> None:
        """The write is over; with what was written, when it was."""
        left = self._under_way.pop(process_id) - 1
        if left:
            self._under_way[process_id] = left
        elif written is not None:
            self._keep(written, size)

    def _keep(self, record: ProcessRecord, size: int) -> None:
        if size > self._largest:
            return
        self._records[record.id] = (record, size)
        self._room -= size
        while self._room < 0 or len(self._records) > self._entries:
            _, (_, freed) = self._records.popitem(last=False)
            self._room += freed

    def _remove(self, process_id: str) -> None:
        found = self._records.pop(process_id, None)
        if found:
            self._room += found[1]
