"""The tables of a page, for tests that run what stands in them."""

from __future__ import annotations

import re
from pathlib import Path

from tests.architecture.tree import ROOT

REFERENCE = ROOT / "docs" / "reference"
PYTHON = re.compile(r"```python\n(.*?)```", re.DOTALL)


def rows(page: Path, *header: str) -> list[tuple[str, ...]]:
    """The rows of every table with this header; a cell that is code loses its back quotes."""
    found: list[tuple[str, ...]] = []
    inside = False
    for line in page.read_text(encoding="utf-8").splitlines():
        cells = tuple(cell.strip() for cell in line.strip().strip("|").split(" | "))
        if cells == header:
            inside = True
        elif not line.startswith("|"):
            inside = False
        elif inside and not line.startswith("|---"):
            found.append(tuple(_uncoded(cell) for cell in cells))
    return found


def _uncoded(cell: str) -> str:
    return cell[1:-1] if cell.startswith("`") and cell.endswith("`") else cell


def python_examples(page: Path) -> list[str]:
    """The Python code of a page."""
    return PYTHON.findall(page.read_text(encoding="utf-8"))
