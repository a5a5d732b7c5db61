"""Functions that turn values into others, decide, or make ids and digests."""

from __future__ import annotations

import hashlib
import json
import re
import uuid
from collections.abc import Callable

from callboard.core.canonical import canonical
from callboard.core.expression.budget import Budget
from callboard.core.expression.functions.numbers import finite
from callboard.core.expression.functions.registry import Function, type_name
from callboard.core.values import Json, truthy
from callboard.errors import CallboardError, ExpressionError

_NUMBER = re.compile(r"-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?")
_NO_NAMESPACE = uuid.UUID(int=0)


def _to_string(budget: Budget, value: Json) -> str:
    return value if isinstance(value, str) else _serialize(budget, value)


def _serialize(budget: Budget, value: Json) -> str:
    budget.work(_size(value, budget))
    try:
        text = canonical(value).decode()
    except CallboardError as error:
        raise ExpressionError(error.message) from error
    budget.build(len(text))
    return text


def _size(value: Json, budget: Budget) -> int:
    """How many values there are in a value; stops at what the budget has left."""
    count, pending = 0, [value]
    while pending and count <= budget.steps:
        item = pending.pop()
        count += 1
        if isinstance(item, dict):
            pending.extend(item.values())
        elif isinstance(item, list):
            pending.extend(item)
    return count


def _parse(budget: Budget, text: str) -> Json:
    budget.work(len(text))
    budget.build(len(text))
    try:
        value: Json = json.loads(text, parse_constant=_refuse, parse_int=_int, parse_float=_float)
    except (ValueError, RecursionError) as error:
        raise ExpressionError(f"json_parse(): this is not JSON: {error}") from error
    return value


def _refuse(name: str) -> Json:
    raise ValueError(f"{name} is not JSON")


def _int(text: str) -> int | float:
    return finite(float(text)) if len(text) > 15 else int(text)


def _float(text: str) -> int | float:
    return finite(float(text))


def _to_number(budget: Budget, value: Json) -> Json:
    if isinstance(value, str):
        return finite(float(value)) if _NUMBER.fullmatch(value) else None
    return value if type_name(value) == "number" else None


def _to_array(budget: Budget, value: Json) -> Json:
    return value if isinstance(value, list) else [value]


def _if(
    budget: Budget,
    condition: Callable[[], Json],
    then: Callable[[], Json],
    otherwise: Callable[[], Json] | None = None,
) -> Json:
    if truthy(condition()):
        return then()
    return None if otherwise is None else otherwise()


def _digest(name: str) -> Callable[[Budget, str], str]:
    def digest(budget: Budget, text: str) -> str:
        budget.work(len(text) // 64 + 1)
        return hashlib.new(name, text.encode("utf-8", "surrogatepass")).hexdigest()

    return digest


def _uuid(budget: Budget, name: str, namespace: str | None = None) -> str:
    try:
        space = _NO_NAMESPACE if namespace is None else uuid.UUID(namespace)
    except ValueError:
        raise ExpressionError(f"uuid(): {namespace!r} is no UUID.") from None
    return str(uuid.uuid5(space, name))


FUNCTIONS = (
    Function("if(condition: any, then: any, else?: any)", _if, lazy=True),
    Function("json_parse(text: string)", _parse),
    Function("json_serialize(value: any)", _serialize),
    Function("sha256(text: string)", _digest("sha256")),
    Function("sha512(text: string)", _digest("sha512")),
    Function("to_array(value: any)", _to_array),
    Function("to_number(value: any)", _to_number),
    Function("to_string(value: any)", _to_string),
    Function("type(value: any)", lambda budget, value: type_name(value)),
    Function("uuid(name: string, namespace?: string)", _uuid),
)
