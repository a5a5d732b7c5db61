"""A database as rows that are read at one moment: what an export and a check are made from."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from typing import Any, Protocol, TypeAlias

__all__ = ["Loading", "Row", "Rows"]

Row: TypeAlias = tuple[Any, ...]


class Rows(Protocol):
    """A database as it was when reading began; whoever writes meanwhile goes on."""

    @property
    def checks(self) -> Sequence[str]:
        """The queries of `check` that look for faults in this kind of database."""
        ...

    def read(self, file: str, query: str) -> AsyncIterator[Sequence[Row]]:
        """The rows of a named query, some at a time: never are all of them in memory. Raises
        StoreError when they cannot be read.
        """
        ...

    async def faults(self) -> Sequence[str]:
        """What the database finds wrong with itself. Raises StoreError when it cannot say."""
        ...


class Loading(Rows, Protocol):
    """A database that is being filled: all of it is committed, or nothing."""

    async def load(self, table: str, rows: Sequence[Row]) -> None:
        """Write some rows of a table. Raises `ValueError` for what cannot be a row of it."""
        ...

    async def finish(self) -> None:
        """All rows are there: add what follows from them."""
        ...
