"""Units of writing: what one caller asked for, made ready so that the writer only has to bind it.

A unit is all or nothing, and independent of the units that are committed with it.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from typing import NamedTuple, TypeAlias

from callboard.store.units import PAGE, ProcessUnit


class CallUnit(NamedTuple):
    """A few statements; what `run` returns is the caller's answer."""

    run: Callable[[sqlite3.Connection], object]
    moves: bool = False
    """Whether it changes where things are, so that what the writer remembers of that is void."""


Unit: TypeAlias = ProcessUnit | CallUnit


def size_of(unit: Unit) -> int:
    """About how many bytes the unit adds to the log."""
    return unit.size if isinstance(unit, ProcessUnit) else PAGE
