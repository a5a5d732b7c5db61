"""The built-in functions of expressions, one family a file.

>>> BUILTINS["length"].signature
'(subject: string|array|object) -> number'
"""

from __future__ import annotations

from typing import Final

from callboard.core.expression.functions import (
    arrays,
    conditions,
    conversions,
    numbers,
    objects,
    patterns,
    texts,
)
from callboard.core.expression.functions.registry import Function, Functions, Parameter

FAMILIES: Final = (
    arrays.FUNCTIONS,
    conditions.FUNCTIONS,
    conversions.FUNCTIONS,
    numbers.FUNCTIONS,
    objects.FUNCTIONS,
    patterns.FUNCTIONS,
    texts.FUNCTIONS,
)

BUILTINS: Final = Functions(function for family in FAMILIES for function in family)

__all__ = ["BUILTINS", "FAMILIES", "Function", "Functions", "Parameter"]
