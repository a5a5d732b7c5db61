"""What every transport is held to, whoever wrote it.

Theory: the engine counts on two things. A delivery ends in time, for the job is held only so long;
and it ends with an answer or a `DeliveryError`, for anything else would leave the job where it is,
with no try on record.
"""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass
from typing import Final

from callboard.ports.transport import DeliveryError, Later, Listener, Message, Reply, Transport

__all__ = ["Guarded"]

log: Final = logging.getLogger("callboard.transports")

CLOSING_SECONDS: Final = 5.0


@dataclass(frozen=True, slots=True)
class Guarded:
    """A transport that keeps the promises of the port, whatever the one inside does."""

    inner: Transport
    seconds: float

    @property
    def listener(self) -> Listener | None:
        """Who hears the answers that come later, where there may be any."""
        return self.inner if isinstance(self.inner, Listener) else None

    async def deliver(self, message: Message) -> Reply | Later | None:
        """Send it; what was answered. Raises `DeliveryError`, and nothing else."""
        try:
            async with asyncio.timeout(self.seconds):
                return await self.inner.deliver(message)
        except DeliveryError:
            raise
        except TimeoutError:
            raise DeliveryError(f"Nothing was answered within {self.seconds:g} seconds.") from None
        except Exception as error:
            log.exception("a transport failed", extra={"service": message.service})
            raise DeliveryError(f"The transport failed: {type(error).__name__}.") from error

    async def close(self) -> None:
        """Let go of connections; what goes wrong with it is told the log."""
        try:
            async with asyncio.timeout(CLOSING_SECONDS):
                await self.inner.close()
        except Exception:
            log.exception("a transport could not be closed")
