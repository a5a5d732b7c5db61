"""A file is a chapter, a function fits on a screen. Longer ones are cut, not excused."""

from __future__ import annotations

from tests.architecture.tree import ROOT, functions, python_files

FILE_LINES = 400
FUNCTION_LINES = 50


def test_a_file_is_a_chapter() -> None:
    sizes = {file: len((ROOT / file).read_bytes().splitlines()) for file in python_files()}
    assert not {str(file): size for file, size in sizes.items() if size > FILE_LINES}


def test_a_function_fits_on_a_screen() -> None:
    found = [function for file in python_files() for function in functions(file)]
    assert not [
        f"{function.file}:{function.line} {function.name}: {function.length} lines"
        for function in found
        if function.length > FUNCTION_LINES
    ]


def test_most_tests_are_short() -> None:
    lengths = sorted(
        function.length
        for file in python_files()
        if file.parts[0] == "tests"
        for function in functions(file)
        if function.name.startswith("test_")
    )
    assert lengths[len(lengths) // 2] < 15
