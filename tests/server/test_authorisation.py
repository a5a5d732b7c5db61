"""The authorisation matrix: every operation, every kind of caller, own, foreign and absent things.

`matrix/matrix.txt` is data, written by hand and reviewed by people: nothing in it comes from the
code. Whoever adds an operation adds its rows. A refusal changes nothing.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from callboard.server.app import ROUTES
from tests.server.matrix.callers import CALLERS, Stage, stage
from tests.server.matrix.requests import REQUESTS, Request

TEXT = (Path(__file__).parent / "matrix" / "matrix.txt").read_text(encoding="utf-8")
WHOSE = ("own", "foreign", "absent")
UNCOUNTED = {"changes", "attempts", "migrations", "sqlite_sequence", "sqlite_stat1"}
PARTS = {
    "api_keys": "SELECT id, revoked FROM api_keys ORDER BY id",
    "jobs": "SELECT id FROM jobs ORDER BY id",
}
"""Of these the workers, and every use of a key, change the rest."""
SIGNING = {"verifyProcess", "bundleProcess"}
"""They read, and keep a checkpoint of what was read."""


class Row(NamedTuple):
    """One line of the matrix: the statuses of all callers."""

    name: str
    whose: str
    statuses: tuple[int, ...]


def rows() -> Iterator[Row]:
    header, *lines = [
        line for line in TEXT.splitlines() if line.strip() and not line.startswith("#")
    ]
    assert header.split()[2:] == list(CALLERS)
    for line in lines:
        name, whose, *statuses = line.split()
        yield Row(name, whose, tuple(map(int, statuses)))


ROWS = list(rows())


def filled(value: Any, facts: dict[str, str]) -> Any:
    """The value with the places in its texts filled."""
    if isinstance(value, str):
        return re.sub(r"\{(\w+)\}", lambda found: facts[found[1]], value)
    if isinstance(value, dict):
        return {key: filled(item, facts) for key, item in value.items()}
    return [filled(item, facts) for item in value] if isinstance(value, list) else value


def contents(path: Path) -> dict[str, list[Any]]:
    """Everything in the file that only somebody's request changes; nothing where there is none, on
    another database: there the answers are compared alone.
    """
    if not path.exists():
        return {}
    with closing(sqlite3.connect(path)) as connection:
        names = connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'").fetchall()
        found = {
            name: connection.execute(f"SELECT * FROM {name} ORDER BY 1, 2").fetchall()
            for (name,) in names
            if name not in UNCOUNTED | PARTS.keys()
        }
        return found | {name: connection.execute(sql).fetchall() for name, sql in PARTS.items()}


def ask(at: Stage, request: Request, whose: str, caller: str) -> int:
    facts = at.facts | {"process": at.facts.get(whose, "")}
    answer = at.world(
        request.method,
        filled(request.path, facts),
        headers={**at.headers(caller), **request.headers},
        json=filled(request.json, facts),
    )
    return answer.status_code


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Stage, Path]]:
    folder = tmp_path_factory.mktemp("matrix")
    with stage(folder) as made:
        yield made, folder / "callboard.db"


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.name}-{row.whose}")
def test_each_caller_gets_its_answer(opened: tuple[Stage, Path], row: Row) -> None:
    at, database = opened
    request = REQUESTS[row.name]
    found: list[int] = []
    changed: list[str] = []
    at.set_up()
    before = contents(database)
    for caller in CALLERS:
        status = ask(at, request, row.whose, caller)
        found.append(status)
        if status > 400:
            changed += [caller] if contents(database) != before else []
        elif request.method != "GET":  # a step that the scenario refuses is recorded
            at.set_up()
            before = contents(database)
        elif row.name in SIGNING:
            before = contents(database)
    assert dict(zip(CALLERS, found, strict=True)) == dict(zip(CALLERS, row.statuses, strict=True))
    assert not changed


@cache
def operations() -> frozenset[str]:
    return frozenset(row.name.partition("~")[0] for row in ROWS)


def test_every_operation_has_rows() -> None:
    missing = {route.operation for route in ROUTES} - operations() - {"unknownPath"}
    assert not missing, "write their rows into matrix/matrix.txt, by what the specification says"


def test_every_row_is_whole() -> None:
    for row in ROWS:
        assert len(row.statuses) == len(CALLERS), row
    for name in REQUESTS:
        given = {row.whose for row in ROWS if row.name == name}
        wanted = set(WHOSE) if "{process}" in REQUESTS[name].path else {"-"}
        assert given == wanted, name
