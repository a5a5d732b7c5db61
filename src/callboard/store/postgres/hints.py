"""Hints between nodes that something was written: they only save waiting, and may get lost.

Theory: a notification inside each transaction would make commits wait for each other, so a node
tells the others by itself, a moment after it wrote, once for all that it wrote. Whoever misses it
finds the changes by looking now and then.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from contextlib import suppress
from typing import Any, Final

from callboard.errors import UnavailableError
from callboard.store.postgres.database import Database, UncertainError, terminate, told
from callboard.store.queries import queries

__all__ = ["Hints"]

log: Final = logging.getLogger("callboard.store")

CHANNEL: Final = "callboard"
AGAIN: Final = 1.0
ALIVE: Final = 15.0
"""How often to see whether the connection that listens is there, in seconds."""
_SQL: Final = queries("postgres", "figures")


class Hints:
    """What this node tells, and hears."""

    def __init__(self, database: Database, seconds: float) -> None:
        self._database = database
        self._seconds = seconds
        self._watching: list[Callable[[], None]] = []
        self._tasks: list[asyncio.Task[None]] = []
        self._written = asyncio.Event()
        self._connection: Any = None
        self._asking = asyncio.Lock()

    def watch(self, changed: Callable[[], None]) -> None:
        """Call `changed` when something may have happened, here or elsewhere."""
        self._watching.append(changed)

    def start(self) -> None:
        """Listen and tell. Through a pooler nobody hears: all look now and then."""
        if self._database.config.pooler:
            return
        for run in (self._listen, self._tell):
            self._tasks.append(asyncio.create_task(run()))

    def written(self) -> None:
        """Something was written here."""
        self._written.set()
        self._rouse()

    async def ask(self, query: str) -> Any:
        """The first row, by the connection that listens: it is free however busy the others are.
        Raises `UnavailableError`.
        """
        async with self._asking:
            connection, seconds = self._connection, self._database.config.connect_seconds
            if connection is None or connection.is_closed():
                return await self._database.row(query, seconds=seconds)
            try:
                with told():
                    return await connection.fetchrow(query, timeout=seconds)
            except UncertainError:
                terminate(connection)
                raise

    async def stop(self) -> None:
        """Neither listen nor tell any more; what was written last is told before."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._tasks and self._written.is_set():
            await self._tell_now()

    def _rouse(self, *_: object) -> None:
        for changed in self._watching:
            changed()

    async def _tell(self) -> None:
        while True:
            await self._written.wait()
            await asyncio.sleep(self._seconds)
            await self._tell_now()

    async def _tell_now(self) -> None:
        self._written.clear()
        with suppress(UnavailableError):
            await self._database.fetch(_SQL["hint"])

    async def _listen(self) -> None:
        while True:
            try:
                connection: Any = await self._database.connect()
                try:
                    await self._hear(connection)
                finally:
                    self._connection = None
                    connection.terminate()
            except Exception as error:  # Whatever it is: without hints everything goes on, slower.
                log.info("nobody tells of changes now", extra={"why": type(error).__name__})
            await asyncio.sleep(AGAIN)

    async def _hear(self, connection: Any) -> None:
        """Listen until the connection ends. What happened before may have been missed."""
        gone = asyncio.Event()
        connection.add_termination_listener(lambda _: gone.set())
        async with asyncio.timeout(ALIVE):
            await connection.add_listener(CHANNEL, self._rouse)
        self._connection = connection
        self._rouse()
        while not await _within(ALIVE, gone):
            await self.ask(_SQL["ready"])


async def _within(seconds: float, event: asyncio.Event) -> bool:
    """Whether something happens in so long."""
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await event.wait()
    return event.is_set()
