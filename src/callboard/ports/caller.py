"""Who asks: what a credential is turned into before anything is decided.

`auth` makes a `Caller`; `engine.access` is the only place that judges it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from callboard.core.values import Json, JsonObject

Privilege: TypeAlias = Literal[
    "*",
    "scenario:read",
    "scenario:write",
    "apikey:issue",
    "apikey:revoke",
    "process:read",
    "process:start",
    "process:step",
    "process:super",
]

PRIVILEGES: tuple[Privilege, ...] = (
    "*",
    "scenario:read",
    "scenario:write",
    "apikey:issue",
    "apikey:revoke",
    "process:read",
    "process:start",
    "process:step",
    "process:super",
)


@dataclass(frozen=True, slots=True)
class User:
    """A person or program with a token of its own: its id, its roles, and claims to record."""

    id: str
    roles: tuple[str, ...] = ()
    info: Mapping[str, Json] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ProcessLimit:
    """One entry of an API key's `processes`; None means any."""

    scenario: str | None = None
    """Scenario id, or name."""
    actors: tuple[str, ...] | None = None
    """Keys of actors, also `guest_*` and `service:NAME`."""
    actions: tuple[str, ...] | None = None


def limit_of(entry: JsonObject) -> ProcessLimit:
    """An entry of `processes`, as it is written and stored, as a record.

    >>> limit_of({"scenario": "leave", "actors": ["manager"]})
    ProcessLimit(scenario='leave', actors=('manager',), actions=None)
    """
    scenario = entry.get("scenario")
    return ProcessLimit(
        scenario if isinstance(scenario, str) else None,
        _texts(entry.get("actors")),
        _texts(entry.get("actions")),
    )


def _texts(value: Json) -> tuple[str, ...] | None:
    return tuple(map(str, value)) if isinstance(value, list) else None


@dataclass(frozen=True, slots=True)
class KeyIdentity:
    """The API key behind a caller: what limits it, and as which service it acts."""

    id: str
    limits: tuple[ProcessLimit, ...] = ()
    """No entry: no limit."""
    service: str | None = None


@dataclass(frozen=True, slots=True)
class Caller:
    """Whoever makes a request. Exactly one of `user` and `key` is set; neither for anonymous."""

    privileges: frozenset[Privilege] = frozenset()
    user: User | None = None
    key: KeyIdentity | None = None
    expires: float | None = None
    """When the credential ends, in seconds since 1970."""

    def may(self, privilege: Privilege) -> bool:
        """Whether the caller has a privilege (`*` has them all)."""
        return privilege in self.privileges or "*" in self.privileges

    @property
    def credential(self) -> str:
        """What idempotency keys and rate limits are scoped to."""
        if self.key is not None:
            return f"key:{self.key.id}"
        return f"user:{self.user.id}" if self.user is not None else "anonymous"


ANONYMOUS = Caller()
