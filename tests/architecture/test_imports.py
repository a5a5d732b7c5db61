"""The import contracts of `.importlinter`, and what they cannot see of the core's purity."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from pathlib import Path

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


def test_the_core_calls_nothing_impure() -> None:
    calls = {
        (str(file), ast.unparse(node.func))
        for file in CORE
        for node in ast.walk(ast.parse((ROOT / file).read_bytes()))
        if isinstance(node, ast.Call)
    }
    assert not {call for call in calls if call[1] in IMPURE}


def test_a_module_says_what_it_owns() -> None:
    trees = {file: ast.parse((ROOT / file).read_bytes()) for file in python_files()}
    assert not [
        str(file) for file, tree in trees.items() if tree.body and not ast.get_docstring(tree)
    ]
