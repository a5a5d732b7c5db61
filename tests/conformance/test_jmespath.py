"""The expression dialect, against the vectors."""

import pytest

from callboard.core.expression import compile_expression
from callboard.core.values import equal
from callboard.errors import ExpressionError

VECTORS = "jmespath"


def test_expression(case: dict) -> None:
    if case.get("error"):
        with pytest.raises(ExpressionError):
            compile_expression(case["expression"])(case["data"])
        return
    actual = compile_expression(case["expression"])(case["data"])
    assert equal(actual, case["result"]), actual
