"""The databases that the suite runs on: how to open each, and how to see what has no reader yet."""

from __future__ import annotations

import asyncio
import hashlib
import sqlite3
from collections.abc import AsyncIterator, Coroutine
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, closing
from pathlib import Path
from typing import Any, ClassVar, Literal, TypeAlias, TypeVar

import asyncpg

from callboard.ports.store import Store
from callboard.settings import Settings, load_settings
from callboard.store import SqliteConfig, open_sqlite
from callboard.store.config import PostgresConfig
from callboard.store.postgres import open_postgres
from tests.store.server import postgres_url

T = TypeVar("T")


class SqliteAdapter:
    """A SQLite file in a folder of the test."""

    name = "sqlite"
    key = "row"
    """The column of processes and scenarios that other tables refer to."""
    BUSY: ClassVar[dict[str, Any]] = {"checkpoint_bytes": 200_000, "log_bytes": 400_000}
    """Settings with which everything that is seldom happens often."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.path = folder / "callboard.db"
        self.url = f"sqlite:///{self.path}"

    def prepare(self) -> None:
        """Nothing: a file is made when it is needed."""

    def settings(self) -> Settings:
        """Those that name it."""
        return load_settings(overrides={"database": self.url})

    def open(self, **config: Any) -> Store:
        return open_sqlite(self.path, SqliteConfig(**config))

    async def start(self, **config: Any) -> Store:
        return self.open(**config)

    def remove(self) -> None:
        """Nothing: the folder goes with the test."""

    def faults(self) -> list[Any]:
        """What the database finds wrong with itself."""
        broken = [row for row in self.query("PRAGMA integrity_check") if row != ("ok",)]
        return broken + self.query("PRAGMA foreign_key_check")

    def participants(self) -> set[tuple[str, str]]:
        """Pairs of process and principal."""
        return set(self._rows("participants", "n.name"))

    def tasks(self) -> set[tuple[str, str, str, str | None]]:
        """Process, principal, since, due."""
        return set(self._rows("tasks", "n.name, t.since, t.due"))

    def jobs(self) -> set[tuple[str, str, str, str, str, str]]:
        """Process, id, kind, due, event, payload."""
        return set(self._rows("jobs", "t.id, t.kind, t.due, t.event, t.payload", principals=False))

    def changes(self) -> list[tuple[str, int, str]]:
        """Process, version, kind; in order."""
        return self._rows("changes", "t.version, t.kind", principals=False, order="t.seq")

    def event_texts(self) -> list[str]:
        """The events as they are stored, in the order of their commits."""
        return [text for (text,) in self.query("SELECT event FROM events ORDER BY row")]

    def answers(self) -> set[str]:
        """The idempotency keys that are kept."""
        return {key for (key,) in self.query("SELECT key FROM idempotency")}

    def force(self, sql: str) -> bool:
        """A change behind the store's back; whether the database refuses it for its constraints."""
        with closing(sqlite3.connect(self.path)) as connection, connection:
            try:
                connection.execute(sql)
            except sqlite3.IntegrityError:
                return True
        return False

    def query(self, sql: str, *values: object) -> list[Any]:
        """All rows. Values are `$1`, `$2`, ..."""
        with closing(sqlite3.connect(self.path)) as connection:
            return connection.execute(sql, _numbered(values)).fetchall()

    def principals(self) -> set[str]:
        """Whose lists there are."""
        return {name for (name,) in self.query("SELECT name FROM principals")}

    def holds(self, text: str) -> bool:
        """Whether the text is anywhere in the files."""
        files = self.folder.glob(f"{self.path.name}*")
        return any(text.encode() in file.read_bytes() for file in files)

    def tables(self) -> set[str]:
        found = self.query("SELECT name FROM sqlite_schema WHERE type = 'table'")
        return {name for (name,) in found if not name.startswith("sqlite_")}

    def change(self, sql: str, *values: object) -> int:
        """Change what is stored, by hand; how many rows that were."""
        with closing(sqlite3.connect(self.path)) as connection, connection:
            return connection.execute(sql, _numbered(values)).rowcount

    def _rows(
        self, table: str, columns: str, *, principals: bool = True, order: str = "1"
    ) -> list[Any]:
        join = "JOIN principals AS n ON n.row = t.principal" if principals else ""
        return self.query(
            f"SELECT p.id, {columns} FROM {table} AS t JOIN processes AS p ON p.row = t.process "
            f"{join} ORDER BY {order}"
        )


_TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = current_schema()"


class PostgresAdapter:
    """A schema of its own in a PostgreSQL that the tests share."""

    name = "postgres"
    key = "id"
    BUSY: ClassVar[dict[str, Any]] = {}
    DISTRIBUTED: ClassVar[Literal["", "citus", "yugabyte"]] = ""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        digest = hashlib.sha256(str(folder).encode()).hexdigest()[:16]
        self.schema = f"test_{digest}"
        self.server = postgres_url()
        mark = "&" if "?" in self.server else "?"
        self.url = f"{self.server}{mark}search_path={self.schema}"

    def prepare(self) -> None:
        """Make the schema, which is empty."""
        self.change(f"CREATE SCHEMA IF NOT EXISTS {self.schema}")

    def settings(self) -> Settings:
        """Those that name it."""
        return load_settings(overrides={"database": self.url})

    async def start(self, **config: Any) -> Store:
        await self._run(f"CREATE SCHEMA IF NOT EXISTS {self.schema}")
        given = {"connections": 4, "waiting": 5_000, "distributed": self.DISTRIBUTED} | config
        return await open_postgres(self.url, PostgresConfig(**given))

    def remove(self) -> None:
        _done(self._run(f"DROP SCHEMA IF EXISTS {self.schema} CASCADE"))

    def faults(self) -> list[Any]:
        """Nothing: PostgreSQL does not look for faults when it is asked to."""
        return []

    def participants(self) -> set[tuple[str, str]]:
        """Pairs of process and principal."""
        return set(self.query("SELECT process::text, principal FROM participants"))

    def tasks(self) -> set[tuple[str, str, str, str | None]]:
        """Process, principal, since, due."""
        return set(self.query("SELECT process::text, principal, since, due FROM tasks"))

    def jobs(self) -> set[tuple[str, str, str, str, str, str]]:
        """Process, id, kind, due, event, payload."""
        return set(self.query("SELECT process::text, id, kind, due, event, payload FROM jobs"))

    def changes(self) -> list[tuple[str, int, str]]:
        """Process, version, kind; in order."""
        return self.query("SELECT process::text, version, kind FROM changes ORDER BY seq")

    def event_texts(self) -> list[str]:
        """The events as they are stored, by process."""
        return [text for (text,) in self.query("SELECT event FROM events ORDER BY process, seq")]

    def answers(self) -> set[str]:
        """The idempotency keys that are kept."""
        return {key for (key,) in self.query("SELECT key FROM idempotency")}

    def query(self, sql: str, *values: object) -> list[Any]:
        """All rows. Values are `$1`, `$2`, ..."""
        return [tuple(row) for row in _done(self._fetch(sql, *values))]

    def principals(self) -> set[str]:
        """Whose lists there are."""
        found = self.query("SELECT principal FROM participants UNION SELECT principal FROM tasks")
        return {name for (name,) in found}

    def force(self, sql: str) -> bool:
        """A change behind the store's back; whether the database refuses it for its constraints."""
        try:
            self.change(sql)
        except asyncpg.IntegrityConstraintViolationError:
            return True
        return False

    def holds(self, text: str) -> bool:
        """Whether the text is in any row."""
        rows = "SELECT FROM {} AS t WHERE strpos(t::text, $1) > 0 LIMIT 1"
        return any(self.query(rows.format(table), text) for table in self.tables())

    def tables(self) -> set[str]:
        return {name for (name,) in self.query(_TABLES)}

    def change(self, sql: str, *values: object) -> int:
        """Change what is stored, by hand; how many rows that were."""
        last: str = _done(self._run(sql, *values)).rpartition(" ")[2]
        return int(last) if last.isdecimal() else 0

    async def _run(self, sql: str, *values: object) -> str:
        async with self._connected() as connection:
            status: str = await connection.execute(sql, *values)
            return status

    async def _fetch(self, sql: str, *values: object) -> list[Any]:
        async with self._connected() as connection:
            return list(await connection.fetch(sql, *values))

    @asynccontextmanager
    async def _connected(self) -> AsyncIterator[Any]:
        connection = await asyncpg.connect(self.url)
        try:
            yield connection
        finally:
            await connection.close()


def _numbered(values: tuple[object, ...]) -> dict[str, object]:
    """Values by the numbers that a query calls them by."""
    return {str(number): value for number, value in enumerate(values, 1)}


def _done(work: Coroutine[Any, Any, T]) -> T:
    """Do it now, also while an event loop runs in this thread."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, work).result()


class DistributedAdapter(PostgresAdapter):
    """The statements for a database that is spread over machines, on one that is not."""

    DISTRIBUTED = "citus"

    def changes(self) -> list[tuple[str, int, str]]:
        """Process, version, kind; in order, those without a number last."""
        return self.query(
            "SELECT process::text, version, kind FROM ("
            " SELECT 0 AS part, seq, process, version, kind FROM changes"
            " UNION ALL SELECT 1, ordinal, process, version, kind FROM unnumbered"
            ") AS c ORDER BY part, seq, process"
        )


Adapter: TypeAlias = SqliteAdapter | PostgresAdapter
ADAPTERS: dict[str, type[Adapter]] = {
    "sqlite": SqliteAdapter,
    "postgres": PostgresAdapter,
    "distributed": DistributedAdapter,
}
