"""Every behaviour is tested on every database that is listed in `adapters`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from callboard.ports.store import Store
from tests.store.adapters import ADAPTERS, SqliteAdapter
from tests.store.records import scenario


@pytest.fixture(params=ADAPTERS)
def adapter(request: pytest.FixtureRequest, tmp_path: Path) -> SqliteAdapter:
    return ADAPTERS[request.param](tmp_path)


@pytest.fixture
def store(adapter: SqliteAdapter, run: Callable[[Any], Any]) -> Iterator[Store]:
    """An open store with one scenario."""
    opened = adapter.open()
    run(opened.put_scenario(scenario()))
    yield opened
    run(opened.close())
