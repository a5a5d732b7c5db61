"""One PostgreSQL: a bounded pool of connections, and what its failures mean to those who ask.

Theory: a statement by itself is a transaction, so most things are one call. What two writers do to
each other (a deadlock, a serialization failure) is tried again a few times. A connection that was
lost, a server that starts or stops, a time that ran out: the database is unavailable for a moment,
and whoever asked may try again. Where the answer to a statement was lost nobody knows whether it
was done (`UncertainError`); where the server refused it, or it was never sent, it was not.

Invariants: no error holds an address, a password or a value. No connection waits for us inside a
transaction: the server ends it. A connection whose answer did not come is never asked again, not
even to cancel: what waits for a standby then would become visible before it is safe there.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager, suppress
from time import perf_counter
from typing import Any, Final, TypeVar

import asyncpg

from callboard.errors import CallboardError, UnavailableError
from callboard.ports.store import StoreError
from callboard.store.config import PostgresConfig
from callboard.store.postgres.connecting import Dialer
from callboard.telemetry import SILENT, Telemetry
from callboard.telemetry.metrics import COMMITS, GROUP

__all__ = ["Database", "UncertainError", "again", "terminate", "told", "transacting"]

log: Final = logging.getLogger("callboard.store")

TRIES: Final = 3
PAUSE: Final = 0.02
COUNTS: Final = 100
NUMBERED: Final = "attempts_pkey"
"""What says that two tries to notify of the same cannot have one number."""

T = TypeVar("T")

_REFUSED: Final = (
    asyncpg.OperatorInterventionError,
    asyncpg.InsufficientResourcesError,
    asyncpg.ReadOnlySQLTransactionError,
    asyncpg.LockNotAvailableError,
    asyncpg.InvalidCachedStatementError,
    asyncpg.PostgresSystemError,
)
"""What a server says that has not done it."""
_LOST: Final = (
    OSError,
    asyncio.TimeoutError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
    asyncpg.PostgresConnectionError,
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
    asyncpg.IdleInTransactionSessionTimeoutError,
)
"""After these nobody knows whether it was done."""
_AGAIN: Final = (asyncpg.SerializationError, asyncpg.DeadlockDetectedError)


class UncertainError(UnavailableError):
    """The answer was lost: it was done or it was not, or is being done now."""


class Database:
    """Connections to one database."""

    def __init__(self, url: str, config: PostgresConfig, telemetry: Telemetry = SILENT) -> None:
        self.config = config
        self._telemetry = telemetry
        self._url = url
        self._dialer: Any = None
        self._pool: Any = None
        self._in_line = 0
        self._away = False

    async def open(self) -> None:
        """Connect. Raises `UnavailableError`, `StoreError`, or what asyncpg says of an address that
        is none, or that refuses us.
        """
        await self.close()
        self._dialer = Dialer(self._url, self.config)
        self._pool = asyncpg.create_pool(
            min_size=0,
            max_size=self.config.connections,
            command_timeout=self.config.statement_seconds + self.config.connect_seconds,
            connect=self._connect,
            reset=_nothing,
            **self._settings(),
        )
        await self._pool
        with told():
            async with self._pool.acquire(timeout=2 * self.config.connect_seconds):
                pass

    async def enter(self) -> None:
        """Connect. Raises StoreError when that is refused, or the server does not keep what it
        promises; `UnavailableError` when nobody answers, and it may be tried again then.
        """
        try:
            await self.open()
        except (asyncpg.PostgresError, ValueError) as error:
            name = type(error).__name__  # Its text may hold an address.
            raise StoreError(f"PostgreSQL refuses the connection: {name}.") from error

    def _settings(self) -> dict[str, dict[str, str]]:
        """What the server is told of each connection; nothing where others use it too."""
        if self.config.pooler:
            return {}

        def milliseconds(seconds: float) -> str:
            return str(max(1, round(seconds * 1000)))

        settings = {
            "application_name": "callboard",
            "statement_timeout": milliseconds(self.config.statement_seconds),
            "lock_timeout": milliseconds(self.config.lock_seconds),
            "idle_in_transaction_session_timeout": milliseconds(self.config.statement_seconds),
        }
        return {"server_settings": settings}

    async def _connect(self, *_: object, **options: Any) -> Any:
        """A connection of the pool. All others are replaced once another server is the primary."""
        connection, moved = await self._dialer.connect(**options)
        if moved:
            log.warning("another server of the database is the primary now")
            await self._pool.expire_connections()
        return connection

    async def connect(self) -> Any:
        """A connection besides the pool, on which a statement may take its time."""
        options = self._settings()
        for settings in options.values():
            settings["statement_timeout"] = "0"
        with told():
            connection, _ = await self._dialer.connect(**options)
            return connection

    async def fetch(self, query: str, *values: object) -> Sequence[Any]:
        """All rows. Raises `UnavailableError`."""

        async def read() -> Sequence[Any]:
            async with self.connection() as connection:
                rows: Sequence[Any] = await connection.fetch(query, *values)
                return rows

        return await again(read)

    async def row(self, query: str, *values: object, seconds: float | None = None) -> Any:
        """The first row, or None; it may take so long. Raises `UnavailableError`."""

        async def read() -> Any:
            async with self.connection() as connection:
                return await connection.fetchrow(query, *values, timeout=seconds)

        return await again(read)

    async def execute(self, query: str, *values: object) -> int:
        """Write; how many rows. Raises `UnavailableError`."""

        async def write() -> int:
            async with self.connection() as connection:
                status: str = await connection.execute(query, *values)
                return int(status.rpartition(" ")[2])

        with self.committing():
            return await again(write)

    async def transaction(self, do: Callable[[Any], Awaitable[T]]) -> T:
        """Do something in one transaction, again where others were in the way."""

        async def once() -> T:
            async with self.connection() as connection, transacting(connection):
                return await do(connection)

        with self.committing():
            return await again(once)

    @contextmanager
    def committing(self) -> Iterator[None]:
        """Count the one commit that is made meanwhile, if it is, and how long that takes."""
        started = perf_counter()
        try:
            yield
        except UnavailableError:
            self._telemetry.observe(COMMITS, ("failed",), perf_counter() - started)
            raise
        self._telemetry.observe(COMMITS, ("done",), perf_counter() - started)
        self._telemetry.observe(GROUP, (), 1)

    @asynccontextmanager
    async def connection(self) -> AsyncIterator[Any]:
        """A connection, for a while. Raises `UnavailableError` when there is none in time."""
        connection = await self._acquire()
        try:
            with told():
                if not self.config.pooler:
                    yield connection
                else:  # Else each message may go to another session.
                    async with transacting(connection):
                        yield connection
        except UncertainError:
            terminate(connection)
            raise
        except UnavailableError as error:
            if isinstance(error.__cause__, asyncpg.ReadOnlySQLTransactionError):
                await self._pool.expire_connections()  # Another server may take writes now.
            raise
        finally:
            with suppress(asyncpg.PostgresError, *_LOST):
                await self._pool.release(connection)

    async def _acquire(self) -> Any:
        """A connection that nobody uses. Nothing was asked yet, so nothing was done."""
        if self._in_line >= self.config.waiting:
            raise UnavailableError("Too many wait for the database. Try again in a moment.")
        self._in_line += 1
        try:
            connection = await self._pool.acquire(timeout=self.config.connect_seconds)
        except (asyncpg.PostgresError, StoreError, *_LOST) as error:
            name = type(error).__name__
            if not self._away and not self._pool.get_size():
                self._away = True
                log.warning("the database is away", extra={"why": name})
            told_of = error.message if isinstance(error, StoreError) else f"({name})."
            text = f"The database cannot be reached now. {told_of} Try again."
            raise UnavailableError(text) from error
        finally:
            self._in_line -= 1
        if self._away:
            self._away = False
            log.warning("the database is back")
        return connection

    @property
    def waiting(self) -> int:
        """How many connections are in use now."""
        return int(self._pool.get_size() - self._pool.get_idle_size())

    async def close(self) -> None:
        """Let go of all connections, those in use too after a while."""
        if self._pool is not None:
            try:
                async with asyncio.timeout(self.config.connect_seconds):
                    await self._pool.close()
            except (TimeoutError, *_LOST):
                self._pool.terminate()


async def _nothing(_: Any) -> None:
    """Nobody leaves anything behind in a connection."""


def terminate(connection: Any) -> None:
    """End a connection that is not to be asked anything more."""
    with suppress(asyncpg.InterfaceError):  # It may have ended.
        connection.terminate()


@asynccontextmanager
async def transacting(connection: Any) -> AsyncIterator[None]:
    """A transaction; or a part of one, where it is in one already."""
    transaction = connection.transaction()
    await transaction.start()
    try:
        yield
    except (asyncpg.PostgresError, CallboardError):
        await transaction.rollback()
        raise
    except BaseException:
        terminate(connection)  # Who did not answer would not answer this either.
        raise
    await transaction.commit()


async def again(do: Callable[[], Awaitable[T]]) -> T:
    """Do it, a few times where other transactions were in the way; more often where another took
    the number that a try to notify was to get, because that one is done then.
    """
    tried = counted = 0
    while True:
        try:
            return await do()
        except _AGAIN as error:
            tried += 1
            if tried == TRIES:
                raise UnavailableError("The database is busy. Try again.") from error
            await asyncio.sleep(PAUSE * tried)
        except asyncpg.UniqueViolationError as error:
            counted += 1
            if counted == COUNTS or not str(error.constraint_name).startswith(NUMBERED):
                raise


@contextmanager
def told() -> Iterator[None]:
    """What goes wrong with the connection, as `UnavailableError`."""
    try:
        yield
    except (*_AGAIN, ValueError):
        raise
    except _LOST as error:
        name = type(error).__name__
        raise UncertainError(f"The database does not answer ({name}). Try again.") from error
    except _REFUSED as error:
        name = type(error).__name__
        raise UnavailableError(f"The database cannot do it now ({name}). Try again.") from error
