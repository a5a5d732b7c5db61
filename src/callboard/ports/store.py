"""The store: what the engine needs kept. It speaks of scenarios, processes and keys, not of
connections. A method that writes returns only when what it wrote is on disk.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Protocol, TypeAlias

from callboard.core.values import JsonObject
from callboard.errors import CallboardError
from callboard.ports.jobs import AttemptRecord, FailedJob, HeldJob, JobClaim, JobKind, JobRecord
from callboard.ports.links import LinkStore
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

Place: TypeAlias = tuple[str, int | str]
"""Where in the list of a scenario's processes one is."""


class StoreError(CallboardError):
    """A database cannot be opened: it is in use, another program's, too new, or out of reach."""

    code = "store"


class StaleError(CallboardError):
    """The process was changed by somebody else since it was read: read it again and try again."""

    code = "stale"


class DuplicateKeyError(CallboardError):
    """The idempotency key, or the link, was written by somebody else since it was looked up."""

    code = "duplicate-key"


class LostClaimError(CallboardError):
    """The job is gone, or somebody else holds it now: leave it alone."""

    code = "lost-claim"


class TooManyError(CallboardError):
    """A list is too long to be sorted by what no index knows."""

    code = "too-many"


class ScenarioStore(Protocol):
    """Scenarios."""

    async def put_scenario(self, record: ScenarioRecord) -> None:
        """Keep a scenario; one that is there already is enabled again and otherwise unchanged."""
        ...

    async def get_scenario(self, scenario_id: str) -> ScenarioRecord | None: ...

    async def list_scenarios(self) -> Sequence[ScenarioSummary]:
        """The enabled ones, by title, then id."""
        ...

    async def find_scenarios(self, name: str) -> Sequence[ScenarioRecord]:
        """The enabled ones of this name, oldest first."""
        ...

    async def scenario_ids(self, name: str | None = None) -> Sequence[str]:
        """The ids of those of this name, without a name of all; the disabled ones too."""
        ...

    async def disable_scenario(self, scenario_id: str, at: str) -> bool:
        """Disable it; False when there is none. One that is disabled already stays as it is."""
        ...


class ProcessStore(Protocol):
    """Processes and their events."""

    async def get_process(self, process_id: str) -> ProcessRecord | None:
        """The process as the last committed write left it."""
        ...

    async def get_events(self, process_id: str, upto: int) -> Sequence[EventRecord]:
        """Its events in order, those with `seq < upto`."""
        ...

    async def write_process(self, write: ProcessWrite) -> None:
        """All of it or nothing. Raises `StaleError`, `DuplicateKeyError` or `LostClaimError`."""
        ...

    async def list_processes(self, query: ProcessQuery) -> Slice:
        """The part that the query asks for, in its order; what is alike in it, in one that stays.

        What it costs follows `offset`, `limit`, `scan` and `sortable`, never the number of
        processes: a part may be short, or empty, and yet have an `end` to go on from. Raises
        `TooManyError` where more than `sortable` were to be sorted by a title, or by several
        fields.
        """
        ...

    async def list_tasks(self, query: TaskQuery) -> Slice:
        """The processes that wait for the principals, each once; the cost as for lists."""
        ...

    async def count_tasks(
        self, principals: frozenset[Principal], limit: int
    ) -> Sequence[tuple[str, str | None]]:
        """The scenario and `due` of each process that waits, of the newest `limit`."""
        ...


class OperatorStore(Protocol):
    """What operators look at."""

    async def get_jobs(self, process_id: str) -> Sequence[JobRecord]:
        """What is to be done later in a process."""
        ...

    async def erase_process(self, erasure: Erasure) -> None:
        """Leave nothing of a process but a tombstone: no document, no event, nothing that an answer
        or a change says of it. Raises `StaleError`.
        """
        ...

    async def forget(self) -> None:
        """See to it that nothing of what was erased is left in the files. Raises
        `UnavailableError` when somebody still reads it; asking again helps.
        """
        ...

    async def counts(self) -> Sequence[Count]:
        """How many processes are in each state of each scenario; what it costs follows these."""
        ...

    async def pending_jobs(self, kind: JobKind, most: int) -> int:
        """How many jobs of a kind there are; past `most` nobody counts."""
        ...

    async def storage(self) -> StorageFigures: ...

    async def get_tombstone(self, process_id: str) -> Tombstone | None: ...

    async def old_chains(self, process_id: str) -> Sequence[Sequence[JsonObject]]:
        """The chains that a process had before its present one, the oldest first."""
        ...

    async def processes_of(
        self, scenario_id: str, after: Place | None, limit: int
    ) -> Sequence[tuple[Place, ProcessRecord]]:
        """Processes of a scenario after a place, ended ones too, the oldest first."""
        ...


class ChangeStore(Protocol):
    """What happened, in one order."""

    async def last_change(self) -> int:
        """The number of the newest change that is committed; 0 when there is none."""
        ...

    async def changes_after(self, seq: int, limit: int) -> Sequence[ChangeRecord]:
        """The next ones after a number, in order. Numbers only grow: before one that was given no
        other can appear later.
        """
        ...

    def watch(self, changed: Callable[[], None]) -> None:
        """Call `changed` in the event loop when something may have happened. It is a hint: not
        every change brings a call, nor every call a change.
        """
        ...


class JobStore(Protocol):
    """Jobs: what is to be done later. They come with the writes of processes, and go with them.

    Those of a service are by themselves: whoever asks names a kind and a service, None for timers.
    """

    async def claim(
        self, kind: JobKind, service: str | None, now: str, seconds: float, limit: int
    ) -> Sequence[HeldJob]:
        """Take those that are due and that nobody holds, the earliest first, and hold them for so
        many seconds of the database's own clock. Of the notifications of a process to a service
        only the first may be taken that is still to be sent.
        """
        ...

    async def next_due(self, kind: JobKind, service: str | None) -> str | None:
        """When the earliest is due that nobody holds, and that may be taken then."""
        ...

    async def services(self) -> Sequence[str]:
        """The services for which something waits."""
        ...

    async def put_off(
        self, claim: JobClaim, due: str, payload: JsonObject, attempt: AttemptRecord | None = None
    ) -> bool:
        """Let go of a job, which is now due at that time; False when the claim no longer holds.
        Notifications that come after it wait as long.
        """
        ...

    async def let_go(self, claims: Sequence[JobClaim]) -> None:
        """Hand jobs back as they were taken; those whose claim no longer holds stay as they are."""
        ...

    async def await_end(
        self, claim: JobClaim, process_id: str, payload: JsonObject, attempt: AttemptRecord
    ) -> bool:
        """Let go of a job, which is due when another process has ended, or was erased; how often it
        was tried stays. False when the claim no longer holds or that process does not run. No end
        is missed, however close it comes to this.
        """
        ...

    async def finish(self, claim: JobClaim, attempt: AttemptRecord | None = None) -> bool:
        """Remove a job that is done or came to nothing; False when the claim no longer holds."""
        ...

    async def give_up(self, claim: JobClaim, at: str, attempt: AttemptRecord) -> bool:
        """Keep a job as failed; False when the claim no longer holds. It holds no longer then."""
        ...

    async def find(self, job: str) -> HeldJob | None:
        """A notification by its id, whoever holds it, also one that was given up: the claim is that
        of whoever took it last.
        """
        ...

    async def note(self, attempt: AttemptRecord) -> None:
        """Keep what came of a try, whatever has become of the job."""
        ...

    async def failed(self, service: str | None, limit: int) -> Sequence[FailedJob]:
        """Those that were given up, the newest first; of one service, or of all."""
        ...

    async def given_up(self) -> Mapping[str, int]:
        """How many were given up, by service; of 10,000 at most."""
        ...

    async def retry(self, job: str | None, service: str | None, now: str, limit: int) -> int:
        """Let failed jobs be tried again, as if for the first time: one, those of a service, or
        all. How many.
        """
        ...

    async def attempts(self, process_id: str) -> Sequence[AttemptRecord]:
        """All tries to notify anybody of a process, in order."""
        ...

    async def tries(self, job: str) -> Sequence[AttemptRecord]:
        """All tries of one notification, in order, also when it is done."""
        ...

    async def free(self) -> None:
        """Nobody holds anything: for the one engine of a database that begins."""
        ...


class ApiKeyStore(Protocol):
    """API keys."""

    async def put_api_key(self, record: ApiKeyRecord) -> None: ...

    async def find_api_key(self, digest: str) -> ApiKeyRecord | None:
        """By the SHA-256 of the token; revoked and expired ones too."""
        ...

    async def get_api_key(self, key_id: str) -> ApiKeyRecord | None: ...

    async def list_api_keys(self) -> Sequence[ApiKeyRecord]:
        """All of them, newest first."""
        ...

    async def revoke_api_key(self, key_id: str, at: str) -> bool:
        """Revoke it; False when there is none. One that is revoked already stays as it is."""
        ...

    async def touch_api_key(self, key_id: str, at: str) -> None:
        """Record the last use. The caller sees to it that this is seldom."""
        ...


class RateStore(Protocol):
    """What several engines on one database count together."""

    async def spend(self, who: str, seconds: float, age: float) -> float:
        """Count for somebody what takes so many seconds to be allowed again, and began `age`
        seconds ago; seconds until all is allowed again. Raises `UnavailableError`.
        """
        ...


class CheckpointStore(Protocol):
    """Checkpoints: what was signed of chains. Erasing a process removes its own."""

    async def put_checkpoint(self, record: CheckpointRecord) -> None:
        """Keep a checkpoint; nothing where its head has one already, or the process is gone."""
        ...

    async def checkpoints(self, process_id: str) -> Sequence[CheckpointRecord]:
        """All checkpoints of a process, by the number of events."""
        ...

    async def unsigned(self, after: int, limit: int) -> tuple[int, Sequence[str]]:
        """Of so many changes after a number: the number of the last, and the ids of processes that
        ended or were migrated in them, and whose head has no checkpoint.
        """
        ...


class SettingStore(Protocol):
    """What the engine keeps for itself, by name. What is there is never changed."""

    async def settings(self, prefix: str) -> Mapping[str, str]:
        """Those whose name begins so."""
        ...

    async def put_setting(self, name: str, value: str) -> None:
        """Keep a value; one that is there stays."""
        ...


class Store(
    ScenarioStore,
    ProcessStore,
    OperatorStore,
    ChangeStore,
    ApiKeyStore,
    CheckpointStore,
    SettingStore,
    Protocol,
):
    """Everything that is kept, in one database."""

    @property
    def jobs(self) -> JobStore: ...

    @property
    def links(self) -> LinkStore: ...

    @property
    def tie(self) -> type[int] | type[str]:
        """What the last part of a place in a list is, by which processes are told apart."""
        ...

    async def get_idempotency(self, credential: str, key: str) -> IdempotencyRecord | None:
        """The first answer. One older than 24 hours may be there or not; a write replaces it."""
        ...

    async def put_idempotency(self, record: IdempotencyRecord) -> None:
        """Keep the answer to a request that changed nothing else. Raises `DuplicateKeyError`."""
        ...

    @property
    def rates(self) -> RateStore | None:
        """What engines count together; None where there can be only one."""
        ...

    async def fault(self) -> str | None:
        """What keeps the database from being used now, as a sentence; None when nothing does."""
        ...

    async def figures(self) -> StoreFigures:
        """How it is now; cheap, whatever it holds. Raises `UnavailableError`."""
        ...

    async def close(self) -> None: ...
