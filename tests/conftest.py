"""Options of the test run, and what tests of all kinds need."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.transports.rabbit import Rabbit, broker, missing


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--vectors",
        metavar="DIR",
        help="run tests/conformance on another folder of the shape of tests/conformance/vectors",
    )


@pytest.fixture
def run() -> Iterator[Callable[[Any], Any]]:
    """Runs a coroutine; all of a test in one event loop."""
    with asyncio.Runner() as runner:
        yield runner.run


@pytest.fixture(scope="session")
def rabbit(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rabbit]:
    """A RabbitMQ that runs; whoever kills it starts it again."""
    reason = missing()
    if reason is not None:
        pytest.skip(reason)
    with broker(tmp_path_factory.mktemp("rabbit")) as made:
        yield made


@pytest.fixture
def queue_name() -> str:
    """A name that no other test has at a broker."""
    return f"q{uuid.uuid4().hex[:8]}"
