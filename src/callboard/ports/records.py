"""The frozen records that cross the ports. Documents inside them are JSON; times are ISO texts.

Principals are `user:ID`, `role:NAME` and `service:NAME`: whoever a list or an inbox can belong to.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, NamedTuple, TypeAlias

from callboard.core.values import JsonObject
from callboard.ports.jobs import AttemptRecord, JobClaim, JobRecord
from callboard.ports.links import LinkRecord

Principal: TypeAlias = str


MediaType: TypeAlias = Literal["application/json", "application/yaml"]
"""Of a scenario's text."""


@dataclass(frozen=True, slots=True)
class ScenarioRecord:
    """A stored scenario: its normalised document and the text it came from."""

    id: str
    document: JsonObject
    """Normalised, without `id`."""
    source: str
    """As it was uploaded."""
    media_type: MediaType
    created: str
    name: str | None = None
    version: str | None = None
    disabled: str | None = None
    """When it was disabled; None while it is enabled."""
    schemas: JsonObject = field(default_factory=dict)
    """Those that were fetched for it, by address."""


@dataclass(frozen=True, slots=True)
class ScenarioSummary:
    """What a list of scenarios shows."""

    id: str
    title: str
    description: str
    tags: tuple[str, ...] = ()
    name: str | None = None
    version: str | None = None
    more: JsonObject = field(default_factory=dict)
    """Further fields that the configuration names."""


@dataclass(frozen=True, slots=True)
class ProcessRecord:
    """A process as it is now. `version` counts its events; `head` is the hash of the last one.

    `document` is the process without `events`, `scenario` cut to its id; `previous` is in it only
    for scenarios that read or write it (`Scenario.keeps_previous`).
    """

    id: str
    scenario: str
    document: JsonObject
    version: int
    head: str
    created: str
    updated: str
    """Timestamp of the last event."""


@dataclass(frozen=True, slots=True)
class EventRecord:
    """One event as it is written, and the log entries that it added to `previous`."""

    seq: int
    """From 0."""
    event: JsonObject
    log: tuple[JsonObject, ...] = ()


@dataclass(frozen=True, slots=True)
class TaskRecord:
    """Something that waits for a principal."""

    principal: Principal
    since: str
    due: str | None = None


ChangeKind: TypeAlias = Literal[
    "created", "stepped", "refused", "timeout", "ended", "migrated", "erased"
]


@dataclass(frozen=True, slots=True)
class TaskChange:
    """Whose tasks a process was before and after a change."""

    kept: frozenset[Principal] = frozenset()
    gained: frozenset[Principal] = frozenset()
    lost: frozenset[Principal] = frozenset()


@dataclass(frozen=True, slots=True)
class StoreFigures:
    """How the database is, for those who watch it."""

    jobs: int
    """Jobs that wait for their time, counted up to 100,000."""
    oldest_job: str | None
    """When the first of them is due."""
    waiting: int
    """Writes that wait for the writer."""
    file_bytes: int
    log_bytes: int


@dataclass(frozen=True, slots=True)
class ChangeRecord:
    """Something that happened to a process, and its place in the order of all that did."""

    seq: int
    process: str
    scenario: str
    """Of the process as it is now."""
    version: int
    """How many events the process had then."""
    kind: ChangeKind
    tasks: TaskChange | None
    """None: whose tasks it was did not change."""
    at: str | None
    """When the event happened that was its last; like what follows, None where that is gone."""
    head: str | None
    action: str | None
    actor: str | None
    """The key of the actor."""
    cancelled: bool = False
    """Whether an operator ended it."""


@dataclass(frozen=True, slots=True)
class IdempotencyRecord:
    """The first answer to a request that carried an `Idempotency-Key`."""

    credential: str
    key: str
    fingerprint: str
    status: int
    headers: JsonObject
    body: str
    created: str


class Resting(NamedTuple):
    """Where a process is, for those who count: its scenario (id), its state, whether it runs."""

    scenario: str
    state: str
    running: bool


@dataclass(frozen=True, slots=True)
class Count:
    """How many processes of a scenario are in a state."""

    at: Resting
    count: int


class TableRows(NamedTuple):
    """How many rows a table has."""

    name: str
    rows: int
    basis: Literal["counted", "at-most", "at-least"]
    """`counted` is exact. A table that is too long to be counted each time has `at-most` as many
    rows as were ever numbered, or `at-least` as many as were counted."""


@dataclass(frozen=True, slots=True)
class StorageFigures:
    """How large the database is. No long table is counted row by row."""

    file_bytes: int
    log_bytes: int
    page_bytes: int
    pages: int
    free_pages: int
    processes: int
    erased: int
    events_written: int
    """Since the beginning, those that were rewritten or erased included."""
    changes_written: int
    oldest: str | None
    """When the oldest process that is there was started."""
    newest: str | None
    tables: tuple[TableRows, ...]


@dataclass(frozen=True, slots=True)
class ProcessWrite:
    """Everything that one transition of one process writes, all or nothing.

    The store refuses it (`StaleError`) unless the stored version is `expected` (0: does not exist).
    `participants` and `tasks` replace what was there; None leaves them as they are. `jobs` are
    added, after those that were there are dropped if it says so. With `done`, the write is what
    that job was for: it is refused (`LostClaimError`) unless the claim still holds. With `gives_up`
    the job is kept as failed, and `attempt` says why.
    With `link`, it is done for a notification of another process: it is refused
    (`DuplicateKeyError`) when something was done for that one already. What waits for the process
    to end is due when it has ended.
    The first event must follow the stored head, or with `replaces` be the first of a chain: what
    was the chain is kept as an old one.
    """

    record: ProcessRecord
    expected: int
    events: tuple[EventRecord, ...]
    change: ChangeKind
    participants: frozenset[Principal] | None = None
    tasks: tuple[TaskRecord, ...] | None = None
    jobs: tuple[JobRecord, ...] = ()
    drops_jobs: bool = False
    done: JobClaim | None = None
    attempt: AttemptRecord | None = None
    gives_up: bool = False
    idempotency: IdempotencyRecord | None = None
    link: LinkRecord | None = None
    replaces: str | None = None
    """The head of the chain in whose place `events` are, all of them from the first."""
    left: Resting | None = None
    """Where the process was before, when that is another place than it is in now."""


@dataclass(frozen=True, slots=True)
class Erasure:
    """That a process is to be erased: who does it, when and why."""

    process: str
    head: str
    """Of the process as it was read."""
    at: str
    by: str
    reason: str


@dataclass(frozen=True, slots=True)
class Tombstone:
    """What is left of a process that was erased: nothing of what it held."""

    id: str
    scenario: str
    version: int
    """How many events its last chain had."""
    head: str
    created: str
    updated: str
    at: str
    """When it was erased."""
    by: str
    reason: str
    chains: tuple[tuple[JsonObject, ...], ...]
    """The links of its chains, the oldest first: of each event `previous`, `hash` and `erased`. The
    first event of a later chain has the head of the chain that it came from as `previous`.
    """


@dataclass(frozen=True, slots=True)
class ApiKeyRecord:
    """An API key. The token itself is never stored: only its SHA-256 and what a list may show."""

    id: str
    digest: str
    """SHA-256 of the token, hex."""
    hint: str
    """The start of the token, for lists."""
    name: str
    issued: str
    expiration: str
    privileges: tuple[str, ...]
    processes: tuple[JsonObject, ...] = ()
    description: str | None = None
    expiration_days: int | None = None
    service: str | None = None
    last_used: str | None = None
    revoked: str | None = None
    issuer: str | None = None
    """Credential that issued it."""


Position: TypeAlias = tuple[str | int, ...]
"""A place in a list: what it is sorted by, and last the row, so that no two places are the same."""

SortField: TypeAlias = Literal["created", "lastUpdated", "title"]


@dataclass(frozen=True, slots=True)
class Sort:
    """What a list is sorted by."""

    by: SortField
    descending: bool = False


NEWEST_FIRST = (Sort("created", descending=True),)


@dataclass(frozen=True, slots=True)
class Filters:
    """What is shown of a list; all of it must hold."""

    scenarios: frozenset[str] | None = None
    """Only processes of these scenarios (ids)."""
    running: bool | None = None
    state: str | None = None
    """Key of the state that they are in."""
    tags: tuple[str, ...] = ()
    actors: tuple[str, ...] = ()
    """Each is the id of an actor of the process, or its key."""


@dataclass(frozen=True, slots=True)
class ProcessQuery:
    """Which processes a list shows. `principals` None: everybody's (operators)."""

    principals: frozenset[Principal] | None
    limit: int = 100
    offset: int = 0
    filters: Filters = field(default_factory=Filters)
    sort: tuple[Sort, ...] = NEWEST_FIRST
    after: Position | None = None
    """Only what comes after this place; with `backwards`, before it."""
    backwards: bool = False
    """The last of those, not the first."""
    scan: int = 1_000
    """The most processes that are looked at for the filters' sake."""
    sortable: int = 5_000
    """The most processes that are sorted by what no index knows."""


@dataclass(frozen=True, slots=True)
class TaskQuery:
    """Which processes wait for some principals; by `since`, or by `due` those that have it."""

    principals: frozenset[Principal]
    by: Literal["since", "due"] = "since"
    descending: bool = True
    limit: int = 100
    scenarios: frozenset[str] | None = None
    after: Position | None = None
    backwards: bool = False
    scan: int = 1_000


@dataclass(frozen=True, slots=True)
class Slice:
    """A part of a list: its processes in order, and the place of each."""

    records: tuple[ProcessRecord, ...] = ()
    positions: tuple[Position, ...] = ()
    end: Position | None = None
    """Where to go on; None where the list ends (with `backwards`: begins)."""
    skip: int = 0
    """How much of the offset is left, when looking ended before it was reached."""


@dataclass(frozen=True, slots=True)
class CheckpointRecord:
    """What was signed of a chain: that it had so many events, and this head, at some time."""

    process: str
    events: int
    head: str
    at: str
    kid: str
    """The key that signed."""
    signature: str
