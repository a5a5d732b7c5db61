"""The provider `engine`: a service that is the engine itself (specification: services, `engine`).

Theory: nothing leaves the engine, so there is nothing to transport. What stands here holds the
settings; the engine sees by them which services it is itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from callboard.ports.orchestration import OrchestrationConfig
from callboard.ports.transport import DeliveryError, Message, Provider, Reply

__all__ = ["PROVIDER", "Inside"]


@dataclass(frozen=True, slots=True)
class Inside:
    """Where other services have a way to them: there is none."""

    config: OrchestrationConfig

    async def deliver(self, message: Message) -> Reply | None:
        """Raises `DeliveryError`: who comes here has not asked the engine."""
        raise DeliveryError(f"{message.service} is the engine itself.", final=True)

    async def close(self) -> None:
        """There is nothing to close."""


PROVIDER: Final = Provider(OrchestrationConfig, Inside)
