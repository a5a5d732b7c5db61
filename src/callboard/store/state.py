"""What there is to say of a database without reading all of it, for `callboard db status`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

__all__ = ["DatabaseState"]


@dataclass(frozen=True, slots=True)
class DatabaseState:
    """How a database is now."""

    kind: Literal["sqlite", "postgresql"]
    place: str
    """The file or the URL, without a password."""
    exists: bool
    version: str
    """Of SQLite, or of the server."""
    schema: int
    """The last migration that it has had; 0 for none."""
    newest: int
    """The last one that this program has."""
    pending: tuple[str, ...]
    """Those between, as `0002_name`."""
    in_use: bool | None = None
    """Whether an engine has the file; not known of a server."""
    file_bytes: int = 0
    log_bytes: int = 0
    counts: Mapping[str, int] | None = None
    """How many there are of what; None on an older schema."""
