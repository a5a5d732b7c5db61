"""Data functions applied to a process, against the vectors."""

import pytest

from callboard.core.expression.data import compile_data
from callboard.core.values import equal
from callboard.errors import EvaluationError

VECTORS = "template"


def test_template(case: dict) -> None:
    data = compile_data(case["value"])
    if case.get("error"):
        with pytest.raises(EvaluationError):
            data(case["data"])
        return
    actual = data(case["data"])
    assert equal(actual, case["result"]), actual
