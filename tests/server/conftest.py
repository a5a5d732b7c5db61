"""The server that most tests ask."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.server.world import World, world


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
