"""The store of `ports.store` on PostgreSQL.

Theory: nodes hold nothing, so whatever is asked is asked the database. A step is one read and one
statement that writes. Everything else is one statement each.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final
from uuid import UUID

import asyncpg

from callboard.core.values import JsonObject
from callboard.errors import ConflictError, UnavailableError
from callboard.ports.jobs import JobKind, JobRecord
from callboard.ports.records import (
    ApiKeyRecord,
    ChangeRecord,
    CheckpointRecord,
    Count,
    Erasure,
    EventRecord,
    IdempotencyRecord,
    Principal,
    ProcessQuery,
    ProcessRecord,
    ProcessWrite,
    Resting,
    ScenarioRecord,
    ScenarioSummary,
    Slice,
    StorageFigures,
    StoreFigures,
    TableRows,
    TaskQuery,
    Tombstone,
)
from callboard.ports.store import DuplicateKeyError, Place, StoreError
from callboard.store import (
    apikeys,
    checkpoints,
    idempotency,
    jobs,
    processes,
    scenarios,
    tasks,
    tombstones,
)
from callboard.store.config import PostgresConfig
from callboard.store.migrate import migrations, refuse_pending
from callboard.store.postgres import erasing, listing
from callboard.store.postgres.claims import PostgresJobs
from callboard.store.postgres.database import Database
from callboard.store.postgres.hints import Hints
from callboard.store.postgres.links import PostgresLinks
from callboard.store.postgres.rates import PostgresRates
from callboard.store.postgres.upgrade import pending_migrations, upgrade
from callboard.store.postgres.writing import write_process
from callboard.store.queries import queries
from callboard.store.text import from_text
from callboard.telemetry import SILENT, Telemetry

__all__ = ["PostgresStore", "change"]

_SCENARIOS: Final = queries("postgres", "scenarios")
_PROCESSES: Final = queries("postgres", "processes")
_CHANGES: Final = queries("postgres", "changes")
_JOBS: Final = queries("postgres", "jobs")
_KEYS: Final = queries("postgres", "keys")
_TOMBSTONES: Final = queries("postgres", "tombstones")
_FIGURES: Final = queries("postgres", "figures")
COUNTED: Final = 10_000
_NEWEST: Final = migrations("postgres")[-1].number
_NIL: Final = "00000000-0000-0000-0000-000000000000"


class PostgresStore:
    """Everything that is kept, in one PostgreSQL database. Opened by `open_postgres`."""

    def __init__(self, url: str, config: PostgresConfig, telemetry: Telemetry = SILENT) -> None:
        self._database = Database(url, config, telemetry)
        self._hints = Hints(self._database, config.hint_seconds)
        self._jobs = PostgresJobs(self._database, self._hints.written)
        self._links = PostgresLinks(self._database)
        self._rates = PostgresRates(self._database)
        self._reads = listing.Reads(self._database)
        self._offset = 0
        self._closed = False

    async def open(self, *, migrate: bool = True) -> None:
        """Connect, and bring the database to the newest schema. Raises StoreError, without
        `migrate` where it is not there yet.
        """
        await self._database.enter()
        if migrate:
            await upgrade(self._database)
        else:
            refuse_pending(await pending_migrations(self._database), "on PostgreSQL")
        await self._begin()

    async def _begin(self) -> None:
        if await self._database.row(_FIGURES["yugabyte"]):
            raise StoreError("This is YugabyteDB: set postgres.distributed to yugabyte.")
        self._offset = await self._database.transaction(_offset)
        self._hints.start()

    @property
    def links(self) -> PostgresLinks:
        """What one process had done in another."""
        return self._links

    @property
    def rates(self) -> PostgresRates:
        """What engines count together."""
        return self._rates

    @property
    def jobs(self) -> PostgresJobs:
        """What is to be done later."""
        return self._jobs

    @property
    def tie(self) -> type[str]:
        """Places in lists end with the id of the process."""
        return str

    async def put_scenario(self, record: ScenarioRecord) -> None:
        """Keep a scenario; one that is there already is enabled again and otherwise unchanged."""
        await self._database.execute(_SCENARIOS["put"], *scenarios.columns(record))

    async def get_scenario(self, scenario_id: str) -> ScenarioRecord | None:
        """The scenario, enabled or not."""
        row = await self._database.row(_SCENARIOS["get"], _uuid(scenario_id))
        return scenarios.record(tuple(row)) if row else None

    async def list_scenarios(self) -> Sequence[ScenarioSummary]:
        """The enabled ones, by title, then id."""
        return [scenarios.summary(tuple(row)) for row in await self._rows(_SCENARIOS["list"])]

    async def find_scenarios(self, name: str) -> Sequence[ScenarioRecord]:
        """The enabled ones of this name, oldest first."""
        return [scenarios.record(tuple(row)) for row in await self._rows(_SCENARIOS["find"], name)]

    async def scenario_ids(self, name: str | None = None) -> Sequence[str]:
        """The ids of those of this name, without a name of all; the disabled ones too."""
        return [row[0] for row in await self._rows(_SCENARIOS["ids"], name)]

    async def disable_scenario(self, scenario_id: str, at: str) -> bool:
        """Disable it; False when there is none. One that is disabled already stays as it is."""
        return await self._database.execute(_SCENARIOS["disable"], at, _uuid(scenario_id)) > 0

    async def get_process(self, process_id: str) -> ProcessRecord | None:
        """The process as the last committed write left it."""
        row = await self._database.row(_PROCESSES["get"], _uuid(process_id))
        return processes.record(tuple(row)) if row else None

    async def get_events(self, process_id: str, upto: int) -> Sequence[EventRecord]:
        """Its events in order, those with `seq < upto`."""
        return [
            EventRecord(seq, from_text(event), tuple(from_text(log)) if log else ())
            for seq, event, log in await self._rows(_PROCESSES["history"], _uuid(process_id), upto)
        ]

    async def write_process(self, write: ProcessWrite) -> None:
        """All of it or nothing. Raises `StaleError`, `DuplicateKeyError` or `LostClaimError`."""
        self._check_open()
        # Whoever goes away does not take the write along, which may be under way.
        await asyncio.shield(self._write(write))

    async def _write(self, write: ProcessWrite) -> None:
        await write_process(self._database, self._offset, write)
        self._hints.written()

    async def list_processes(self, query: ProcessQuery) -> Slice:
        """The part that the query asks for. Raises `TooManyError`."""
        return await listing.list_processes(self._reads, query)

    async def list_tasks(self, query: TaskQuery) -> Slice:
        """The processes that wait for the principals, each once."""
        return await listing.list_tasks(self._reads, query)

    async def count_tasks(
        self, principals: frozenset[Principal], limit: int
    ) -> Sequence[tuple[str, str | None]]:
        """The scenario and `due` of each process that waits, of the newest `limit`."""
        return await listing.count_tasks(self._reads, principals, limit)

    async def get_jobs(self, process_id: str) -> Sequence[JobRecord]:
        """What is to be done later in a process."""
        return [
            jobs.record(tuple(row)) for row in await self._rows(_JOBS["of_process"], process_id)
        ]

    async def erase_process(self, erasure: Erasure) -> None:
        """Leave nothing of a process but a tombstone. Raises `StaleError`."""
        await erasing.erase(self._database, erasure, self._erased)
        self._hints.written()

    async def _erased(self, connection: Any, erasure: Erasure, version: int) -> None:
        await connection.execute(_CHANGES["erased"], self._offset, erasure.process, version)

    async def forget(self) -> None:
        """Free the rows that were erased."""
        await erasing.forget(self._database)

    async def counts(self) -> Sequence[Count]:
        """How many processes are in each state of each scenario."""
        rows = await self._rows(_PROCESSES["counts"])
        return [Count(Resting(*row[:3]), row[3]) for row in map(tuple, rows)]

    async def pending_jobs(self, kind: JobKind, most: int) -> int:
        """How many jobs of a kind there are; past `most` nobody counts."""
        (count,) = await self._database.row(_JOBS["pending"], kind, most)
        return int(count)

    async def storage(self) -> StorageFigures:
        """How large the database is."""
        row = await self._size()
        size, page, running, erased, events, changes, oldest, newest = row
        tables = [
            TableRows(name, rows, "counted" if rows < COUNTED else "at-least")
            for name, rows in await self._rows(_FIGURES["tables"], COUNTED)
        ]
        return StorageFigures(
            *(size, 0, page, size // page, 0, running, erased, events, changes, oldest, newest),
            tables=(TableRows("processes", running, "counted"), *tables),
        )

    async def _size(self) -> Any:
        return await self._database.row(_FIGURES["storage"])

    async def get_tombstone(self, process_id: str) -> Tombstone | None:
        """What is left of a process that was erased."""
        row = await self._database.row(_TOMBSTONES["get"], _uuid(process_id))
        return tombstones.record(tuple(row)) if row else None

    async def old_chains(self, process_id: str) -> Sequence[Sequence[JsonObject]]:
        """The chains that a process had before its present one, the oldest first."""
        chains: dict[int, list[JsonObject]] = {}
        for chain, event in await self._rows(_PROCESSES["chains"], _uuid(process_id)):
            chains.setdefault(chain, []).append(from_text(event))
        return list(chains.values())

    async def processes_of(
        self, scenario_id: str, after: Place | None, limit: int
    ) -> Sequence[tuple[Place, ProcessRecord]]:
        """Processes of a scenario after a place, the oldest first."""
        place = (after[0], _uuid(str(after[1]))) if after else ("", _NIL)
        rows = await self._rows(_PROCESSES["of_scenario"], scenario_id, *place, limit)
        records = [processes.record(tuple(row)) for row in rows]
        return [((record.created, record.id), record) for record in records]

    async def last_change(self) -> int:
        """The number of the newest change below which no other can appear; 0 when there is none."""
        (last,) = await self._database.row(_CHANGES["last"], self._offset)
        return int(last)

    async def changes_after(self, seq: int, limit: int) -> Sequence[ChangeRecord]:
        """The next ones after a number, in order."""
        rows = await self._rows(_CHANGES["after"], self._offset, seq, limit)
        return [change(tuple(row)) for row in rows]

    def watch(self, changed: Callable[[], None]) -> None:
        """Call `changed` in the event loop when something may have happened."""
        self._hints.watch(changed)

    async def put_api_key(self, record: ApiKeyRecord) -> None:
        """Keep a new key. Raises ConflictError when its id or token is there already."""
        try:
            await self._database.execute(_KEYS["put"], *apikeys.columns(record))
        except asyncpg.UniqueViolationError:
            raise ConflictError("An API key with this id or token is there already.") from None

    async def find_api_key(self, digest: str) -> ApiKeyRecord | None:
        """By the SHA-256 of the token; revoked and expired ones too."""
        row = await self._database.row(_KEYS["find"], digest)
        return apikeys.record(tuple(row)) if row else None

    async def get_api_key(self, key_id: str) -> ApiKeyRecord | None:
        """The key; revoked and expired ones too."""
        row = await self._database.row(_KEYS["get"], _uuid(key_id))
        return apikeys.record(tuple(row)) if row else None

    async def list_api_keys(self) -> Sequence[ApiKeyRecord]:
        """All of them, newest first."""
        return [apikeys.record(tuple(row)) for row in await self._rows(_KEYS["list"])]

    async def revoke_api_key(self, key_id: str, at: str) -> bool:
        """Revoke it; False when there is none. One that is revoked already stays as it is."""
        return await self._database.execute(_KEYS["revoke"], at, _uuid(key_id)) > 0

    async def touch_api_key(self, key_id: str, at: str) -> None:
        """Record the last use. The caller sees to it that this is seldom."""
        await self._database.execute(_KEYS["touch"], at, key_id)

    async def get_idempotency(self, credential: str, key: str) -> IdempotencyRecord | None:
        """The first answer, also one whose time has ended but that is not yet removed."""
        row = await self._database.row(_KEYS["get_answer"], credential, key)
        return idempotency.record(tuple(row)) if row else None

    async def put_idempotency(self, record: IdempotencyRecord) -> None:
        """Keep the answer to a request that changed nothing else. Raises `DuplicateKeyError`."""
        values = (*idempotency.columns(record), idempotency.oldest(record.created))
        if await self._database.row(_KEYS["put_answer"], *values) is None:
            raise DuplicateKeyError("The idempotency key has been used meanwhile.")

    async def put_checkpoint(self, record: CheckpointRecord) -> None:
        """Keep a checkpoint; nothing where its head has one already, or the process is gone."""
        await self._database.execute(_KEYS["put_checkpoint"], *checkpoints.columns(record))

    async def checkpoints(self, process_id: str) -> Sequence[CheckpointRecord]:
        """All checkpoints of a process, by the number of events."""
        rows = await self._rows(_KEYS["checkpoints"], process_id)
        return [checkpoints.record(tuple(row)) for row in rows]

    async def unsigned(self, after: int, limit: int) -> tuple[int, Sequence[str]]:
        """Of so many changes after a number: the number of the last, and the ids of processes that
        ended or were migrated in them, and whose head has no checkpoint.
        """
        last, found = await self._database.row(_KEYS["unsigned"], after, limit, self._offset)
        return last, found

    async def settings(self, prefix: str) -> Mapping[str, str]:
        """Those whose name begins so."""
        return {row[0]: row[1] for row in await self._rows(_KEYS["settings"], prefix)}

    async def put_setting(self, name: str, value: str) -> None:
        """Keep a value; one that is there stays."""
        await self._database.execute(_KEYS["put_setting"], name, value)

    async def fault(self) -> str | None:
        """Why the database cannot be used now. It is asked besides the pool: that all connections
        are busy is no fault.
        """
        try:
            newest, read_only = await self._hints.ask(_FIGURES["ready"])
        except UnavailableError:
            return "The database does not answer."
        except asyncpg.PostgresError as error:
            return f"The database is not as it should be: {type(error).__name__}."
        if read_only:
            return "The database can only be read: it is a standby, or was made one."
        if newest < _NEWEST:
            return "The database lacks migrations: it is older than this program."
        return None

    async def figures(self) -> StoreFigures:
        """How it is now; cheap, whatever it holds. Raises `UnavailableError`."""
        count, oldest, size = await self._database.row(_JOBS["figures"])
        return StoreFigures(count, oldest, self._database.waiting, size, 0)

    async def close(self) -> None:
        """Let go of the database. Again does nothing."""
        if not self._closed:
            self._closed = True
            await self._hints.stop()
            await self._database.close()

    async def _rows(self, query: str, *values: object) -> Sequence[Any]:
        return await self._database.fetch(query, *values)

    def _check_open(self) -> None:
        if self._closed:
            raise UnavailableError("The database has been closed.")


async def _offset(connection: Any) -> int:
    """What is added to the numbers of transactions. Nodes look one after the other."""
    await connection.execute(_CHANGES["offset_kept"])
    await connection.fetch(_CHANGES["offset_held"])
    return int(await connection.fetchval(_CHANGES["offset"]))


def change(row: tuple[Any, ...]) -> ChangeRecord:
    """From what the query `after` finds."""
    seq, process, scenario, version, kind, whose, event, erased, first = row
    told: Any = from_text(event) if event else {}
    at = erased or (from_text(first)["migrated"]["timestamp"] if first else told.get("timestamp"))
    return ChangeRecord(
        *(seq, process, scenario, version, kind),
        tasks.change(from_text(whose) if whose else None),
        *(at, told.get("hash"), told.get("action"), (told.get("actor") or {}).get("key")),
        cancelled=told.get("cancel") is not None,
    )


def _uuid(text: str) -> str:
    """An id as the database wants it; what is none is the id of nothing."""
    try:
        return str(UUID(text))
    except ValueError:
        return _NIL
