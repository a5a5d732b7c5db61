"""What operators can ask of the engine, and what it answers (specification: api, section 3).

Every command that changes something says why: `reason` is kept with what was done, and by whom.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from callboard.core.process import Verification
from callboard.core.values import JsonObject
from callboard.engine.cache import Face
from callboard.errors import Reason
from callboard.ports.records import Count, ProcessRecord
from callboard.ports.store import Place


@dataclass(frozen=True, slots=True)
class CancelCommand:
    """End a process now."""

    process: str
    reason: str
    if_match: tuple[str, ...] | None = None
    """Hashes of which the process's head must be one; `("*",)` matches any."""


@dataclass(frozen=True, slots=True)
class MigrateCommand:
    """Carry processes over to another scenario: an id, a name, or `name@version`."""

    to: str
    reason: str = ""
    dry_run: bool = True
    """Only tell which fit."""
    scenario: str | None = None
    """The id of the scenario that they have now."""
    processes: tuple[str, ...] | None = None
    """These; None for a page of the scenario's."""
    ended: bool = False
    """Those that have ended, too."""
    after: Place | None = None
    """The place after which the page begins."""
    limit: int = 100


@dataclass(frozen=True, slots=True)
class Migrated:
    """What came of one process."""

    process: str
    fits: bool = False
    state: str | None = None
    """The state that it then has."""
    head: str | None = None
    """Its new head, where it was migrated."""
    reasons: tuple[Reason, ...] = ()
    """Why it does not fit; `event` is the index of the event that does not."""


@dataclass(frozen=True, slots=True)
class MigratedPage:
    """What came of a page of processes."""

    to: str
    results: Sequence[Migrated]
    following: Place | None
    """Where the next page begins; None when this was the last."""


@dataclass(frozen=True, slots=True)
class ChainView:
    """One chain of a process, and whether it holds."""

    scenario: str | None
    events: Sequence[JsonObject]
    verification: Verification


@dataclass(frozen=True, slots=True)
class EraseCommand:
    """Leave nothing of a process but a tombstone."""

    process: str
    reason: str
    if_match: tuple[str, ...] | None = None
    """Hashes of which the process's head must be one; `("*",)` matches any."""


@dataclass(frozen=True, slots=True)
class FindCommand:
    """Which processes to look at from outside."""

    participant: str | None = None
    """`user:ID`, `role:NAME` or `service:NAME`; None: everybody's."""
    limit: int = 100
    cursor: str | None = None
    """The `following` of the page before."""


@dataclass(frozen=True, slots=True)
class FoundPage:
    """A page of processes."""

    records: Sequence[ProcessRecord]
    following: str | None
    """Where the next page begins; None when this was the last."""


@dataclass(frozen=True, slots=True)
class EraseAllCommand:
    """Erase the processes of somebody."""

    participant: str
    """As in `FindCommand`."""
    reason: str = ""
    dry_run: bool = True
    """Only tell which."""
    limit: int = 20
    cursor: str | None = None
    """The `following` of the page before."""


@dataclass(frozen=True, slots=True)
class Erased:
    """What came of one process."""

    record: ProcessRecord
    """As it was found."""
    erased: bool = False
    reasons: tuple[Reason, ...] = ()
    """Why it was not erased, though it should be."""


@dataclass(frozen=True, slots=True)
class ErasedPage:
    """What came of a page of processes."""

    results: Sequence[Erased]
    following: str | None
    """Where the next page begins; None when this was the last."""


@dataclass(frozen=True, slots=True)
class Overview:
    """How many processes are where."""

    counts: Sequence[Count]
    faces: Mapping[str, Face]
    """Their scenarios, by id."""
    pending: Mapping[str, int]
    """Jobs by kind."""


@dataclass(frozen=True, slots=True)
class Changed:
    """A process as an operator left it."""

    process: str
    head: str
    updated: str
