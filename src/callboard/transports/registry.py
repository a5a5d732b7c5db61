"""Providers by name: those that come with Callboard, and those that others install.

Theory: a provider is loaded when a service asks for it, so that nobody pays for libraries that are
not used. A package offers one as an entry point of the group `callboard.transports`; the name of
the entry point is the name of the provider.

Invariant: what comes with Callboard keeps its name, whatever else is installed.
"""

from __future__ import annotations

from importlib import import_module
from importlib.metadata import entry_points
from typing import Any, Final

from callboard.errors import CallboardError
from callboard.ports.transport import Provider

__all__ = ["BUILT_IN", "GROUP", "ProviderError", "find_provider", "provider_names"]

GROUP: Final = "callboard.transports"
BUILT_IN: Final = {
    "amqp": "callboard.transports.amqp",
    "engine": "callboard.transports.orchestration",
    "nats": "callboard.transports.nats",
    "polling": "callboard.transports.polling",
    "smtp": "callboard.transports.smtp",
    "webhook": "callboard.transports.webhook",
    "zeromq": "callboard.transports.zeromq",
}
"""The module of each, which holds its `PROVIDER`."""


class ProviderError(CallboardError):
    """There is no provider of this name, or it cannot be loaded."""

    code = "provider"


def provider_names() -> list[str]:
    """All names, in order. Nothing is loaded."""
    return sorted({*BUILT_IN, *entry_points(group=GROUP).names})


def find_provider(name: str) -> Provider[Any]:
    """The provider of this name. Raises `ProviderError`."""
    found = _built_in(name) if name in BUILT_IN else _load(name)
    if not isinstance(found, Provider):
        raise ProviderError(f'The provider "{name}" is no callboard.ports.transport.Provider.')
    return found


def _built_in(name: str) -> object:
    """What comes with Callboard; its library may not."""
    try:
        return import_module(BUILT_IN[name]).PROVIDER
    except ModuleNotFoundError as error:
        text = f'The provider "{name}" needs a library: pip install "callboard[{name}]".'
        raise ProviderError(text) from error


def _load(name: str) -> object:
    """What the entry point of this name is."""
    found = entry_points(group=GROUP, name=name)
    if not found:
        raise ProviderError(f'There is no provider "{name[:80]}".')
    try:
        return next(iter(found)).load()
    except Exception as error:
        text = f'The provider "{name}" cannot be loaded: {type(error).__name__}: {error}'
        raise ProviderError(text) from error
