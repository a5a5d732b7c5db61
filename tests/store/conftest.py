"""Every behaviour is tested on every database that is listed in `adapters`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from callboard.ports.store import Store
from tests.store.adapters import ADAPTERS, Adapter
from tests.store.records import scenario


@pytest.fixture(params=ADAPTERS)
def adapter(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Adapter]:
    made = ADAPTERS[request.param](tmp_path)
    yield made
    made.remove()


@pytest.fixture
def store(adapter: Adapter, run: Callable[[Any], Any]) -> Iterator[Store]:
    """An open store with one scenario."""
    opened = run(adapter.start())
    run(opened.put_scenario(scenario()))
    yield opened
    run(opened.close())
