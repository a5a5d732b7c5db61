"""URI references: splitting them, and resolving one against a base (RFC 3986, section 5.2).

Nothing here fetches anything; the core knows no network.
"""

from __future__ import annotations

import re
from typing import Final, NamedTuple

# RFC 3986, appendix B.
_PARTS: Final = re.compile(r"(?:([^:/?#]+):)?(?://([^/?#]*))?([^?#]*)(?:\?([^#]*))?", re.DOTALL)


class _Uri(NamedTuple):
    scheme: str | None
    authority: str | None
    path: str
    query: str | None

    def text(self) -> str:
        scheme = "" if self.scheme is None else f"{self.scheme}:"
        authority = "" if self.authority is None else f"//{self.authority}"
        return scheme + authority + self.path + ("" if self.query is None else f"?{self.query}")


def split_fragment(reference: str) -> tuple[str, str]:
    """A reference without its fragment, and the fragment with its `#` (`#` when it has none).

    >>> split_fragment("https://example.com/person#/$defs/name")
    ('https://example.com/person', '#/$defs/name')
    """
    uri, _, fragment = reference.partition("#")
    return uri, f"#{fragment}"


def resolve(base: str, reference: str) -> str:
    """The URI (without fragment) that a reference means where the base URI is `base`.

    >>> resolve("https://example.com/a/b", "../c"), resolve("https://example.com/a", "")
    ('https://example.com/c', 'https://example.com/a')
    """
    text = reference.partition("#")[0]
    return _resolve(_parse(base), _parse(text)).text() if text else base.partition("#")[0]


def _parse(text: str) -> _Uri:
    match = _PARTS.match(text)
    return _Uri(*(match.groups() if match else (None, None, text, None)))


def _resolve(base: _Uri, given: _Uri) -> _Uri:
    if given.scheme is not None:
        return given
    if given.authority is not None:
        return given._replace(scheme=base.scheme)
    if not given.path:
        return base._replace(query=base.query if given.query is None else given.query)
    if given.path.startswith("/"):
        path = given.path
    elif base.authority is not None and not base.path:
        path = f"/{given.path}"
    else:
        path = base.path[: base.path.rfind("/") + 1] + given.path
    return base._replace(path=_without_dots(path), query=given.query)


def _without_dots(path: str) -> str:
    """RFC 3986, section 5.2.4."""
    if "." not in path:
        return path
    kept: list[str] = []
    parts = path.split("/")
    for part in parts:
        if part == "..":
            if len(kept) > 1 or (kept and kept[0]):
                kept.pop()
        elif part != ".":
            kept.append(part)
    if parts[-1] in (".", ".."):
        kept.append("")
    return "/".join(kept)
