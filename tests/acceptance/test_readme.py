"""The README and the tutorial, line by line, against a server that was started as they say."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.acceptance.pages import blocks, read_page, run_shell, serving, steady
from tests.architecture.tree import ROOT

README = read_page("README.md")


@pytest.fixture
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    with serving(tmp_path_factory.mktemp("data") / "callboard.db") as number:
        yield number


@pytest.mark.parametrize("path", ["README.md", "docs/tutorial/first-process.md"])
def test_the_lines_work_as_printed(path: str, port: int, tmp_path: Path) -> None:
    page = read_page(path)
    outputs = run_shell(page, port, tmp_path)
    for (text, expected), printed in zip(blocks(page, "sh"), outputs, strict=True):
        assert steady(printed) == steady(expected), text


def test_the_library_works_as_printed() -> None:
    for text, expected in blocks(README, "python"):
        run = subprocess.run(
            [sys.executable, "-c", text], check=True, capture_output=True, text=True, timeout=60
        )
        assert run.stdout == expected


def test_the_commands_are_those_of_the_makefile() -> None:
    targets = re.findall(r"^([a-z]+):.*## ", (ROOT / "Makefile").read_text(), re.MULTILINE)
    named = re.findall(r"\bmake ([a-z]+)\b", README)
    assert "test" in named
    assert set(named) <= set(targets)
