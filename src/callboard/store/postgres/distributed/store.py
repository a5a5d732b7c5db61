"""The store on Citus or YugabyteDB: where it differs from that on PostgreSQL."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from callboard.ports.records import (
    ChangeRecord,
    Erasure,
    IdempotencyRecord,
    Position,
    ProcessWrite,
)
from callboard.ports.store import StoreError
from callboard.store import idempotency
from callboard.store.config import PostgresConfig
from callboard.store.postgres.database import Database
from callboard.store.postgres.distributed.changes import NumberedChanges
from callboard.store.postgres.distributed.jobs import DistributedJobs
from callboard.store.postgres.distributed.writing import put_answer, write_process
from callboard.store.postgres.listing import Reads
from callboard.store.postgres.store import PostgresStore, change
from callboard.store.queries import queries
from callboard.telemetry import SILENT, Telemetry

__all__ = ["DistributedStore"]

_OWN: Final = queries("distributed", "figures")
_FIGURES: Final = queries("postgres", "figures")
_PLACES: Final = queries("distributed", "places")


class DistributedReads(Reads):
    """Lists of one owner at a time, merged here."""

    def __init__(self, database: Database, changes: NumberedChanges) -> None:
        super().__init__(database)
        self._numbered = changes

    async def places(
        self, name: str, owners: list[str] | None, after: tuple[str, str], size: int
    ) -> Sequence[Any]:
        """The next places of a list, or of several that are merged."""
        if owners is None:
            return await super().places(name, owners, after, size)
        found: set[Position] = set()
        for owner in owners:
            rows = await self.fetch(_PLACES[name], owner, *after, size)
            found.update((row[0], row[1]) for row in rows)
        return sorted(found, reverse=name.endswith("_down"))[:size]

    async def changes(self, name: str, seq: int, size: int) -> Sequence[Any]:
        """The next changes before or after one."""
        return await self._numbered.near(name, seq, size)


class DistributedStore(PostgresStore):
    """Everything that is kept, in a database that is spread over machines."""

    def __init__(self, url: str, config: PostgresConfig, telemetry: Telemetry = SILENT) -> None:
        super().__init__(url, config, telemetry)
        self._tells = config.distributed == "citus"
        self._numbered = NumberedChanges(self._database)
        self._jobs = DistributedJobs(self._database, self._hints.written)
        self._reads = DistributedReads(self._database, self._numbered)

    async def _begin(self) -> None:
        if not self._tells and await self._database.row(_FIGURES["yugabyte"]):
            (level,) = await self._database.row(_OWN["isolation"])
            if level != "read committed":
                raise StoreError(
                    f"YugabyteDB isolates transactions by {level}: "
                    "set yb_enable_read_committed_isolation."
                )
        await self._numbered.catch_up()
        if self._tells:  # YugabyteDB has no LISTEN: nodes look now and then.
            self._hints.start()

    async def _write(self, write: ProcessWrite) -> None:
        await write_process(self._database, write)
        self._hints.written()

    async def _erased(self, connection: Any, erasure: Erasure, version: int) -> None:
        await self._numbered.erase(connection, erasure, version)

    async def _size(self) -> Any:
        return await self._database.row(_OWN["storage"])

    async def last_change(self) -> int:
        """The number of the newest change below which no other can appear; 0 when there is none."""
        return await self._numbered.last()

    async def changes_after(self, seq: int, limit: int) -> Sequence[ChangeRecord]:
        """The next ones after a number, in order."""
        return [change(row) for row in await self._numbered.after(seq, limit)]

    async def unsigned(self, after: int, limit: int) -> tuple[int, Sequence[str]]:
        """Of so many changes after a number: the number of the last, and the ids of processes that
        ended or were migrated in them, and whose head has no checkpoint.
        """
        return await self._numbered.unsigned(after, limit)

    async def put_idempotency(self, record: IdempotencyRecord) -> None:
        """Keep the answer to a request that changed nothing else. Raises `DuplicateKeyError`."""
        values = (*idempotency.columns(record), idempotency.oldest(record.created))

        async def put(connection: Any) -> None:
            await put_answer(connection, values)

        await self._database.transaction(put)
