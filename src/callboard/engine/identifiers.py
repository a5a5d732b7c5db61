"""How processes and scenarios are named in requests: by UUID; scenarios by name and version too."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final, TypeAlias

from callboard.ports.records import ScenarioRecord

_UUID: Final = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_NUMBER: Final = re.compile(r"[0-9]+", re.ASCII)

_Part: TypeAlias = "tuple[int, int, str]"
_Order: TypeAlias = "tuple[list[_Part], bool, list[_Part]]"


def uuid_of(text: str) -> str | None:
    """The UUID that a text is, in lower case; None when it is none.

    >>> uuid_of("0B8F3C52-6F4E-4C0E-9A44-7A1D1A3F2F10")
    '0b8f3c52-6f4e-4c0e-9a44-7a1d1a3f2f10'
    """
    text = text.lower()
    return text if _UUID.fullmatch(text) else None


def newest(records: Sequence[ScenarioRecord]) -> ScenarioRecord | None:
    """The one with the newest semantic version; of equal versions the last in the sequence."""
    found: ScenarioRecord | None = None
    for record in records:
        if found is None or precedence(record.version or "") >= precedence(found.version or ""):
            found = record
    return found


def precedence(version: str) -> _Order:
    """What orders versions as Semantic Versioning 2.0 does (section 11); what is none comes first.

    >>> sorted(["1.10.0", "1.9.0", "1.10.0-rc.1", "1.10.0-rc.10", "1.10.0-rc.9"], key=precedence)
    ['1.9.0', '1.10.0-rc.1', '1.10.0-rc.9', '1.10.0-rc.10', '1.10.0']
    """
    plain, _, pre = version.partition("+")[0].partition("-")
    return _parts(plain), not pre, _parts(pre)


def _parts(text: str) -> list[_Part]:
    """Numbers by value and before words; words by their characters."""
    return [
        (0, int(part[:100]), "") if _NUMBER.fullmatch(part) else (1 if part else 0, 0, part)
        for part in text.split(".")
    ]
