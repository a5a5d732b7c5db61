"""Schemas on the web that scenarios refer to: off unless the operator turned it on."""

from __future__ import annotations

from typing import Protocol

from callboard.core.values import Json
from callboard.errors import CallboardError


class FetchError(CallboardError):
    """A schema cannot be had. The message may be told to whoever wrote its address."""

    code = "schema-fetch"


class SchemaSource(Protocol):
    """Where schemas come from that have an address."""

    async def get(self, uri: str) -> Json:
        """The schema at an `https:` address, in its normal form. Raises `FetchError`."""
        ...

    async def close(self) -> None:
        """Let go of connections."""
        ...
