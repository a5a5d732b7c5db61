"""The page about attacks: it goes through all ten risks, and every test that it names exists."""

from __future__ import annotations

import ast
import re

import pytest

from tests.architecture.tree import ROOT

PAGE = (ROOT / "docs/explanation/security.md").read_text(encoding="utf-8")
NAMED = re.findall(r"^- `(tests/[\w/]+\.py)::(\w+)`$", PAGE, re.MULTILINE)


def test_every_risk_is_answered_with_tests() -> None:
    sections = re.split(r"^## API(\d+): ", PAGE, flags=re.MULTILINE)[1:]
    assert sections[::2] == [str(number) for number in range(1, 11)]
    assert all("- `tests/" in text for text in sections[1::2])
    assert len(NAMED) == PAGE.count("`tests/")


@pytest.mark.parametrize(("file", "name"), NAMED)
def test_a_test_that_is_named_exists(file: str, name: str) -> None:
    tree = ast.parse((ROOT / file).read_text(encoding="utf-8"))
    assert name in {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}
