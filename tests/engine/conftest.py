"""The engine on a real SQLite file, with a clock that is moved by hand."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from callboard.engine import Engine
from callboard.ports.store import Store
from callboard.store import open_sqlite
from tests.engine.world import ADMIN, LEAVE, ORDER, CountedIds, HandClock


@pytest.fixture
def store(tmp_path: Path, run: Callable[[Any], Any]) -> Iterator[Store]:
    opened = open_sqlite(tmp_path / "engine.db")
    yield opened
    run(opened.close())


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
def engine(store: Store, clock: HandClock, run: Callable[[Any], Any]) -> Engine:
    """An engine with two scenarios: `leave` and `order`."""
    engine = Engine(store, clock, CountedIds())
    for text in (LEAVE, ORDER):
        run(engine.scenarios.store(ADMIN, text, "application/yaml"))
    return engine
