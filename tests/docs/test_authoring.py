"""The tutorial on writing scenarios, run from top to bottom; and the reference of steps."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from callboard.testing.sentences import match
from callboard.testing.values import Argument
from tests.acceptance.pages import BETWEEN, blocks, read_page


def shown(page: str, folder: Path) -> list[str]:
    """What each shell block prints, all run in one shell."""
    script = "set -eu\n" + f"echo '{BETWEEN.strip()}'\n".join(
        text for text, _ in blocks(page, "sh")
    )
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    run = subprocess.run(
        ["bash", "-c", script],
        cwd=folder,
        env=os.environ | {"PATH": path, "COLUMNS": "80"},
        check=False,
        capture_output=True,
        text=True,
        timeout=180,
    )
    assert run.returncode == 0, run.stdout + run.stderr
    return run.stdout.split(BETWEEN)


def test_the_tutorial_prints_what_it_shows(tmp_path: Path) -> None:
    page = read_page("docs/tutorial/authoring.md")
    expected = [output for _, output in blocks(page, "sh")]
    assert shown(page, tmp_path) == expected


STEPS = (
    'the "P" process is created from the "S" scenario',
    'the process is using the "S" scenario',
    '"N" is the actor',
    '"N" is the "K" actor in the "P" process with:',
    '"N" does "A" in the "P" process with 5',
    'the "X" service does "A"',
    '3 weeks pass for the "P" process',
    'the "P" process is in "S"',
    'the process has ended in "S" with:',
    "the process has not ended",
    'the state actions of the "P" process are:',
    'actor "K" has the instructions "T"',
    'the process has actor "K"',
    'actor "K" in the "P" process has "path" is 5',
    'variable "path" in the "P" process is null',
    "the process result is true",
    'the process doesn\'t have the tag "T"',
    'the service "X" in the "P" process is not notified',
    'the last event of the "P" process is not skipped',
    "the last event is a timeout",
    'nothing is skipped in the "P" process',
)


def test_every_step_of_the_reference_is_understood() -> None:
    table = Argument("table", rows=(("a", "b"),))
    for text in STEPS:
        match(text, table if text.endswith(":") else None)
