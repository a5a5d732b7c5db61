"""What the writer remembers of where things are: the row numbers behind ids.

Theory: one engine has the file, and one thread of it writes, so what this thread last committed is
what is stored. Looking it up again costs more than the write itself.

Invariant: everything here is as the current transaction sees it. Whoever rolls back, forgets. It is
trimmed between transactions only: what a group was judged by stays until it is written.
"""

from __future__ import annotations

import sqlite3
from collections import OrderedDict
from collections.abc import Iterable
from typing import Final, NamedTuple

from callboard.ports.records import Principal
from callboard.store.queries import queries
from callboard.store.sqlite.bulk import lookup

_PROCESSES: Final = queries("sqlite", "processes")
_SCENARIOS: Final = queries("sqlite", "scenarios")
_PARTICIPANTS: Final = queries("sqlite", "participants")
_REMEMBERED: Final = 10_000


class Place(NamedTuple):
    """Where a process is, at which version and head, and whose task it is."""

    row: int
    version: int
    head: str
    tasks: frozenset[Principal] = frozenset()


class Places:
    """Row numbers by id. Used by the writer's thread alone."""

    def __init__(self) -> None:
        self.processes: OrderedDict[str, Place] = OrderedDict()
        """Those that were written or recalled last."""
        self._scenarios: OrderedDict[str, int] = OrderedDict()
        self._principals: OrderedDict[str, int] = OrderedDict()
        self._last_row: int | None = None

    def forget(self) -> None:
        """Nothing is known any more."""
        for known in (self.processes, self._scenarios, self._principals):
            known.clear()
        self._last_row = None

    def trim(self) -> None:
        """Forget what has been known for longest, down to so many."""
        for known in (self.processes, self._scenarios, self._principals):
            while len(known) > _REMEMBERED:
                known.popitem(last=False)

    def recall(self, connection: sqlite3.Connection, ids: Iterable[str]) -> None:
        """Look up those of these processes that are not known; some of them may not exist."""
        unknown = [key for key in ids if key not in self.processes]
        for key, row, version, head, tasks in lookup(connection, _PROCESSES["places"], unknown):
            self.processes[key] = Place(row, version, head, frozenset(tasks))

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
            self._scenarios[scenario_id] = row
        return row

    def principal(self, connection: sqlite3.Connection, name: Principal) -> int:
        """The row of a principal, which is written when it is new."""
        row = self._principals.get(name)
        if row is None:
            connection.execute(_PARTICIPANTS["put_principal"], (name,))
            (row,) = connection.execute(_PARTICIPANTS["principal"], (name,)).fetchone()
            self._principals[name] = row
        return row
