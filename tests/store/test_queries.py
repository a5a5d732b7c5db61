"""The SQL files: every query is sound and used, and lists read an index in order."""

from __future__ import annotations

import re
from importlib.resources import files
from pathlib import Path

import pytest

from callboard.store.queries import each, queries
from callboard.store.sqlite.connection import connect
from callboard.store.sqlite.upgrade import upgrade

SQL = files("callboard.store") / "sql" / "sqlite"
TABLES = sorted(
    file.name.removesuffix(".sql") for file in SQL.iterdir() if file.name != "schema.sql"
)
NAMES = [(table, name) for table in TABLES for name in queries("sqlite", table)]


@pytest.fixture
def connection(tmp_path):
    opened = connect(tmp_path / "a.db", wait=1, writes=True)
    upgrade(opened, tmp_path / "a.db")
    yield opened
    opened.close()


def explain(connection, sql):
    numbers = [int(number) for number in re.findall(r"\?(\d+)", sql)]
    count = max(numbers) if numbers else sql.count("?")
    rows = connection.execute(f"EXPLAIN QUERY PLAN {sql}", ["[]"] * count).fetchall()
    return " / ".join(row[3] for row in rows)


@pytest.mark.parametrize(("table", "name"), NAMES)
def test_every_query_can_be_prepared(connection, table, name):
    explain(connection, queries("sqlite", table)[name])


@pytest.mark.parametrize(("table", "name"), NAMES)
def test_every_query_is_used(table, name):
    folder = Path(str(files("callboard.store")))
    code = "".join(
        file.read_text() for file in folder.rglob("*.py") if "postgres" not in file.parts
    )
    assert f'"{name}"' in code, f"{table}.{name}"


@pytest.mark.parametrize(
    ("table", "name"),
    [
        ("processes", "all_down"), ("processes", "all_up"), ("processes", "of_scenario_down"),
        ("processes", "of_scenario_up"), ("processes", "matching"), ("processes", "page"),
        ("participants", "list_down"), ("participants", "list_up"), ("participants", "theirs"),
        ("tasks", "by_since_down"), ("tasks", "by_since_up"), ("tasks", "by_due_down"),
        ("tasks", "by_due_up"), ("tasks", "facts"), ("changes", "last_down"),
        ("changes", "last_up"), ("processes", "get"), ("events", "history"),
        ("idempotency", "get"), ("idempotency", "taken"), ("idempotency", "purge"),
        ("tasks", "clear"), ("jobs", "clear"), ("api_keys", "find"), ("processes", "places"),
    ],
)  # fmt: skip
def test_what_grows_is_read_by_an_index(connection, table, name):
    """Nothing is sorted, and no table is gone through from end to end (`idempotency` by rows)."""
    plan = explain(connection, queries("sqlite", table)[name])
    assert "TEMP B-TREE FOR ORDER BY" not in plan
    assert not re.search(
        r"SCAN (p|processes|a|participants|e|events|t|tasks|n|c|jobs|i|api_keys)\b(?! VIRTUAL)",
        plan,
    )


def test_a_row_of_values_is_repeated():
    put = queries("sqlite", "processes")["put"]
    assert each(put, 3).count("(?, ?, ?, ?, ?, ?, ?, ?)") == 3
    assert each(put, 3).replace(", (?, ?, ?, ?, ?, ?, ?, ?)", "") == put
