"""Which known name somebody may have meant by an unknown one.

Names come from strangers, and so may thousands of them: the work of all suggestions made by one
`Spelling` is bounded, after that nothing is suggested any more.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

_LONGEST: Final = 64
_WORK: Final = 300_000
_PART: Final = 4
_HEAD: Final = 3
_SHORT: Final = 5


class Spelling:
    """Suggests names; `work` bounds the comparisons of letters."""

    def __init__(self, work: int = _WORK) -> None:
        self.work = work

    def nearest(self, name: str, known: Iterable[str]) -> str | None:
        """The known name that is most like this one; None when none is like it.

        >>> Spelling().nearest("reviewing", ["initial", "review", "(done)"])
        'review'
        >>> Spelling().nearest("manager", ["employee", "line_manager"])
        'line_manager'
        """
        if not 0 < len(name) <= _LONGEST:
            return None
        best, least = None, 1 + max(len(name) > 1, len(name) // 3)
        part = None
        for other in known:
            self.work -= 1
            if self.work < 0:
                break
            if other == name or not 0 < len(other) <= _LONGEST:
                continue
            if part is None and _is_part(name, other):
                part = other
            if abs(len(other) - len(name)) < least:
                self.work -= len(name) * len(other)
                distance = _distance(name, other, least)
                if distance < least:
                    best, least = other, distance
        return best or part

    def typo(self, name: str, known: Iterable[str]) -> str | None:
        """The known name that this one is with the fewest letters wrong, two at most; None when
        there is none. Small and capital letters are the same.

        >>> Spelling().typo("intructions", ["instructions"]), Spelling().typo("icon", ["on"])
        ('instructions', None)
        >>> Spelling().typo("maxlength", ["minLength", "maxLength"])
        'maxLength'
        """
        best, most = None, 2 if len(name) > _SHORT else 1
        for other in known:
            self.work -= 1
            if self.work < 0 or not _SHORT - 2 < len(name) <= _LONGEST:
                break
            if abs(len(other) - len(name)) <= most:
                self.work -= len(name) * len(other)
                distance = _distance(name, other, most + 1)
                if distance <= most:
                    best, most = other, distance - 1
        return best


def _is_part(name: str, other: str) -> bool:
    """Whether one of them stands in the other, or the name is the beginning of the other."""
    short, long = sorted((name.casefold(), other.casefold()), key=len)
    return (len(short) >= _PART and short in long) or (
        len(name) >= _HEAD and long.startswith(short)
    )


def _distance(name: str, other: str, most: int) -> int:
    """How many letters have to be changed, put in, taken out or swapped; `most` for more.

    A letter in the other case counts nothing but more than equal names.
    """
    a, b = name.casefold(), other.casefold()
    before: list[int] = []
    row = list(range(len(b) + 1))
    for i, letter in enumerate(a, 1):
        before, last, row = row, before, [i]
        for j, wanted in enumerate(b, 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (letter != wanted))
            if i > 1 and j > 1 and letter == b[j - 2] and a[i - 2] == wanted:
                cost = min(cost, last[j - 2] + 1)
            row.append(cost)
        if min(row) >= most:
            return most
    return row[-1]
