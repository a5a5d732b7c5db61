"""Whether this server is to be sent requests, as load balancers ask it.

Theory: whoever asks wants to know soon, also when the database hangs; so the answer has a time, and
no answer in it is one. What the database says is asked once for all who want to know at the same
moment, and a question that hangs is not asked again beside it: asking costs nothing, however often.

Invariant: once the server has begun to end it is never ready again.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

__all__ = ["Readiness"]


class Readiness:
    """What keeps the server from its work."""

    def __init__(self, database: Callable[[], Awaitable[str | None]], seconds: float) -> None:
        """`database` says what is wrong with it; it may take so many seconds."""
        self._database = database
        self._seconds = seconds
        self._asked: asyncio.Task[str | None] | None = None
        self._draining = False

    @property
    def draining(self) -> bool:
        """Whether the server has begun to end."""
        return self._draining

    def drain(self) -> None:
        """The server begins to end."""
        self._draining = True

    async def fault(self) -> str | None:
        """Why no requests are to be sent here, as a sentence; None when they may."""
        if self._draining:
            return "The server ends. Ask another one."
        if self._asked is None or self._asked.done():
            self._asked = asyncio.create_task(self._ask())
        try:
            async with asyncio.timeout(self._seconds):
                return await asyncio.shield(self._asked)
        except TimeoutError:
            return f"The database has not answered for {self._seconds:g} s."

    async def _ask(self) -> str | None:
        return await self._database()
