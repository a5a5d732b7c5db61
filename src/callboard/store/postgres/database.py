"""One PostgreSQL: a bounded pool of connections, and what its failures mean to those who ask.

Theory: a statement by itself is a transaction, so most things are one call. What two writers do to
each other (a deadlock, a serialization failure) is tried again a few times. A connection that was
lost, a server that starts or stops, a time that ran out: the database is unavailable for a moment,
and whoever asked may try again.

Invariants: no error holds an address, a password or a value. No connection waits for us inside a
transaction: the server ends it.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from typing import Any, Final, TypeVar

import asyncpg

from callboard.errors import UnavailableError
from callboard.ports.store import StoreError
from callboard.store.config import PostgresConfig

__all__ = ["Database", "again", "told"]

TRIES: Final = 3
PAUSE: Final = 0.02

T = TypeVar("T")

_LOST: Final = (
    OSError,
    asyncio.TimeoutError,
    asyncpg.InterfaceError,
    asyncpg.PostgresConnectionError,
    asyncpg.OperatorInterventionError,
    asyncpg.InsufficientResourcesError,
    asyncpg.ReadOnlySQLTransactionError,
    asyncpg.LockNotAvailableError,
    asyncpg.InternalClientError,
)
_AGAIN: Final = (asyncpg.SerializationError, asyncpg.DeadlockDetectedError)


class Database:
    """Connections to one database."""

    def __init__(self, url: str, config: PostgresConfig) -> None:
        self._url = url
        self._config = config
        self._pool: Any = None
        self._in_line = 0

    async def open(self) -> None:
        """Connect. Raises `UnavailableError`, or what asyncpg says of an address that is none."""
        with told():
            self._pool = await asyncpg.create_pool(
                self._url,
                min_size=1,
                max_size=self._config.connections,
                timeout=self._config.connect_seconds,
                command_timeout=self._config.statement_seconds + self._config.connect_seconds,
                server_settings=self.settings(),
            )

    async def enter(self) -> None:
        """Connect. Raises StoreError when that is refused, or the server does not keep what it
        promises; `UnavailableError` when nobody answers.
        """
        try:
            await self.open()
        except (asyncpg.PostgresError, ValueError) as error:
            name = type(error).__name__  # Its text may hold an address.
            raise StoreError(f"PostgreSQL refuses the connection: {name}.") from error
        async with self.connection() as connection:
            if await connection.fetchval("SHOW fsync") == "off":
                raise StoreError(
                    "PostgreSQL runs with fsync = off: it would lose what it promised."
                )

    def settings(self) -> dict[str, str]:
        """What the server is told of each connection."""

        def milliseconds(seconds: float) -> str:
            return str(max(1, round(seconds * 1000)))

        return {
            "application_name": "callboard",
            "statement_timeout": milliseconds(self._config.statement_seconds),
            "lock_timeout": milliseconds(self._config.lock_seconds),
            "idle_in_transaction_session_timeout": milliseconds(self._config.statement_seconds),
        }

    async def connect(self) -> Any:
        """A connection besides the pool."""
        with told():
            return await asyncpg.connect(
                self._url,
                timeout=self._config.connect_seconds,
                server_settings={**self.settings(), "statement_timeout": "0"},
            )

    async def fetch(self, query: str, *values: object) -> Sequence[Any]:
        """All rows. Raises `UnavailableError`."""
        async with self.connection() as connection:
            rows: Sequence[Any] = await connection.fetch(query, *values)
            return rows

    async def row(self, query: str, *values: object) -> Any:
        """The first row, or None. Raises `UnavailableError`."""
        async with self.connection() as connection:
            return await connection.fetchrow(query, *values)

    async def execute(self, query: str, *values: object) -> int:
        """Write; how many rows. Raises `UnavailableError`."""

        async def write() -> int:
            async with self.connection() as connection:
                status: str = await connection.execute(query, *values)
                return int(status.rpartition(" ")[2])

        return await again(write)

    async def transaction(self, do: Callable[[Any], Awaitable[T]]) -> T:
        """Do something in one transaction, again where others were in the way."""

        async def once() -> T:
            async with self.connection() as connection, connection.transaction():
                return await do(connection)

        return await again(once)

    @asynccontextmanager
    async def connection(self) -> AsyncIterator[Any]:
        """A connection, for a while."""
        if self._in_line >= self._config.waiting:
            raise UnavailableError("Too many wait for the database. Try again in a moment.")
        with told():
            self._in_line += 1
            try:
                connection = await self._pool.acquire(timeout=self._config.connect_seconds)
            finally:
                self._in_line -= 1
            try:
                yield connection
            finally:
                await self._pool.release(connection)

    @property
    def waiting(self) -> int:
        """How many connections are in use now."""
        return int(self._pool.get_size() - self._pool.get_idle_size())

    async def close(self) -> None:
        """Let go of all connections, those in use too after a while."""
        if self._pool is not None:
            try:
                async with asyncio.timeout(self._config.connect_seconds):
                    await self._pool.close()
            except (TimeoutError, *_LOST):
                self._pool.terminate()


async def again(do: Callable[[], Awaitable[T]]) -> T:
    """Do it, a few times where other transactions were in the way."""
    for number in range(1, TRIES):
        try:
            return await do()
        except _AGAIN:
            await asyncio.sleep(PAUSE * number)
    try:
        return await do()
    except _AGAIN as error:
        raise UnavailableError("The database is busy. Try again.") from error


@contextmanager
def told() -> Iterator[None]:
    """What goes wrong with the connection, as `UnavailableError`."""
    try:
        yield
    except _AGAIN:
        raise
    except _LOST as error:
        name = type(error).__name__
        raise UnavailableError(f"The database does not answer ({name}). Try again.") from error
