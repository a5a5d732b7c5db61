"""Periods: whole seconds, or a whole number and a unit (specification: language, section 2).

Normalisation is laxer than validation: units in any case, blanks around them, and a text without
a unit counts seconds (section 5.11).
"""

from __future__ import annotations

import re
from typing import Final

from callboard.core.scenario.normalize.refusal import refuse
from callboard.core.values import Json

_UNITS: Final = {
    "": 1,
    **dict.fromkeys(("s", "second", "seconds"), 1),
    **dict.fromkeys(("m", "minute", "minutes"), 60),
    **dict.fromkeys(("h", "hour", "hours"), 3_600),
    **dict.fromkeys(("d", "day", "days"), 86_400),
    **dict.fromkeys(("w", "week", "weeks"), 604_800),
}
_PERIOD: Final = re.compile(r"\s*([0-9]{1,15})\s*([a-z]*)\s*", re.IGNORECASE)
_LONGEST: Final = 2**53 - 1


def seconds_of(value: Json, pointer: str) -> int:
    """The whole seconds that a period lasts. Raises ScenarioError when it is none.

    >>> seconds_of("2 hours", "/after"), seconds_of(90, "/after")
    (7200, 90)
    """
    seconds = _from_text(value) if isinstance(value, str) else _from_number(value)
    if seconds is None or not 0 <= seconds <= _LONGEST:
        refuse("A period is a whole number of seconds, or a whole number and a unit.", pointer)
    return seconds


def _from_text(text: str) -> int | None:
    match = _PERIOD.fullmatch(text)
    unit = _UNITS.get(match[2].lower()) if match else None
    return int(match[1]) * unit if match and unit else None


def _from_number(value: Json) -> int | None:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    return int(value) if value == value // 1 and abs(value) <= _LONGEST else None
