"""The provider `polling`: a service that is not told, because it asks for its tasks.

Theory: what a service may do is a task of its API key. Where nothing can reach the service, that is
how it learns of it; so a notification has done its work as soon as it is due.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from callboard.ports.transport import Message, Provider

__all__ = ["PROVIDER", "Polling", "PollingConfig"]


@dataclass(frozen=True, slots=True)
class PollingConfig:
    """Settings of a service that asks for its tasks with an API key: it is not told, and there is
    nothing to set.
    """


@dataclass(frozen=True, slots=True)
class Polling:
    """No way to a service, which comes by itself."""

    config: PollingConfig

    async def deliver(self, message: Message) -> None:
        """Nothing is to be done."""

    async def close(self) -> None:
        """There is nothing to close."""


PROVIDER: Final = Provider(PollingConfig, Polling)
