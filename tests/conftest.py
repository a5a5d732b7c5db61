"""Options of the test run, and what tests of all kinds need."""

from __future__ import annotations

import asyncio
import re
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.store import server
from tests.transports.rabbit import Rabbit, broker, missing

DATABASE = re.compile(r"[\[-](sqlite|postgres)[]-]")
"""In the id of a test that runs on one of several databases."""


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--vectors",
        metavar="DIR",
        help="run tests/conformance on another folder of the shape of tests/conformance/vectors",
    )


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say how much of the run was on PostgreSQL, and what was not; why something was skipped is
    said above.
    """
    ran: Counter[str] = Counter()
    modules: dict[str, set[str]] = {"sqlite": set(), "postgres": set()}
    for outcome in ("passed", "failed", "skipped"):
        for report in terminalreporter.stats.get(outcome, ()):
            kind = DATABASE.search(report.nodeid)
            if kind is not None:
                modules[kind[1]].add(report.nodeid.partition("::")[0])
                ran[outcome] += kind[1] == "postgres"
    told = ", ".join(f"{count} {outcome}" for outcome, count in ran.items() if count)
    if any(modules.values()):
        terminalreporter.write_line(f"PostgreSQL ({server.source()}): {told or 'nothing ran'}")
    alone = sorted(Path(name).stem for name in modules["sqlite"] - modules["postgres"])
    if alone:
        why = "no store can spoil them, or TESTS_DATABASE says so"
        terminalreporter.write_line(f"On SQLite alone ({why}): {', '.join(alone)}")


def pytest_unconfigure() -> None:
    """Leave nothing in a database that was named."""
    server.remove()


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
