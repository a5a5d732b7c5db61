"""The engine on a real database, with a clock that is moved by hand."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from callboard.engine import Engine
from callboard.ports.store import Store
from tests.databases import _removed, database, module_of, parametrize, stored
from tests.engine.world import ADMIN, LEAVE, ORDER, CountedIds, HandClock
from tests.store.adapters import Adapter

__all__ = ["_removed", "database", "stored"]

ALONE = {
    "test_allowance",
    "test_circuit",
    "test_key_grants",
    "test_listening",
    "test_pace",
}
"""Modules in which no store is asked. All others run on every database."""


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    parametrize(metafunc, both=module_of(metafunc) not in ALONE)


@pytest.fixture
def store(stored: Adapter, run: Callable[[Any], Any]) -> Iterator[Store]:
    opened = run(stored.start())
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
