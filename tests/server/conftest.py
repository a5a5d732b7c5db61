"""The server that most tests ask."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.databases import _removed, database, module_of, parametrize, stored
from tests.server.world import World, world

__all__ = ["_removed", "database", "stored"]

BOTH = {
    "test_admin",
    "test_apikeys",
    "test_attacks_data",
    "test_bad_replies",
    "test_checkpoints",
    "test_conditional",
    "test_examples",
    "test_folder",
    "test_limits",
    "test_lists",
    "test_metrics",
    "test_notifications",
    "test_operated_proofs",
    "test_orchestrating",
    "test_past",
    "test_processes",
    "test_proving",
    "test_rate_limits",
    "test_scenarios",
    "test_seeing",
    "test_serve",
    "test_services",
    "test_steps",
    "test_stream",
    "test_stream_on_sockets",
    "test_stream_operators",
    "test_subjects",
    "test_tasks",
    "test_unserved",
    "test_web_schemas",
}
"""Modules that run on every database: those in which an answer depends on what the store does (what
it keeps, finds, orders, counts, refuses, or still knows after a restart). What is decided before
the store is asked (credentials, formats, headers, sizes, the document of the API, transports) runs
on SQLite alone, unless TESTS_DATABASE says otherwise."""


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    parametrize(metafunc, both=module_of(metafunc) in BOTH)


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
