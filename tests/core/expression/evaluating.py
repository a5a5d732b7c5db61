"""Evaluating an expression, and the error of one that fails."""

from __future__ import annotations

import pytest

from callboard.core.expression import compile_expression
from callboard.core.values import Json
from callboard.errors import ExpressionError


def evaluate(text: str, data: Json = None) -> Json:
    return compile_expression(text)(data)


def failure(text: str, data: Json = None) -> ExpressionError:
    with pytest.raises(ExpressionError) as caught:
        evaluate(text, data)
    assert caught.value.source == text[: len(caught.value.source)]
    return caught.value
