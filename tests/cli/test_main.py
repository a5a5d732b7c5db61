"""The command itself: help, version, exit codes, and how long it takes to say hello."""

from __future__ import annotations

import subprocess
import sys
import time
from importlib import import_module
from pathlib import Path

import click
import pytest

from callboard.cli import COMMANDS
from tests.cli.running import callboard

NAMES = [name for name, _ in COMMANDS]


def test_help_lists_every_command() -> None:
    result = callboard("--help")
    assert result.exit_code == 0
    assert all(f"  {name} " in result.output for name in NAMES)


def test_commands_are_sorted() -> None:
    assert sorted(NAMES) == NAMES


@pytest.mark.parametrize(("name", "summary"), COMMANDS)
def test_the_summary_is_the_first_line_of_the_help(name: str, summary: str) -> None:
    command = import_module(f"callboard.cli.{name}").command
    assert isinstance(command, click.Command)
    assert command.get_short_help_str(limit=200) == summary


@pytest.mark.parametrize("name", NAMES)
def test_every_command_explains_itself(name: str) -> None:
    result = callboard(name, "-h")
    assert result.exit_code == 0
    assert result.output.startswith(f"Usage: callboard {name} ")


def test_an_unknown_command_is_wrong_usage() -> None:
    result = callboard("valid")
    assert result.exit_code == 2
    assert "No such command 'valid'" in result.stderr
    assert not result.stdout


def test_a_missing_file_is_a_failure() -> None:
    result = callboard("validate", "nowhere.yaml")
    assert result.exit_code == 3
    assert "nowhere.yaml: No such file or directory" in result.stderr


def test_help_comes_quickly(record_property: pytest.RecordProperty) -> None:
    program = Path(sys.executable).with_name("callboard")
    start = time.perf_counter()
    subprocess.run([program, "--help"], check=True, capture_output=True)
    seconds = time.perf_counter() - start
    record_property("callboard --help, seconds", round(seconds, 3))
    print(f"callboard --help took {seconds:.3f} s")


def test_help_imports_neither_server_nor_core() -> None:
    code = "import sys, callboard.cli; print(*sys.modules)"
    run = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    loaded = set(run.stdout.split())
    assert not loaded & {"starlette", "uvicorn", "jsonschema_rs", "re2", "callboard.core.schema"}


@pytest.mark.parametrize("name", ["explore", "info", "lint", "lsp", "test", "validate"])
def test_the_help_of_a_command_needs_nothing_that_the_command_needs(name: str) -> None:
    code = f"import sys, callboard.cli.{name}; print(*sys.modules)"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    heavy = ("callboard.core.expression", "callboard.core.scenario", "callboard.testing", "pygls")
    assert not [module for module in run.stdout.split() if module.startswith(heavy)]
