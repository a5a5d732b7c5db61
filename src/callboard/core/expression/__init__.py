"""Expressions and templates: the JMESPath dialect and Mustache, compiled to closures.

>>> expression = compile_expression("items[?price > 10].name")
>>> expression({"items": [{"name": "desk", "price": 240}, {"name": "pen", "price": 1}]})
['desk']
"""

from __future__ import annotations

from callboard.core.expression.budget import Budget
from callboard.core.expression.compiled import Expression, compile_expression
from callboard.core.expression.functions import BUILTINS, Function, Functions, Parameter
from callboard.core.expression.mustache import Template, compile_template

__all__ = [
    "BUILTINS",
    "Budget",
    "Expression",
    "Function",
    "Functions",
    "Parameter",
    "Template",
    "compile_expression",
    "compile_template",
]
