"""The store of `ports.store` on one SQLite file."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any, Final, TypeAlias

from callboard.core.values import JsonObject
from callboard.errors import UnavailableError
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
    ScenarioRecord,
    ScenarioSummary,
    Slice,
    StorageFigures,
    StoreFigures,
    TaskQuery,
    Tombstone,
)
from callboard.ports.store import Place
from callboard.store import (
    apikeys,
    changes,
    checkpoints,
    events,
    idempotency,
    jobs,
    processes,
    scenarios,
    tombstones,
)
from callboard.store.cache import ProcessCache
from callboard.store.config import SqliteConfig
from callboard.store.queries import queries
from callboard.store.sqlite import counting, erasing
from callboard.store.sqlite.calls import execute, fetch_all, probe
from callboard.store.sqlite.checkpoint import Checkpointer
from callboard.store.sqlite.claims import SqliteJobs
from callboard.store.sqlite.connection import connect
from callboard.store.sqlite.links import SqliteLinks
from callboard.store.sqlite.listing import count_tasks, list_processes, list_tasks
from callboard.store.sqlite.readers import Readers
from callboard.store.sqlite.steps import write_answer
from callboard.store.sqlite.units import CallUnit, Unit
from callboard.store.sqlite.writer import Answer, Request, Writer
from callboard.store.units import ProcessUnit, process_unit
from callboard.telemetry import SILENT, Telemetry

_SCENARIOS: Final = queries("sqlite", "scenarios")
_PROCESSES: Final = queries("sqlite", "processes")
_EVENTS: Final = queries("sqlite", "events")
_COUNTS: Final = queries("sqlite", "counts")
_TOMBSTONES: Final = queries("sqlite", "tombstones")
_OLD: Final = queries("sqlite", "old_events")
_JOBS: Final = queries("sqlite", "jobs")
_CHANGES: Final = queries("sqlite", "changes")
_KEYS: Final = queries("sqlite", "api_keys")
_IDEMPOTENCY: Final = queries("sqlite", "idempotency")
_CHECKPOINTS: Final = queries("sqlite", "checkpoints")
_SETTINGS: Final = queries("sqlite", "settings")
Ended: TypeAlias = Callable[[], None]

_SHORT_HISTORY: Final = 32
_AWAY: Final = "The database does not answer."
"""So many events are read at once on the event loop."""


class SqliteStore:
    """Everything that is kept, in one SQLite file. Opened by `open_sqlite`.

    Its methods are to be called in the event loop; documents that it gives are shared and must not
    be changed.
    """

    def __init__(
        self,
        path: Path,
        config: SqliteConfig,
        connection: sqlite3.Connection,
        ended: Ended,
        telemetry: Telemetry = SILENT,
    ) -> None:
        """`connection` is the one to write with, to a file of the newest schema; `ended` is called
        when the store has been closed."""
        self._path = path
        self._inode = path.stat().st_ino
        self._ended = ended
        self._closed = False
        self._watching: list[Callable[[], None]] = []
        self._cache = ProcessCache(config.cached_processes, config.cached_bytes)
        reading = partial(connect, path, wait=config.wait_seconds, makes=False)
        writing = partial(reading, writes=True)
        self._readers = Readers(reading, config.reader_threads)
        self._connect = writing
        self._jobs = SqliteJobs(self._readers, self._submit)
        self._links = SqliteLinks(self._readers)
        self._checkpointer = Checkpointer(writing, config)
        self._writer = Writer(
            *(connection, writing, config, self._deliver, self._checkpointer.written),
            is_there=self._is_there,
            telemetry=telemetry,
        )

    @property
    def rates(self) -> None:
        """Nothing: there is one engine."""

    @property
    def jobs(self) -> SqliteJobs:
        """What is to be done later."""
        return self._jobs

    @property
    def links(self) -> SqliteLinks:
        """What one process had done in another."""
        return self._links

    @property
    def tie(self) -> type[int]:
        """Places in lists end with the row of the process."""
        return int

    async def put_scenario(self, record: ScenarioRecord) -> None:
        """Keep a scenario; one that is there already is enabled again and otherwise unchanged."""
        await self._change(_SCENARIOS["put"], scenarios.columns(record))

    async def get_scenario(self, scenario_id: str) -> ScenarioRecord | None:
        """The scenario, enabled or not."""
        row = self._readers.row(_SCENARIOS["get"], (scenario_id,))
        return scenarios.record(row) if row else None

    async def list_scenarios(self) -> Sequence[ScenarioSummary]:
        """The enabled ones, by title, then id."""
        rows = await self._readers.later(fetch_all(_SCENARIOS["list"]))
        return [scenarios.summary(row) for row in rows]

    async def find_scenarios(self, name: str) -> Sequence[ScenarioRecord]:
        """The enabled ones of this name, oldest first."""
        rows = self._readers.now(fetch_all(_SCENARIOS["find"], name))
        return [scenarios.record(row) for row in rows]

    async def scenario_ids(self, name: str | None = None) -> Sequence[str]:
        """The ids of those of this name, without a name of all; the disabled ones too."""
        rows = self._readers.now(fetch_all(_SCENARIOS["ids"], name))
        return [row[0] for row in rows]

    async def disable_scenario(self, scenario_id: str, at: str) -> bool:
        """Disable it; False when there is none. One that is disabled already stays as it is."""
        return await self._change(_SCENARIOS["disable"], (at, scenario_id))

    async def get_process(self, process_id: str) -> ProcessRecord | None:
        """The process as the last committed write left it."""
        record = self._cache.get(process_id)
        if record is not None:
            return record
        row = self._readers.row(_PROCESSES["get"], (process_id,))
        if row is None:
            return None
        record = processes.record(row)
        self._cache.put(record, len(row[processes.DOCUMENT]))
        return record

    async def get_events(self, process_id: str, upto: int) -> Sequence[EventRecord]:
        """Its events in order, those with `seq < upto`."""
        if upto <= _SHORT_HISTORY:
            row = self._readers.row(_EVENTS["history"], (process_id, upto))
        else:
            rows = await self._readers.later(fetch_all(_EVENTS["history"], process_id, upto))
            row = rows[0]
        return events.history(row[0] if row else None)

    async def write_process(self, write: ProcessWrite) -> None:
        """All of it or nothing. Raises `StaleError` or `DuplicateKeyError`."""
        unit = process_unit(write)
        future = self._submit(unit)
        self._cache.begin(write.record.id)
        await future

    async def list_processes(self, query: ProcessQuery) -> Slice:
        """The part that the query asks for. Raises `TooManyError`."""
        return await self._readers.later(partial(list_processes, query=query))

    async def get_jobs(self, process_id: str) -> Sequence[JobRecord]:
        """What is to be done later in a process."""
        rows = self._readers.now(fetch_all(_JOBS["of_process"], process_id))
        return [jobs.record(row) for row in rows]

    async def erase_process(self, erasure: Erasure) -> None:
        """Leave nothing of a process but a tombstone. Raises `StaleError`."""
        mentions = await self._readers.later(partial(erasing.find_mentions, erasure.process))
        self._cache.begin(erasure.process)
        done = self._submit(CallUnit(partial(erasing.erase, erasure, mentions), moves=True))
        done.add_done_callback(lambda _: self._cache.end(erasure.process, None, 0))
        await asyncio.shield(done)

    async def forget(self) -> None:
        """See to it that nothing of what was erased is left in the files."""
        await asyncio.to_thread(erasing.forget, self._connect)

    async def counts(self) -> Sequence[Count]:
        """How many processes are in each state of each scenario."""
        rows = await self._readers.later(fetch_all(_COUNTS["all"]))
        return [Count(counting.resting(row), row[-1]) for row in rows]

    async def pending_jobs(self, kind: JobKind, most: int) -> int:
        """How many jobs of a kind there are; past `most` nobody counts."""
        rows = await self._readers.later(fetch_all(_COUNTS["pending"], kind, most))
        return int(rows[0][0])

    async def storage(self) -> StorageFigures:
        """How large the database is."""
        return await self._readers.later(partial(counting.figures, self._path))

    async def get_tombstone(self, process_id: str) -> Tombstone | None:
        """What is left of a process that was erased."""
        row = self._readers.row(_TOMBSTONES["get"], (process_id,))
        return tombstones.record(row) if row else None

    async def old_chains(self, process_id: str) -> Sequence[Sequence[JsonObject]]:
        """The chains that a process had before its present one, the oldest first."""
        rows = await self._readers.later(fetch_all(_OLD["chains"], process_id))
        return events.old_chains(rows[0][0])

    async def processes_of(
        self, scenario_id: str, after: Place | None, limit: int
    ) -> Sequence[tuple[Place, ProcessRecord]]:
        """Processes of a scenario after a place, the oldest first."""
        values = (scenario_id, *(after or ("", 0)), limit)
        rows = await self._readers.later(fetch_all(_PROCESSES["of_scenario"], *values))
        return processes.places(rows[0][0])

    async def last_change(self) -> int:
        """The number of the newest change that is committed; 0 when there is none."""
        row = self._readers.row(_CHANGES["last"], ())
        return int(row[0]) if row else 0

    async def changes_after(self, seq: int, limit: int) -> Sequence[ChangeRecord]:
        """The next ones after a number, in order."""
        rows = await self._readers.later(fetch_all(_CHANGES["after"], seq, limit))
        return changes.page(rows[0][0])

    def watch(self, changed: Callable[[], None]) -> None:
        """Call `changed` in the event loop after each group of writes."""
        self._watching.append(changed)

    async def list_tasks(self, query: TaskQuery) -> Slice:
        """The processes that wait for the principals, each once."""
        return await self._readers.later(partial(list_tasks, query=query))

    async def count_tasks(
        self, principals: frozenset[Principal], limit: int
    ) -> Sequence[tuple[str, str | None]]:
        """The scenario and `due` of each process that waits, of the newest `limit`."""
        return await self._readers.later(partial(count_tasks, principals=principals, limit=limit))

    async def put_api_key(self, record: ApiKeyRecord) -> None:
        """Keep a new key. Raises ConflictError when its id or token is there already."""
        await self._change(_KEYS["put"], apikeys.columns(record))

    async def find_api_key(self, digest: str) -> ApiKeyRecord | None:
        """By the SHA-256 of the token; revoked and expired ones too."""
        row = self._readers.row(_KEYS["find"], (digest,))
        return apikeys.record(row) if row else None

    async def get_api_key(self, key_id: str) -> ApiKeyRecord | None:
        """The key; revoked and expired ones too."""
        row = self._readers.row(_KEYS["get"], (key_id,))
        return apikeys.record(row) if row else None

    async def list_api_keys(self) -> Sequence[ApiKeyRecord]:
        """All of them, newest first."""
        rows = await self._readers.later(fetch_all(_KEYS["list"]))
        return [apikeys.record(row) for row in rows]

    async def revoke_api_key(self, key_id: str, at: str) -> bool:
        """Revoke it; False when there is none. One that is revoked already stays as it is."""
        return await self._change(_KEYS["revoke"], (at, key_id))

    async def touch_api_key(self, key_id: str, at: str) -> None:
        """Record the last use. The caller sees to it that this is seldom."""
        await self._change(_KEYS["touch"], (at, key_id))

    async def get_idempotency(self, credential: str, key: str) -> IdempotencyRecord | None:
        """The first answer, also one whose time has ended but that is not yet removed."""
        row = self._readers.row(_IDEMPOTENCY["get"], (credential, key))
        return idempotency.record(row) if row else None

    async def put_idempotency(self, record: IdempotencyRecord) -> None:
        """Keep the answer to a request that changed nothing else. Raises `DuplicateKeyError`."""
        await self._submit(CallUnit(partial(write_answer, record)))

    async def put_checkpoint(self, record: CheckpointRecord) -> None:
        """Keep a checkpoint; nothing where its head has one already, or the process is gone."""
        await self._change(_CHECKPOINTS["put"], checkpoints.columns(record))

    async def checkpoints(self, process_id: str) -> Sequence[CheckpointRecord]:
        """All checkpoints of a process, by the number of events."""
        rows = await self._readers.later(fetch_all(_CHECKPOINTS["of_process"], process_id))
        return [checkpoints.record(row) for row in rows]

    async def unsigned(self, after: int, limit: int) -> tuple[int, Sequence[str]]:
        """The last of so many changes, and processes with a head in them that is to be signed."""
        rows = await self._readers.later(fetch_all(_CHECKPOINTS["unsigned"], after, limit))
        return checkpoints.unsigned(rows[0])

    async def settings(self, prefix: str) -> Mapping[str, str]:
        """Those whose name begins so."""
        return dict(await self._readers.later(fetch_all(_SETTINGS["like"], prefix)))

    async def put_setting(self, name: str, value: str) -> None:
        """Keep a value; one that is there stays."""
        await self._change(_SETTINGS["put"], (name, value))

    async def fault(self) -> str | None:
        """Why the database does not answer now or, after a write that failed, takes none."""
        try:
            if not self._is_there() or not self._writer.alive:
                return _AWAY
            if self._writer.failing:
                await self._submit(CallUnit(probe))
            await self._readers.later(fetch_all(_PROCESSES["last_row"]))
        except UnavailableError:
            return _AWAY
        return None

    def _is_there(self) -> bool:
        """Whether the file at the path is still the one that was opened."""
        try:
            return self._path.stat().st_ino == self._inode
        except OSError:
            return False

    async def figures(self) -> StoreFigures:
        """How it is now; cheap, whatever it holds. Raises `UnavailableError`."""
        rows = await self._readers.later(fetch_all(_JOBS["figures"]))
        jobs, oldest = rows[0]
        log = self._path.with_name(self._path.name + "-wal")
        sizes = [file.stat().st_size if file.exists() else 0 for file in (self._path, log)]
        return StoreFigures(jobs, oldest, self._writer.waiting, *sizes)

    async def close(self) -> None:
        """Write what is under way, then let go of the file. Again does nothing."""
        if not self._closed:
            self._closed = True
            await asyncio.to_thread(self._close)

    def _close(self) -> None:
        self._writer.stop()
        self._checkpointer.stop()
        self._readers.close()
        self._ended()

    async def _change(self, query: str, values: tuple[object, ...]) -> bool:
        """One statement that writes; whether there was something to change."""
        changed: bool = await self._submit(CallUnit(partial(execute, query, values)))
        return changed

    def _submit(self, unit: Unit) -> asyncio.Future[Any]:
        if self._closed:
            raise UnavailableError("The database has been closed.")
        return self._writer.submit(unit)

    def _deliver(self, requests: Sequence[Request], answers: Sequence[Answer]) -> None:
        """Each request gets its answer; the cache learns of it before anybody does."""
        for (unit, future), answer in zip(requests, answers, strict=True):
            if isinstance(unit, ProcessUnit):
                record = unit.write.record
                size = len(unit.process[processes.DOCUMENT])
                self._cache.end(record.id, record if answer is None else None, size)
            if future.done():
                continue  # Whoever asked has gone.
            if isinstance(answer, Exception):
                future.set_exception(answer)
            else:
                future.set_result(answer)
        for changed in self._watching:
            changed()
