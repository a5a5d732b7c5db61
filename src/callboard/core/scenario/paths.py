"""Where an update writes: dot paths such as `vars.order.lines.0.sku` (specification: process,
step 4 and details 5).

A part that is a whole number indexes a list, `items[3]` too; a backslash before a dot makes it part
of the name. Only certain targets may be written; everything else has no path.
"""

from __future__ import annotations

import re
from typing import TypeAlias

Path: TypeAlias = "tuple[str | int, ...]"

_PART = re.compile(r"((?:\\.|[^.\[\]\\])+)((?:\[\d{1,9}\])*)", re.DOTALL)
_UNSAFE = frozenset(("__proto__", "constructor", "prototype"))
_WHOLE = frozenset(("title", "tags", "previous"))
_DEEP = frozenset(("vars", "actors", "result"))


def parse_path(text: str) -> Path:
    """The parts of a path; an empty tuple when an update may not write there.

    >>> parse_path("vars.n.0.k"), parse_path("vars.items[3]"), parse_path("scenario.title")
    (('vars', 'n', 0, 'k'), ('vars', 'items', 3), ())
    """
    parts = _split(text)
    return parts if _allowed(parts) else ()


def _split(text: str) -> Path:
    parts: list[str | int] = []
    position = 0
    while position < len(text):
        match = _PART.match(text, position)
        if match is None:
            return ()
        name = re.sub(r"\\(.)", r"\1", match[1])
        parts.append(int(name) if re.fullmatch(r"\d{1,9}", match[1]) else name)
        parts.extend(int(index) for index in re.findall(r"\d+", match[2]))
        position = match.end()
        if position == len(text):
            break
        if text[position] != "." or position + 1 == len(text):
            return ()
        position += 1
    return tuple(parts)


def _allowed(parts: Path) -> bool:
    if not parts or any(part in _UNSAFE for part in parts):
        return False
    if parts[0] in _WHOLE:
        return len(parts) == 1
    if parts[0] in _DEEP:
        return len(parts) == 1 or "/" not in str(parts[1])
    return parts[:2] == ("current", "actor")
