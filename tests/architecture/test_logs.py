"""Fields of log lines: `logging` keeps some names for itself, and raises where one is used."""

from __future__ import annotations

import ast
import logging
from collections.abc import Iterator
from pathlib import Path

from tests.architecture.tree import ROOT, python_files

KEPT = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime"}


def fields(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """The names given as `extra` in calls, as far as they are written down in the same function."""
    for function in ast.walk(tree):
        if not isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        nodes = list(ast.walk(function))
        known = {
            target.id: node.value
            for node in nodes
            if isinstance(node, ast.Assign)
            for target in node.targets
            if isinstance(target, ast.Name)
        }
        for node in nodes:
            for keyword in node.keywords if isinstance(node, ast.Call) else ():
                value = keyword.value
                if keyword.arg == "extra":
                    value = known.get(value.id, value) if isinstance(value, ast.Name) else value
                    for part in ast.walk(value):
                        for key in part.keys if isinstance(part, ast.Dict) else ():
                            if isinstance(key, ast.Constant):
                                yield node.lineno, str(key.value)


def clashes(file: Path) -> list[str]:
    tree = ast.parse((ROOT / file).read_bytes())
    return [f"{file}:{line} {name}" for line, name in fields(tree) if name in KEPT]


def test_no_field_has_a_name_that_logging_keeps() -> None:
    sources = [file for file in python_files() if file.parts[0] == "src"]
    assert [name for file in sources for _, name in fields(ast.parse((ROOT / file).read_bytes()))]
    assert not [clash for file in sources for clash in clashes(file)]
