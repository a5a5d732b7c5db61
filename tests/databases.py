"""Which databases a test of more than the store runs on, and the one that belongs to a folder.

Theory: a module says by its folder's conftest whether it runs on SQLite alone or on every database.
TESTS_DATABASE overrides that for the whole run: `sqlite`, `postgres`, or `both`.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.store.adapters import ADAPTERS, Adapter

VARIABLE = "TESTS_DATABASE"
KINDS = ("sqlite", "postgres")


def kinds(*, both: bool) -> tuple[str, ...]:
    """Those that a module runs on, of itself on every one or on SQLite alone."""
    asked = os.environ.get(VARIABLE, "")
    if asked in KINDS:
        return (asked,)
    if asked not in ("", "both"):
        raise pytest.UsageError(f"{VARIABLE} is {asked!r}: sqlite, postgres and both are known.")
    return KINDS if asked or both else ("sqlite",)


def module_of(metafunc: pytest.Metafunc) -> str:
    """The name of the test's module."""
    return Path(str(metafunc.module.__file__)).stem


def parametrize(metafunc: pytest.Metafunc, *, both: bool) -> None:
    """Let a test run on each of its databases, all of a module on one and then on the next."""
    if "database" in metafunc.fixturenames:
        metafunc.parametrize("database", kinds(both=both), indirect=True, scope="module")


class Databases:
    """Those of the tests that run now, by folder; of the kind that is wanted now."""

    def __init__(self) -> None:
        self.kind = "sqlite"
        self._made: dict[Path, Adapter] = {}

    def of(self, folder: Path) -> Adapter:
        """That of a folder; there when it is asked for."""
        found = self._made.get(folder)
        if found is None:
            found = self._made[folder] = ADAPTERS[self.kind](folder)
            found.prepare()
        return found

    @contextmanager
    def using(self, kind: str) -> Iterator[None]:
        """Make that kind meanwhile; at the end nothing is left of what was made."""
        before, self.kind = self.kind, kind
        try:
            with self.removing():
                yield
        finally:
            self.kind = before

    @contextmanager
    def removing(self) -> Iterator[None]:
        """Remove at the end what was made meanwhile."""
        kept = set(self._made)
        try:
            yield
        finally:
            for folder in self._made.keys() - kept:
                self._made.pop(folder).remove()


DATABASES = Databases()


@pytest.fixture(autouse=True, scope="module")
def database(request: pytest.FixtureRequest) -> Iterator[str]:
    """The kind of database that the test runs on. Parametrised by `parametrize`."""
    with DATABASES.using(request.param):
        yield request.param


@pytest.fixture(autouse=True)
def _removed(database: str) -> Iterator[None]:
    with DATABASES.removing():
        yield


@pytest.fixture
def stored(tmp_path: Path) -> Adapter:
    """The database of the test, for what has no reader."""
    return DATABASES.of(tmp_path)
