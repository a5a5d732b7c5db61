"""Named queries: SQL is static text in `sql/DIALECT/TABLE.sql`, each query named and described.

A query begins with `-- name: NAME`; comment lines that follow say what it is for. `each` makes the
form for several at once: the row of values, or the one value of an `IN (?)`, is what repeats.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Final

_NAME: Final = re.compile(r"^-- name: (\w+)$", re.MULTILINE)
_COMMENT: Final = re.compile(r"^--.*\n?", re.MULTILINE)
_ONE: Final = re.compile(r"(?<=VALUES )\([?, ]+\)|(?<=IN \()\?(?=\))")


@cache
def queries(dialect: str, table: str) -> Mapping[str, str]:
    """The queries of one file, by name."""
    text = (files("callboard.store") / "sql" / dialect / f"{table}.sql").read_text("utf-8")
    _, *parts = _NAME.split(text)
    return MappingProxyType(dict(zip(parts[::2], map(_statement, parts[1::2]), strict=True)))


@cache
def each(query: str, count: int) -> str:
    """The query for so many rows, or values.

    >>> each("INSERT INTO t VALUES (?, ?)", 2), each("DELETE FROM t WHERE x IN (?)", 3)
    ('INSERT INTO t VALUES (?, ?), (?, ?)', 'DELETE FROM t WHERE x IN (?, ?, ?)')
    """
    return _ONE.sub(lambda row: ", ".join([row[0]] * count), query, count=1)


def _statement(text: str) -> str:
    return _COMMENT.sub("", text).strip().removesuffix(";")
