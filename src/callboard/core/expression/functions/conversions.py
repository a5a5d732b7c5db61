"""Functions that turn values into texts and back, and make digests and ids of texts."""

from __future__ import annotations

import hashlib
from typing import Final

from callboard.core.canonical import canonical, uuid5
from callboard.core.expression.budget import Budget
from callboard.core.expression.functions.registry import Function, type_name
from callboard.core.expression.json_text import read_json
from callboard.core.values import Json
from callboard.errors import CanonicalError, ExpressionError

_NIL: Final = "00000000-0000-0000-0000-000000000000"
_HASHED: Final = 32
"""Characters that are hashed for the price of one step."""
_READ: Final = 4
"""Characters of JSON that are read for the price of one step."""


def _json_serialize(budget: Budget, value: Json) -> str:
    nodes, characters = budget.extent(value)
    budget.work(nodes)
    budget.build(2 * nodes + characters)
    try:
        text = canonical(value).decode()
    except CanonicalError as error:
        raise ExpressionError(error.message) from error
    budget.build(max(0, len(text) - 2 * nodes - characters))
    return text


_DEAR: Final = 12
"""What one call costs beside what its text costs: as much as so many cheap ones."""


def _json_parse(budget: Budget, text: str) -> Json:
    budget.work(_DEAR + len(text) // _READ + text.count("[") + text.count("{"))
    try:
        return read_json(text, budget.limits.document_depth)
    except ValueError as error:
        raise ExpressionError(f"json_parse(): this is no JSON: {error}.") from None


def _to_string(budget: Budget, value: Json) -> str:
    return value if isinstance(value, str) else _json_serialize(budget, value)


def _type(_budget: Budget, value: Json) -> str:
    return type_name(value)


def _bytes(budget: Budget, text: str) -> bytes:
    budget.work(_DEAR + len(text) // _HASHED)
    try:
        return text.encode()
    except UnicodeEncodeError:
        raise ExpressionError("The text holds half of a surrogate pair.") from None


def _sha256(budget: Budget, text: str) -> str:
    return hashlib.sha256(_bytes(budget, text)).hexdigest()


def _sha512(budget: Budget, text: str) -> str:
    return hashlib.sha512(_bytes(budget, text)).hexdigest()


def _uuid(budget: Budget, name: str, namespace: str = _NIL) -> str:
    try:
        return uuid5(_bytes(budget, name), namespace)
    except ValueError:
        raise ExpressionError("uuid(): namespace has to be a UUID.") from None


FUNCTIONS: Final = tuple(
    Function(name, signature, run, metered=True)
    for name, signature, run in (
        ("json_parse", "(text: string) -> any", _json_parse),
        ("json_serialize", "(value: any) -> string", _json_serialize),
        ("sha256", "(text: string) -> string", _sha256),
        ("sha512", "(text: string) -> string", _sha512),
        ("to_string", "(value: any) -> string", _to_string),
        ("type", "(value: any) -> string", _type),
        ("uuid", "(name: string, namespace?: string) -> string", _uuid),
    )
)
