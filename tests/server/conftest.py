"""The server that most tests ask."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.server.world import World, on_postgres, world

FILES = {
    "test_checkpoints": "it forges a chain in the file",
    "test_operated_proofs": "it forges a chain in the file",
    "test_it_is_alive_but_not_ready_without_its_database": "it takes the file away",
}
"""Modules and tests that look into a file, and what for."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Where the database is PostgreSQL, leave out what looks into a file."""
    if on_postgres():
        for item in items:
            why = FILES.get(item.path.stem) or FILES.get(item.name)
            if why is not None:
                item.add_marker(pytest.mark.skip(reason=f"{why}: SQLite alone"))


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[World]:
    """A server that knows no scenario."""
    with world(tmp_path) as made:
        yield made


@pytest.fixture
def server(empty: World) -> World:
    """A server that knows the scenario `approval`."""
    empty.store()
    return empty


@pytest.fixture
def world_of(tmp_path: Path) -> Iterator[Callable[..., World]]:
    """Makes a server with some settings, which knows no scenario."""
    with ExitStack() as stack:
        yield lambda **settings: stack.enter_context(world(tmp_path, **settings))
