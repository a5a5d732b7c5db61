"""Where a reference inside a schema document leads.

Only fragments are resolved here: `#`, a JSON Pointer (`#/$defs/money`, percent-encoded or not), or
the `$anchor` of a sub-schema. Nothing is ever fetched.
"""

from __future__ import annotations

import re
from typing import Final

from callboard.core.values import ABSENT, Absent, Json

_ESCAPED: Final = re.compile(r"(?:%[0-9a-fA-F]{2})+")
_RESERVED: Final = re.compile(r"[^A-Za-z0-9/~_$.\-]")


class Anchors:
    """The sub-schemas of a document by their `$anchor` or `$dynamicAnchor`; searched for once."""

    def __init__(self, document: Json) -> None:
        self.document = document
        self.found: dict[str, Json] | None = None

    def get(self, name: str) -> Json | Absent:
        """The sub-schema of that name, the first in the document; ABSENT when there is none."""
        if self.found is None:
            self.found = {}
            self._search(self.found)
        return self.found.get(name, ABSENT)

    def _search(self, found: dict[str, Json]) -> None:
        pending = [self.document]
        while pending:
            value = pending.pop()
            if isinstance(value, dict):
                for name in (value.get("$anchor"), value.get("$dynamicAnchor")):
                    if isinstance(name, str):
                        found.setdefault(name, value)
                pending.extend(reversed(value.values()))
            elif isinstance(value, list):
                pending.extend(reversed(value))


def resolve_local(document: Json, fragment: str, anchors: Anchors | None = None) -> Json | Absent:
    """What a fragment (with its `#`) names in a document; ABSENT when it names nothing.

    `anchors` are those of the document; who resolves many fragments makes them once.

    >>> resolve_local({"$defs": {"a/b": 1}}, "#/$defs/a~1b")
    1
    >>> resolve_local({"$defs": {"a": {"$anchor": "x", "type": "null"}}}, "#x")["type"]
    'null'
    """
    if not fragment.startswith("#"):
        return ABSENT
    text = unescape(fragment[1:])
    if text and not text.startswith("/"):
        return (anchors or Anchors(document)).get(text)
    return _follow(document, text) if text else document


def unescape(text: str) -> str:
    """A fragment with its percent-encoding undone."""
    return _ESCAPED.sub(
        lambda match: bytes.fromhex(match[0].replace("%", "")).decode("utf-8", "replace"), text
    )


def fragment_of(pointer: str) -> str:
    """The fragment, with its `#`, that names the place of a JSON Pointer.

    >>> fragment_of("/$defs/a b")
    '#/$defs/a%20b'
    """
    return "#" + _RESERVED.sub(
        lambda match: "".join(f"%{byte:02X}" for byte in match[0].encode("utf-8", "replace")),
        pointer,
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
