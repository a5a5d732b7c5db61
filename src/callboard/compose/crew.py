"""What the workers of one machine tell each other: their numbers, for whoever is asked for metrics.

Theory: a request for metrics reaches any of them, and would see the numbers of that one alone. So
each answers on a Unix socket of its own, in a folder that only they can enter, and whoever is asked
asks the others. One that does not answer soon is left out, which its absence tells.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

__all__ = ["Crew"]

SECONDS: Final = 1.0
"""How long the others have to answer."""


@dataclass(frozen=True, slots=True)
class Crew:
    """The workers of a machine, numbered from 1, as one of them sees them."""

    folder: Path
    number: int
    """Its own."""
    size: int

    @asynccontextmanager
    async def answering(self, tell: Callable[[], Awaitable[bytes]]) -> AsyncIterator[None]:
        """Tell the others meanwhile what they ask."""

        async def answer(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            try:
                writer.write(await tell())
                await writer.drain()
            except OSError:
                pass  # Whoever asked has gone.
            finally:
                writer.close()

        place = self._place(self.number)
        place.unlink(missing_ok=True)
        async with await asyncio.start_unix_server(answer, place):
            yield

    async def ask(self) -> Mapping[int, bytes]:
        """What each of the others tells; those that do not are not in it."""
        numbers = [number for number in range(1, self.size + 1) if number != self.number]
        told = await asyncio.gather(*map(self._ask, numbers))
        return {number: text for number, text in zip(numbers, told, strict=True) if text}

    async def _ask(self, number: int) -> bytes:
        try:
            async with asyncio.timeout(SECONDS):
                reader, writer = await asyncio.open_unix_connection(self._place(number))
                try:
                    return await reader.read()
                finally:
                    writer.close()
        except (OSError, TimeoutError):
            return b""

    def _place(self, number: int) -> Path:
        return self.folder / str(number)
