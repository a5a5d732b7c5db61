"""Dates and times as texts: whether they are well-formed, and which is the earlier.

RFC 3339, as the formats of the ajv-formats list read it: an offset may be written `+01`, `+0100`
or `+01:00`; the `T` of a date and time may be a blank; second 60 is allowed at the end of a day
in UTC. The formats `iso-time` and `iso-date-time` may go without an offset, which then is UTC.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable, Mapping
from datetime import date
from typing import Final

_DATE: Final = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
_TIME: Final = re.compile(
    r"([0-9]{2}):([0-9]{2}):([0-9]{2}(?:\.[0-9]+)?)(z|([+-])([0-9]{2})(?::?([0-9]{2}))?)?",
    re.IGNORECASE,
)
_SEPARATOR: Final = re.compile(r"[tT\s]")
_DAY: Final = 86_400.0


def days_of(text: str) -> float | None:
    """The number of the day that a date names; None when it names none."""
    match = _DATE.fullmatch(text)
    if match is None:
        return None
    year, month, day = map(int, match.groups())
    if not 1 <= month <= 12 or not 1 <= day <= monthrange(2000 + year % 400, month)[1]:
        return None
    # The calendar repeats every 400 years; Python's has no year 0.
    return date(2000 + year % 400, month, day).toordinal() + (year // 400) * 146_097.0


def seconds_of_day(text: str, *, offset_required: bool) -> float | None:
    """The seconds from midnight, in UTC, to a time of day; None when it is no time."""
    match = _TIME.fullmatch(text)
    if match is None or (offset_required and match[4] is None):
        return None
    hours, minutes, seconds = int(match[1]), int(match[2]), float(match[3])
    sign = -1 if match[5] == "-" else 1
    east_hours, east_minutes = int(match[6] or 0), int(match[7] or 0)
    if hours > 23 or minutes > 59 or east_hours > 23 or east_minutes > 59:
        return None
    offset = sign * (east_hours * 3600.0 + east_minutes * 60)
    utc = hours * 3600.0 + minutes * 60 - offset
    is_last_minute = utc % _DAY == _DAY - 60
    if seconds >= (61 if is_last_minute else 60):
        return None
    return utc + seconds


def instant_of(text: str, *, offset_required: bool) -> float | None:
    """The seconds to a date and time from the first day there is; None when it is none."""
    parts = _SEPARATOR.split(text)
    if len(parts) != 2:
        return None
    days = days_of(parts[0])
    seconds = seconds_of_day(parts[1], offset_required=offset_required)
    return None if days is None or seconds is None else days * _DAY + seconds


def _strict_time(text: str) -> float | None:
    return seconds_of_day(text, offset_required=True)


def _loose_time(text: str) -> float | None:
    return seconds_of_day(text, offset_required=False)


def _strict_instant(text: str) -> float | None:
    return instant_of(text, offset_required=True)


def _loose_instant(text: str) -> float | None:
    return instant_of(text, offset_required=False)


ORDERED: Final[Mapping[str, Callable[[str], float | None]]] = {
    "date": days_of,
    "time": _strict_time,
    "date-time": _strict_instant,
    "iso-time": _loose_time,
    "iso-date-time": _loose_instant,
}
"""The formats whose values have an order, and what places a value in it."""
