"""How-to pages whose commands need no server are run, and print what the pages show."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.acceptance.pages import blocks, read_page, run_shell, steady


@pytest.mark.parametrize("path", ["docs/how-to/act-out-a-scenario.md"])
def test_the_lines_work_as_printed(path: str, tmp_path: Path) -> None:
    page = read_page(path)
    outputs = run_shell(page, 0, tmp_path)
    for (text, expected), printed in zip(blocks(page, "sh"), outputs, strict=True):
        assert steady(printed) == steady(expected), text
