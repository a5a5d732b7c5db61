"""What the endpoints may use: everything that is composed before the first request.

`compose` makes one `Edge`; it is the same for all requests and never changes.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from callboard.core.limits import DEFAULT_LIMITS, Limits
from callboard.core.values import JsonObject
from callboard.engine import Engine
from callboard.ports.caller import Caller
from callboard.ports.store import RateStore
from callboard.server.config import ServerConfig, WebConfig
from callboard.server.pictures import Pictures
from callboard.server.readiness import Readiness
from callboard.server.streams import Streams
from callboard.telemetry import SILENT, Telemetry

__all__ = ["Authenticate", "Edge", "Environment"]

Environment: TypeAlias = Literal["development", "production"]

Authenticate: TypeAlias = Callable[[str | None], Awaitable[Caller]]
"""Turns the text of an `Authorization` header into a caller; raises `UnauthenticatedError`."""


@dataclass(frozen=True, slots=True)
class Edge:
    """The engine, and who may ask it what, and how much of it at once."""

    engine: Engine
    authenticate: Authenticate
    fault: Callable[[], Awaitable[str | None]]
    """What keeps the database from being used now."""
    config: ServerConfig = field(default_factory=ServerConfig)
    web: WebConfig = field(default_factory=WebConfig)
    limits: Limits = DEFAULT_LIMITS
    environment: Environment = "production"
    version: str = ""
    schemas: Callable[[], Iterable[str]] = tuple
    """The schemas that scenarios may refer to now, by address."""
    format_schema: Callable[[str], JsonObject | None] = lambda _: None
    """The published schema of a format, by its name."""
    demo_accounts: Callable[[], Sequence[JsonObject]] | None = None
    """The accounts of development mode, each with a token; None elsewhere."""
    move_clock: Callable[[int], str] | None = None
    """Lets so many seconds pass, and says what time it is then; None outside development mode."""
    telemetry: Telemetry = SILENT
    metrics: Callable[[], Awaitable[bytes]] | None = None
    """The numbers for Prometheus; None where they are not offered here."""
    pictures: Pictures = field(default_factory=Pictures)
    """Scenarios that are drawn."""
    rates: RateStore | None = None
    """What engines on one database count together."""
    rest: Callable[[], None] = lambda: None
    """Called when the server begins to end: nothing is begun any more that nobody waits for."""
    streams: Streams = field(init=False)
    """The streams that are open."""
    readiness: Readiness = field(init=False)
    """Whether requests may be sent here."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "streams", Streams(self.config))
        object.__setattr__(self, "readiness", Readiness(self.fault, self.config.ready_seconds))

    def drain(self) -> None:
        """Begin to end: what is asked is answered, but nobody is to ask here any more."""
        self.readiness.drain()
        self.rest()
