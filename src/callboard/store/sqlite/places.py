"""What the writer remembers of where things are: the row numbers behind ids.

Theory: one engine has the file, and one thread of it writes, so what this thread last committed is
what is stored. Looking it up again costs more than the write itself.

Invariant: everything here is as the current transaction sees it. Whoever rolls back, forgets.
"""

from __future__ import annotations

import sqlite3
from collections import OrderedDict
from collections.abc import Iterable
from typing import Final, Generic, NamedTuple, TypeVar

from callboard.ports.records import Principal
from callboard.store.queries import queries
from callboard.store.sqlite.bulk import lookup

_PROCESSES: Final = queries("sqlite", "processes")
_SCENARIOS: Final = queries("sqlite", "scenarios")
_PARTICIPANTS: Final = queries("sqlite", "participants")
_REMEMBERED: Final = 10_000

V = TypeVar("V")


class Place(NamedTuple):
    """Where a process is, and at which version."""

    row: int
    version: int


class Places:
    """Row numbers by id. Used by the writer's thread alone."""

    def __init__(self) -> None:
        self._processes: _Recent[Place] = _Recent()
        self._scenarios: _Recent[int] = _Recent()
        self._principals: _Recent[int] = _Recent()
        self._last_row: int | None = None

    def forget(self) -> None:
        """Nothing is known any more."""
        self._processes.clear()
        self._scenarios.clear()
        self._principals.clear()
        self._last_row = None

    def process(self, process_id: str) -> Place | None:
        """Where a process is; None when it does not exist or is not remembered."""
        return self._processes.get(process_id)

    def recall(self, connection: sqlite3.Connection, ids: Iterable[str]) -> None:
        """Look up those of these processes that are not remembered."""
        unknown = [key for key in ids if self._processes.get(key) is None]
        if unknown:
            for key, row, version in lookup(connection, _PROCESSES["places"], unknown):
                self._processes.put(key, Place(row, version))

    def keep(self, process_id: str, place: Place) -> None:
        """The process was written."""
        self._processes.put(process_id, place)

    def new_row(self, connection: sqlite3.Connection) -> int:
        """A row number that no process has had: they grow."""
        if self._last_row is None:
            (self._last_row,) = connection.execute(_PROCESSES["last_row"]).fetchone()
        self._last_row += 1
        return self._last_row

    def scenario(self, connection: sqlite3.Connection, scenario_id: str) -> int | None:
        """The row of a scenario; None when it is not stored."""
        row = self._scenarios.get(scenario_id)
        if row is None:
            found = connection.execute(_SCENARIOS["row"], (scenario_id,)).fetchone()
            if found is None:
                return None
            (row,) = found
            self._scenarios.put(scenario_id, row)
        return row

    def principal(self, connection: sqlite3.Connection, name: Principal) -> int:
        """The row of a principal, which is written when it is new."""
        row = self._principals.get(name)
        if row is None:
            connection.execute(_PARTICIPANTS["put_principal"], (name,))
            (row,) = connection.execute(_PARTICIPANTS["principal"], (name,)).fetchone()
            self._principals.put(name, row)
        return row


class _Recent(Generic[V]):
    """A map that holds what was put last."""

    def __init__(self) -> None:
        self._items: OrderedDict[str, V] = OrderedDict()

    def get(self, key: str) -> V | None:
        return self._items.get(key)

    def put(self, key: str, value: V) -> None:
        self._items[key] = value
        self._items.move_to_end(key)
        if len(self._items) > _REMEMBERED:
            self._items.popitem(last=False)

    def clear(self) -> None:
        self._items.clear()
