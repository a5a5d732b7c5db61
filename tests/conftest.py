"""Options of the test run, and what tests of all kinds need."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from typing import Any

import pytest


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
