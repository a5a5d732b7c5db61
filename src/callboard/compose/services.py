"""The ways to the services that the settings name. They are made before anything is opened, so that
whatever is wrong with them is told at the start; they connect when there is something to tell.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from callboard.ports.orchestration import OrchestrationConfig
from callboard.ports.transport import Listener
from callboard.settings import Service, Settings, SettingsError, services_of
from callboard.transports import Guarded
from callboard.transports.orchestration import Inside

__all__ = ["Ways", "ways"]

SLACK: Final = 1.0
"""Seconds that a transport may take longer than its settings say, before it is stopped."""


@dataclass(frozen=True, slots=True)
class Ways:
    """The ways to all services, by their names."""

    transports: Mapping[str, Guarded]

    @property
    def waits(self) -> Mapping[str, float]:
        """How long each may take to answer, in seconds."""
        return {name: way.seconds for name, way in self.transports.items()}

    @property
    def listeners(self) -> Mapping[str, Listener]:
        """Who hears what services answer later, where there may be any."""
        ways = self.transports.items()
        return {name: way.listener for name, way in ways if way.listener is not None}

    @property
    def orchestrations(self) -> Mapping[str, OrchestrationConfig]:
        """What those may do that are the engine itself."""
        ways = self.transports.items()
        return {name: way.inner.config for name, way in ways if isinstance(way.inner, Inside)}

    async def close(self) -> None:
        """Let go of all connections."""
        for way in self.transports.values():
            await way.close()


def ways(settings: Settings) -> Ways:
    """The ways to the services. Raises `SettingsError` with everything that is wrong."""
    services = services_of(settings)
    problems = list(services.problems)
    made: dict[str, Guarded] = {}
    for service in services.usable:
        try:
            made[service.name] = _way(service)
        except (ImportError, ValueError) as error:
            problems.append(f"services.{service.name}: {error}")
    if problems:
        raise SettingsError(problems)
    return Ways(made)


def _way(service: Service) -> Guarded:
    """Raises `ImportError` where a provider needs a library that is not installed."""
    transport = service.maker.open(service.config)
    return Guarded(transport, service.maker.seconds(service.config) + SLACK)
