"""A real store of API keys, and a clock that is moved by hand."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from callboard.ports.store import Store
from callboard.store import open_sqlite
from tests.engine.world import HandClock


@pytest.fixture
def store(tmp_path: Path, run: Callable[[Any], Any]) -> Iterator[Store]:
    opened = open_sqlite(tmp_path / "keys.db")
    yield opened
    run(opened.close())


@pytest.fixture
def clock() -> HandClock:
    return HandClock()
