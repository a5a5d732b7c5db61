"""The import contracts of `.importlinter`, and what they cannot see of the core's purity."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.tree import ROOT, python_files

IMPURE = {
    *("datetime.now", "datetime.today", "datetime.utcnow", "date.today"),
    *("uuid.uuid1", "uuid.uuid4", "uuid4", "uuid1"),
    *("open", "print", "input", "eval", "exec", "__import__", "breakpoint"),
}

CORE = [file for file in python_files() if file.parts[:3] == ("src", "callboard", "core")]


def test_imports_point_down() -> None:
    linter = Path(sys.executable).with_name("lint-imports")
    run = subprocess.run(
        [linter, "--no-cache"],
        cwd=ROOT,
        env=os.environ | {"NO_COLOR": "1"},
        check=False,
        capture_output=True,
        text=True,
    )
    assert run.returncode == 0, run.stdout + run.stderr


def test_the_contracts_have_no_exceptions() -> None:
    text = (ROOT / ".importlinter").read_text(encoding="utf-8")
    assert "ignore_imports" not in text


@pytest.mark.parametrize("file", CORE, ids=str)
def test_the_core_calls_nothing_impure(file: Path) -> None:
    calls = {
        ast.unparse(node.func)
        for node in ast.walk(ast.parse((ROOT / file).read_bytes()))
        if isinstance(node, ast.Call)
    }
    assert not calls & IMPURE


@pytest.mark.parametrize("file", python_files(), ids=str)
def test_a_module_says_what_it_owns(file: Path) -> None:
    tree = ast.parse((ROOT / file).read_bytes())
    assert ast.get_docstring(tree) or not tree.body, f"{file} opens without a docstring"
