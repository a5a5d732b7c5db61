"""Changes in one order, where writers share none.

Theory: a change is written beside its process, in the shard of that, in the transaction of the
step. Whoever reads changes first gives numbers to those that wait: holding the row of the last
number, so one at a time, in one transaction in the one shard of that row and of all numbered
changes. So a number can be read only when all below it can, on any node, and nothing waits for
transactions that are open: what they write gets higher numbers when it is there.

Invariants: changes of one process keep their order. A change gets one number, since its `id` is
unique among those that have one; what waits is removed afterwards, by itself, and if that is lost
the next one does it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, NamedTuple
from uuid import uuid4

from callboard.ports.records import Erasure
from callboard.store.postgres.database import Database
from callboard.store.queries import queries

__all__ = ["NumberedChanges", "note"]

_SQL: Final = queries("distributed", "changes")
_UNSIGNED: Final = queries("distributed", "keys")["unsigned"]
BATCH: Final = 1_000


class _Waiting(NamedTuple):
    process: str
    ordinal: int
    id: str
    at: str
    version: int
    kind: str
    tasks: str | None


async def note(
    connection: Any, process: str, at: str, version: int, kind: str, tasks: str | None
) -> None:
    """Write a change of a process, which nobody else writes at the same time."""
    ordinal = await connection.fetchval(_SQL["ordinal"], process)
    values = (process, ordinal, uuid4(), at, version, kind, tasks)
    await connection.execute(_SQL["note"], *values)


class NumberedChanges:
    """Changes of `ports.store`, and what reads them."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def catch_up(self) -> None:
        """Begin above the numbers that changes have already, those of transactions too."""
        (last,) = await self._database.row(_SQL["last"])
        await self._database.execute(_SQL["catch_up"], last)

    async def last(self) -> int:
        """The number of the newest."""
        await self.number()
        (last,) = await self._database.row(_SQL["last"])
        return int(last)

    async def after(self, seq: int, limit: int) -> Sequence[tuple[Any, ...]]:
        """As the query `after` of the other dialect has them."""
        await self.number()
        found: list[tuple[Any, ...]] = []
        while len(found) < limit:
            size = limit - len(found)
            rows = [tuple(row) for row in await self._database.fetch(_SQL["after"], seq, size)]
            found += await self._told(rows)
            if len(rows) < size:
                break
            seq = rows[-1][0]
        return found

    async def near(self, name: str, seq: int, limit: int) -> Sequence[tuple[Any, ...]]:
        """Changes before or after one (`last_down`, `last_up`): number, process, and whether it is
        the process's last.
        """
        await self.number()
        rows = await self._database.fetch(_SQL[name], seq, limit)
        versions = {row[0]: row[2] for row in await self._of("now_of", {row[1] for row in rows})}
        return [(row[0], row[1], versions.get(row[1]) == row[2]) for row in rows]

    async def unsigned(self, after: int, limit: int) -> tuple[int, Sequence[str]]:
        """The last of so many, and the processes that ended or were migrated in them and whose head
        has no checkpoint.
        """
        await self.number()
        rows = await self._database.fetch(_SQL["after"], after, limit)
        found = dict.fromkeys(row[1] for row in rows if row[3] in ("ended", "migrated"))
        lacking = {row[0] for row in await self._database.fetch(_UNSIGNED, list(found))}
        last = rows[-1][0] if rows else after
        return last, [process for process in found if process in lacking]

    async def number(self) -> None:
        """Give numbers to all that wait."""
        while await self._database.row(_SQL["some"]) is not None:
            waiting = await self._database.transaction(_number)
            if waiting:
                await self._remove(waiting)

    async def erase(self, connection: Any, erasure: Erasure, version: int) -> None:
        """In the transaction that erases a process: what waits of it is numbered without what it
        told of tasks, so that nobody can do so with that; and that it was erased is written.
        """
        process = erasure.process
        last = await connection.fetchval(_SQL["hold"])
        rows = await connection.fetch(_SQL["waiting_of"], process)
        waiting = [_Waiting(*row) for row in rows]
        await _give(connection, last, waiting)
        await connection.execute(_SQL["all_numbered"], process)
        await note(connection, process, erasure.at, version, "erased", None)

    async def _remove(self, waiting: Iterable[_Waiting]) -> None:
        async with self._database.connection() as connection:
            keys = [(change.process, change.ordinal, change.id) for change in waiting]
            await connection.executemany(_SQL["numbered"], keys)

    async def _told(self, rows: Sequence[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
        ids = {row[1] for row in rows}
        here = {row[0]: row for row in await self._of("now_of", ids)}
        left = {row[0]: row for row in await self._of("left_of", ids - here.keys())}
        events = await self._events(rows)
        told = []
        for seq, process, version, kind, tasks in rows:
            known = here.get(process) or (left.get(process) if kind == "erased" else None)
            if known is not None:
                erased = known[2] if process in left else None
                first = events.get((process, 0)) if kind == "migrated" else None
                event = events.get((process, version - 1))
                told.append((seq, process, known[1], version, kind, tasks, event, erased, first))
        return told

    async def _of(self, name: str, ids: Iterable[str]) -> Sequence[Any]:
        wanted = sorted(ids)
        return await self._database.fetch(_SQL[name], wanted) if wanted else ()

    async def _events(self, rows: Sequence[tuple[Any, ...]]) -> Mapping[tuple[str, int], str]:
        wanted = {(row[1], row[2] - 1) for row in rows}
        wanted |= {(row[1], 0) for row in rows if row[3] == "migrated"}
        if not wanted:
            return {}
        columns = [list(column) for column in zip(*sorted(wanted), strict=True)]
        found = await self._database.fetch(_SQL["events_of"], *columns)
        return {(process, seq): event for process, seq, event in found}


async def _number(connection: Any) -> Sequence[_Waiting]:
    last = await connection.fetchval(_SQL["hold"])
    rows = await connection.fetch(_SQL["waiting"], BATCH)
    waiting = _in_order([_Waiting(*row) for row in rows])
    await _give(connection, last, waiting)
    return waiting


async def _give(connection: Any, last: int, waiting: Sequence[_Waiting]) -> None:
    """Numbers after the last one; one that has its number already keeps that."""
    if waiting:
        rows = [
            (number, change.process, change.version, change.kind, change.tasks, change.id)
            for number, change in enumerate(waiting, last + 1)
        ]
        await connection.executemany(_SQL["number"], rows)
        await connection.execute(_SQL["go_on"], last + len(waiting))


def _in_order(waiting: Sequence[_Waiting]) -> list[_Waiting]:
    """About as they happened, by the clocks of the nodes; those of one process as they did."""
    latest: dict[str, str] = {}
    keyed = []
    for change in waiting:
        at = latest[change.process] = max(change.at, latest.get(change.process, ""))
        keyed.append(((at, change.ordinal, change.process), change))
    return [change for _, change in sorted(keyed, key=lambda pair: pair[0])]
