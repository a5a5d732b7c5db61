"""Transports: the ways to services (specification: services). One kind a file."""

from __future__ import annotations

from callboard.transports.guard import Guarded
from callboard.transports.registry import ProviderError, find_provider, provider_names

__all__ = ["Guarded", "ProviderError", "find_provider", "provider_names"]
