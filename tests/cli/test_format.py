"""The layout of `callboard format`: that of the shipped examples."""

from __future__ import annotations

from pathlib import Path

import pytest

from callboard.examples import example_names
from tests.cli.running import callboard

EXAMPLES = Path(__file__).parents[2] / "src" / "callboard" / "examples"


@pytest.mark.parametrize("name", example_names())
def test_the_examples_are_formatted(name: str) -> None:
    assert callboard("format", "--check", str(EXAMPLES / f"{name}.yaml")).exit_code == 0


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a: {b: 1,c: {}}\n", "a: { b: 1, c: {} }\n"),
        ("a: {b: [{c: ~}]}\n", "a: { b: [{ c: ~ }] }\n"),
        ("a:\nb: null\n", "a: ~\nb: ~\n"),
        ("a:\n- b:   1 # why\n", "a:\n  - b: 1 # why\n"),
        ("a: !tpl >-\n    one\n    two\n", "a: !tpl >-\n  one\n  two\n"),
        ("a: !tpl &x >-\n  one\n  two\nb: *x\n", "a: &x !tpl >-\n  one\n  two\nb: *x\n"),
        ("a: !required {b: 'c'}\n", "a: !required { b: 'c' }\n"),
        ("{a: b}\n", "{ a: b }\n"),
    ],
)
def test_the_layout(text: str, expected: str) -> None:
    result = callboard("format", "-", stdin=text)
    assert result.stdout == expected
    assert callboard("format", "-", "--check", stdin=expected).exit_code == 0
