"""What the engine can be asked, and what it answers: frozen records, parsed at the door.

The edge (HTTP, the command line, a timer, a service's reply) makes a command; below it nobody knows
where the command came from.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from callboard.core.values import ABSENT, Absent, Json, JsonObject
from callboard.errors import Reason


@dataclass(frozen=True, slots=True)
class Idempotency:
    """A request that may be sent again: its key, and a digest of all that makes it this request."""

    key: str
    fingerprint: str


@dataclass(frozen=True, slots=True)
class FirstAction:
    """The action that a process is started with."""

    key: str
    response: Json | Absent = ABSENT


@dataclass(frozen=True, slots=True)
class StartCommand:
    """Start a process. `scenario` is an id, a name, or `name@version`."""

    scenario: str
    actors: Mapping[str, JsonObject] = field(default_factory=dict)
    action: FirstAction | None = None
    as_actor: str | None = None
    predict: bool = False
    idempotency: Idempotency | None = None


@dataclass(frozen=True, slots=True)
class StepCommand:
    """Do an action in a process."""

    process: str
    action: str
    response: Json | Absent = ABSENT
    as_actor: str | None = None
    if_match: tuple[str, ...] | None = None
    """Hashes of which the process's head must be one; `("*",)` matches any."""
    represent: bool = False
    """Answer with the whole process as the step left it."""
    predict: bool = False
    """The same, with the states to come."""
    idempotency: Idempotency | None = None


@dataclass(frozen=True, slots=True)
class ListCommand:
    """A page of the caller's processes; `all` shows everybody's and needs `process:super`."""

    page: int = 1
    limit: int = 100
    all: bool = False
    scenario: str | None = None
    """Id or name."""
    running: bool | None = None
    state: str | None = None
    tags: tuple[str, ...] = ()
    actors: tuple[str, ...] = ()
    """Each is the id of an actor, or its key; all must be there."""
    sort: str = "-created"
    """Fields, with commas; `-` for descending."""
    cursor: str | None = None
    """Where another page said that this one is."""


@dataclass(frozen=True, slots=True)
class InboxCommand:
    """A page of what waits for the caller."""

    limit: int = 100
    scenario: str | None = None
    overdue: bool = False
    """Only what should have been done by now."""
    sort: str | None = None
    """`since` or `due`, with `-` for descending; by `due` only what has it. None: the newest first,
    or of what is overdue what has been so for longest."""
    cursor: str | None = None


@dataclass(frozen=True, slots=True)
class ProcessView:
    """A whole process as the API shows it, with what HTTP needs to know of it."""

    document: JsonObject
    """With `events`, `previous`, the normalised scenario, and `next` when it was predicted."""
    head: str
    """Hash of its last event: the ETag."""
    updated: str
    """Timestamp of its last event: Last-Modified."""


@dataclass(frozen=True, slots=True)
class Stepped:
    """What came of a step. With `reasons` it was refused; its skipped event is stored all the
    same.
    """

    process: str
    head: str
    updated: str
    reasons: tuple[Reason, ...] = ()
    view: ProcessView | None = None
    """The process right after the step, when the command asked for it and it was not refused."""


@dataclass(frozen=True, slots=True)
class ProcessPage:
    """A page of process summaries (specification: api, section 3)."""

    items: Sequence[JsonObject]
    page: int
    has_next: bool
    next: str | None = None
    """Cursor of the page after this one, when there may be one."""
    prev: str | None = None
    """Cursor of the page before this one, when there is one."""


@dataclass(frozen=True, slots=True)
class TaskPage:
    """A page of tasks (specification: api, section 3)."""

    items: Sequence[JsonObject]
    next: str | None = None
    prev: str | None = None


@dataclass(frozen=True, slots=True)
class TaskCount:
    """How much waits for somebody, as far as it was counted."""

    total: int
    overdue: int
    scenarios: Mapping[str, int]
    """By the id of the scenario."""
    more: bool
    """There is more than was counted."""


@dataclass(frozen=True, slots=True)
class IssueCommand:
    """Issue an API key."""

    name: str
    privileges: tuple[str, ...]
    description: str | None = None
    expiration_days: int | None = None
    expiration: str | None = None
    processes: tuple[JsonObject, ...] = ()
    service: str | None = None
