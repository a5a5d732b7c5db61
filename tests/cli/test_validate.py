"""`callboard validate`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from callboard.examples import example_names
from tests.cli.running import callboard

BROKEN = """\
title: Broken
actors:
  clerk: {}
actions:
  file:
    actor: nobody
states:
  initial:
    on: file
    goto: nowhere
"""


@pytest.fixture
def broken(tmp_path: Path) -> str:
    path = tmp_path / "broken.yaml"
    path.write_text(BROKEN)
    return str(path)


def test_a_valid_file_is_called_valid() -> None:
    result = callboard("validate", *example_names())
    assert result.exit_code == 0
    assert result.stdout.splitlines() == [f"{name}.yaml: valid" for name in example_names()]


def test_every_error_has_its_place(broken: str) -> None:
    result = callboard("validate", broken)
    assert result.exit_code == 1
    lines = result.stdout.splitlines()
    assert lines[0].startswith(f"{broken}:6:12: /actions/file/actor: ")
    assert lines[1].startswith(f"{broken}:10:11: /states/initial/goto: ")
    assert result.stderr == f"{broken}: 2 errors\n"


def test_findings_as_json(broken: str) -> None:
    result = callboard("validate", "--format", "json", broken, "support-ticket")
    assert result.exit_code == 1
    first, second = json.loads(result.stdout)
    assert (first["file"], first["valid"]) == (broken, False)
    assert [error["line"] for error in first["errors"]] == [6, 10]
    assert (second["file"], second["valid"], second["errors"]) == ("support-ticket.yaml", True, [])


def test_text_that_cannot_be_read_has_a_place_too(tmp_path: Path) -> None:
    path = tmp_path / "broken.yaml"
    path.write_text("states:\n  initial: [\n")
    result = callboard("validate", str(path))
    assert result.exit_code == 1
    assert result.stdout.startswith(f"{path}:3:1: ")


def test_what_only_normalisation_refuses_is_found() -> None:
    text = "actions: {initial.go: {title: Go}}\nstates: {initial: {on: go, goto: (end)}}\n"
    result = callboard("validate", "-", stdin=text)
    assert result.exit_code == 1
    assert "standard input:1:" in result.stdout


def test_a_text_that_is_no_map_is_found() -> None:
    result = callboard("validate", "-", stdin="just text")
    assert result.exit_code == 1
