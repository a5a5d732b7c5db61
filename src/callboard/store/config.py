"""How the store on SQLite behaves: what it keeps in memory and how much it commits at once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class SqliteConfig:
    """Settings of the store on SQLite. The defaults suit a machine of any size."""

    cached_processes: int = 1_024
    """Processes that are kept parsed in memory, those used last."""
    cached_bytes: int = 4_194_304
    """What their documents may add up to, as JSON text; parsed they take some six times as much."""
    group_writes: int = 128
    """Writes that one commit carries at most."""
    group_bytes: int = 8_388_608
    """What these may add up to; a single write may be larger."""
    checkpoint_bytes: int = 16_777_216
    """After about so much was written, the log is copied into the database file."""
    checkpoint_seconds: float = 10.0
    """And after this time, when anything was written."""
    log_bytes: int = 67_108_864
    """A log larger than this is started over at the next occasion, at a pause of milliseconds."""
    reader_threads: int = 2
    """Threads that read lists and long histories."""
    wait_seconds: float = 5.0
    """How long to wait for a file that another program holds (a backup, a shell)."""


@dataclass(frozen=True, slots=True)
class PostgresConfig:
    """Settings of the store on PostgreSQL."""

    connections: int = 10
    """Connections that this process has at most, besides one that listens."""
    start_seconds: float = 30.0
    """How long to wait at the start for a database that is not there yet."""
    connect_seconds: float = 5.0
    """How long to wait for a connection, a new one or one that is free; then the answer is 503."""
    waiting: int = 500
    """How many requests may wait for a connection at once; further ones are answered with 503."""
    statement_seconds: float = 30.0
    """How long a statement may take; the server ends it then."""
    lock_seconds: float = 5.0
    """How long it may wait for a lock."""
    hint_seconds: float = 0.05
    """How often other nodes are told at most that something was written."""
    pooler: bool = False
    """Whether a proxy that pools by transaction is between (PgBouncer): then nothing is prepared,
    nothing set for a session, and nobody listens."""
    distributed: Literal["", "citus", "yugabyte"] = ""
    """What spreads the database over several machines, `citus` or `yugabyte`; empty for PostgreSQL.
    Other statements are used then. All engines of a database must have the same.
    """
