"""The files under version control, and the functions in them."""

from __future__ import annotations

import ast
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

ROOT = Path(__file__).parents[2]
Definition: TypeAlias = ast.FunctionDef | ast.AsyncFunctionDef
OURS = ("src", "tests", "benchmarks", "scripts")


def tracked_files() -> list[Path]:
    """Every file that git tracks or would add, relative to the root."""
    listing = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    return sorted(Path(line) for line in set(listing.splitlines()) if (ROOT / line).is_file())


def python_files() -> list[Path]:
    """Our own Python files, relative to the root."""
    found = (path for folder in OURS for path in (ROOT / folder).rglob("*.py"))
    return sorted(path.relative_to(ROOT) for path in found)


@dataclass(frozen=True, slots=True)
class Function:
    """A function and how many lines it takes, its docstring and inner functions not counted."""

    file: Path
    name: str
    line: int
    length: int


def functions(file: Path) -> Iterator[Function]:
    """The functions and methods of a file."""
    for node in ast.walk(ast.parse((ROOT / file).read_bytes())):
        if isinstance(node, Definition):
            inner = sum(map(_lines, _inner(node)))
            yield Function(file, node.name, node.lineno, _lines(node) - inner)


def _inner(node: ast.AST) -> Iterator[Definition]:
    """The functions right inside of a node, those inside of them left out."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, Definition):
            yield child
        else:
            yield from _inner(child)


def _lines(node: Definition) -> int:
    return (node.end_lineno or node.lineno) - node.lineno + 1 - _docstring_lines(node)


def _docstring_lines(node: Definition) -> int:
    first = node.body[0]
    if ast.get_docstring(node, clean=False) is None or first.end_lineno is None:
        return 0
    return first.end_lineno - first.lineno + 1
