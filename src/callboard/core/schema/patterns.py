"""How large a regular expression becomes when its counted repetitions are written out.

Patterns run in time linear in the text, but the factor is the number of states that the pattern
has: `(a|b){500}` has a thousand. The measures here bound that factor, and the memory it takes,
before anything is compiled. A measure is an estimate from the text; it need not know whether the
pattern is well-formed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

_ATOM: Final = re.compile(
    r"(?P<property>\\[pP]\{[^}]*\})"
    r"|(?P<class>\[(?:\\.|[^\]\\])*+\]?)"
    r"|\{(?P<least>\d+)(?:,(?P<most>\d*))?\}"
    r"|(?P<open>\()|(?P<close>\))"
    r"|(?P<free>[*+?|^$])"
    r"|(?P<atom>\\.|.)",
    re.DOTALL,
)
_UNICODE: Final = re.compile(r"\\[pP]\{")
_UNICODE_SIZE: Final = 80
"""A class by Unicode property takes so many times the memory of a plain one."""
_CAP: Final = 10**9

_UNSUPPORTED: Final = (
    (re.compile(r"\(\?<?[=!]"), "looking ahead or behind is not supported"),
    (re.compile(r"\\[1-9]|\\k<"), "references back to groups are not supported"),
)


@dataclass(frozen=True, slots=True)
class Measure:
    """`size` is the memory that a pattern takes, in states; `width` the states it has to follow."""

    size: int
    width: int

    def plus(self, other: Measure) -> Measure:
        return Measure(self.size + other.size, self.width + other.width)

    def times(self, count: int) -> Measure:
        return Measure(min(self.size * count, _CAP), min(self.width * count, _CAP))


_NOTHING: Final = Measure(0, 0)


def measure(pattern: str) -> Measure:
    """The measure of a pattern.

    >>> measure("^[A-Z]{2}-([0-9]{3}){4}$").width
    15
    """
    groups: list[Measure] = []
    before, last = _NOTHING, _NOTHING
    for match in _ATOM.finditer(pattern):
        if match["least"] is not None:
            last = last.times(max(int(match["least"][:9]), int((match["most"] or "0")[:9]), 1))
        elif match["open"]:
            groups.append(before.plus(last))
            before, last = _NOTHING, _NOTHING
        elif match["close"] and groups:
            inside = before.plus(last)
            before, last = groups.pop(), inside
        elif not match["free"]:
            before, last = before.plus(last), _atom(match)
    total = before.plus(last)
    for outer in groups:
        total = total.plus(outer)
    return total


def _atom(match: re.Match[str]) -> Measure:
    text = match["property"] or match["class"] or ""
    return Measure(1 + _UNICODE_SIZE * len(_UNICODE.findall(text)), 1)


def why_refused(pattern: str) -> str:
    """What the regular expression engine does not take in a pattern, in words."""
    for unsupported, words in _UNSUPPORTED:
        if unsupported.search(pattern):
            return words
    return "it is no regular expression, or too large once its repetitions are written out"
