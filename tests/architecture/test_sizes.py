"""A file is a chapter, a function fits on a screen. Longer ones are cut, not excused."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.architecture.tree import ROOT, functions, python_files

FILE_LINES = 400
FUNCTION_LINES = 50


@pytest.mark.parametrize("file", python_files(), ids=str)
def test_a_file_is_a_chapter(file: Path) -> None:
    lines = len((ROOT / file).read_text(encoding="utf-8").splitlines())
    assert lines <= FILE_LINES, f"{file} has {lines} lines"


@pytest.mark.parametrize("file", python_files(), ids=str)
def test_a_function_fits_on_a_screen(file: Path) -> None:
    long = [f"{f.name} ({f.length})" for f in functions(file) if f.length > FUNCTION_LINES]
    assert not long, f"{file}: {', '.join(long)}"


def test_most_tests_are_short() -> None:
    lengths = sorted(
        function.length
        for file in python_files()
        if file.parts[0] == "tests"
        for function in functions(file)
        if function.name.startswith("test_")
    )
    assert lengths[len(lengths) // 2] < 15
