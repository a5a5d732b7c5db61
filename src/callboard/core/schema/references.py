"""Where a `$ref` inside one schema document leads.

Only fragments are resolved here: `#`, a JSON Pointer (`#/$defs/money`, percent-encoded or not), or
the `$anchor` of a sub-schema. Nothing is ever fetched.
"""

from __future__ import annotations

import re
from typing import Final

from callboard.core.values import ABSENT, Absent, Json

_ESCAPED: Final = re.compile(r"(?:%[0-9a-fA-F]{2})+")


def resolve_local(document: Json, fragment: str) -> Json | Absent:
    """What a fragment (with its `#`) names in a document; ABSENT when it names nothing.

    >>> resolve_local({"$defs": {"a/b": 1}}, "#/$defs/a~1b")
    1
    >>> resolve_local({"$defs": {"a": {"$anchor": "x", "type": "null"}}}, "#x")["type"]
    'null'
    """
    if not fragment.startswith("#"):
        return ABSENT
    text = _unescape(fragment[1:])
    if not text:
        return document
    return _follow(document, text) if text.startswith("/") else find_anchor(document, text)


def _unescape(text: str) -> str:
    """Percent-encoding undone."""
    return _ESCAPED.sub(
        lambda match: bytes.fromhex(match[0].replace("%", "")).decode("utf-8", "replace"), text
    )


def _follow(document: Json, pointer: str) -> Json | Absent:
    value = document
    for part in pointer.split("/")[1:]:
        key = part.replace("~1", "/").replace("~0", "~")
        if isinstance(value, dict) and key in value:
            value = value[key]
        elif isinstance(value, list) and key.isdecimal() and int(key[:9]) < len(value):
            value = value[int(key[:9])]
        else:
            return ABSENT
    return value


def find_anchor(document: Json, name: str) -> Json | Absent:
    """The sub-schema of this document that carries an `$anchor` or `$dynamicAnchor`."""
    pending = [document]
    while pending:
        value = pending.pop()
        if isinstance(value, dict):
            if name in (value.get("$anchor"), value.get("$dynamicAnchor")):
                return value
            pending.extend(reversed(value.values()))
        elif isinstance(value, list):
            pending.extend(reversed(value))
    return ABSENT
