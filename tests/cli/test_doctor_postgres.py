"""`callboard doctor` and the banner of `callboard serve`, where the database is on PostgreSQL."""

from __future__ import annotations

from pathlib import Path

import pytest

from callboard.cli.serve import banner
from callboard.settings import load_settings
from tests.cli.running import callboard
from tests.store.adapters import PostgresAdapter


@pytest.fixture(autouse=True)
def installation(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CALLBOARD_AUTH_JWT_SECRET", "a secret that is long enough for HS256")


def test_it_is_looked_at_and_left_alone(tmp_path, run, monkeypatch):
    adapter = PostgresAdapter(tmp_path)
    adapter.change(f"CREATE SCHEMA {adapter.schema}")
    monkeypatch.setenv("CALLBOARD_DATABASE", adapter.url)
    result = callboard("doctor")
    assert result.exit_code == 0, result.output
    assert "answers." in result.output
    assert "migrations will be applied" in result.output
    assert adapter.tables() == set()
    run(run(adapter.start()).close())
    assert "migrations will be applied" not in callboard("doctor").output
    adapter.remove()


def test_nobody_answers_and_no_password_is_told(monkeypatch):
    monkeypatch.setenv("CALLBOARD_DATABASE", "postgresql://me:hidden@127.0.0.1:1/db")
    result = callboard("doctor")
    assert result.exit_code == 1
    assert "PostgreSQL cannot be opened" in result.output
    assert "hidden" not in result.output


def test_the_banner_shows_no_password(capsys):
    url = "postgresql://me:hidden@db/x?password=hidden"
    banner(load_settings(overrides={"database": url}), "http://127.0.0.1:1")
    assert "postgresql://me@db/x ·" in capsys.readouterr().out
