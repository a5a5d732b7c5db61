"""Jobs as they cross the ports: work to do later, claims to it, and what came of each try."""

from __future__ import annotations

from dataclasses import dataclass, field
from math import inf
from typing import Literal, TypeAlias

from callboard.core.values import JsonObject

JobKind: TypeAlias = Literal["timer", "notify"]


@dataclass(frozen=True, slots=True)
class JobRecord:
    """Work to do later, written with the event that caused it."""

    id: str
    kind: JobKind
    process: str
    due: str
    event: str
    """Hash of the event that entered the state which the job belongs to."""
    payload: JsonObject = field(default_factory=dict)
    service: str | None = None
    """Whom to notify."""


@dataclass(frozen=True, slots=True)
class JobClaim:
    """A job that somebody holds for a while. `fence` grows each time it is taken: whoever held it
    before and was too slow can no longer do anything with it.
    """

    id: str
    fence: int
    process: str
    """Whose job it is: where a database that is spread over machines finds it."""


@dataclass(frozen=True, slots=True)
class HeldJob:
    """A job that was taken to be done, and the claim to it."""

    job: JobRecord
    claim: JobClaim
    attempts: int = 0
    """How often it was tried before."""
    refused: bool = False
    """Whether it was given up because of what was answered."""
    until: float = inf
    """When the claim runs out, by the monotonic clock of this machine."""


Outcome: TypeAlias = Literal["delivered", "sent", "answered", "failed", "refused"]


@dataclass(frozen=True, slots=True)
class AttemptRecord:
    """One try to notify a service, and what came of it."""

    process: str
    job: str
    service: str
    number: int
    """From 1."""
    at: str
    milliseconds: int
    outcome: Outcome
    """`sent`: the answer comes later. `failed`: it may be tried again. `refused`: the service
    answered what nobody can use.
    """
    detail: str = ""
    """What was answered, or what went wrong; short."""


@dataclass(frozen=True, slots=True)
class FailedJob:
    """A notification that was given up, until an operator wants it tried again."""

    job: JobRecord
    attempts: int
    failed: str
    """When it was given up."""
    last: AttemptRecord | None
