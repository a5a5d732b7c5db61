"""The built-in functions of expressions, one family a file."""

from __future__ import annotations

from callboard.core.expression.functions import (
    conversions,
    lists,
    numbers,
    patterns,
    texts,
)
from callboard.core.expression.functions.registry import Function, Functions, Parameter

FAMILIES = (conversions, lists, numbers, patterns, texts)

BUILTINS = Functions(function for family in FAMILIES for function in family.FUNCTIONS)

__all__ = ["BUILTINS", "FAMILIES", "Function", "Functions", "Parameter"]
