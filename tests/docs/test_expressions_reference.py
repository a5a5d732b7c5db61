"""The page on expressions: every function has its entry, every example gives what it says."""

from __future__ import annotations

import json
import re

import pytest

from callboard.core.expression import BUILTINS, compile_expression
from callboard.core.limits import DEFAULT_LIMITS
from callboard.core.values import Json, equal
from callboard.errors import ExpressionError
from tests.docs.tables import REFERENCE, python_examples

PAGE = REFERENCE / "expressions.md"
TEXT = PAGE.read_text(encoding="utf-8")
ENTRY = re.compile(r"^#### `(\w+)(\(.*)`$", re.MULTILINE)
BLOCK = re.compile(r"```jmespath\n(.*?)```", re.DOTALL)


def document() -> Json:
    [found] = re.findall(r"```json\n(.*?)```", TEXT, re.DOTALL)
    return json.loads(found)


def examples(text: str) -> list[tuple[str, str]]:
    """Each expression with what stands behind its arrow."""
    lines = [line for block in BLOCK.findall(text) for line in block.splitlines() if line]
    pairs = [line.rsplit("→", 1) for line in lines]
    return [(expression.strip(), result.strip()) for expression, result in pairs]


@pytest.mark.parametrize(("expression", "result"), examples(TEXT))
def test_an_example_gives_what_it_says(expression: str, result: str) -> None:
    if result == "error":
        with pytest.raises(ExpressionError):
            compile_expression(expression)(document())
    else:
        found = compile_expression(expression)(document())
        assert equal(found, json.loads(result)), found


@pytest.mark.parametrize("name", BUILTINS)
def test_a_function_has_its_entry(name: str) -> None:
    entries = dict(ENTRY.findall(TEXT))
    assert entries[name] == BUILTINS[name].signature


@pytest.mark.parametrize("entry", ENTRY.split(TEXT)[3::3])
def test_an_entry_has_an_example(entry: str) -> None:
    assert examples(entry)


def test_an_entry_is_of_a_function_and_shows_it() -> None:
    pieces = ENTRY.split(TEXT)
    for name, entry in zip(pieces[1::3], pieces[3::3], strict=True):
        assert name in BUILTINS
        assert f"{name}(" in examples(entry)[0][0]


@pytest.mark.parametrize(
    "limit",
    [
        *("expression_length", "expression_depth", "expression_steps", "output_size"),
        *("range_length", "pattern_length", "document_depth"),
    ],
)
def test_the_limits_are_those_in_force(limit: str) -> None:
    assert f"{getattr(DEFAULT_LIMITS, limit):,}" in TEXT


@pytest.mark.parametrize("example", python_examples(PAGE))
def test_the_example_in_python_runs(example: str) -> None:
    exec(compile(example, str(PAGE), "exec"), {})
