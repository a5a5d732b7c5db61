"""The nearest name: what somebody may have meant when a name is unknown."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

__all__ = ["nearest", "unknown"]


def nearest(name: str, known: Iterable[str]) -> str | None:
    """The known name that is most like this one, or None when none is like it.

    >>> nearest("pgae", ["page", "all"])
    'page'
    """
    found = get_close_matches(name[:80], list(known), n=1, cutoff=0.6)
    return found[0] if found else None


def unknown(kind: str, name: str, known: Iterable[str]) -> str:
    """A sentence that says that a name is unknown, and which one it may have meant.

    >>> unknown("query parameter", "pgae", ["page", "all"])
    'Unknown query parameter "pgae". Did you mean "page"?'
    """
    names = sorted(known)
    sentence = f'Unknown {kind} "{name[:80]}".'
    if found := nearest(name, names):
        return f'{sentence} Did you mean "{found}"?'
    return f"{sentence} Possible: {', '.join(names)}." if names else sentence
