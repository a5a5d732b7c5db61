"""The names in a text that was never readable as YAML: what its lines look like.

Only keys below `states:` and the like, and what follows `on:` and `goto:`; enough to complete names
while a new file is being written.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from callboard.core.values import JsonObject

_SECTION: Final = re.compile(r"(states|actions|actors|vars):\s*(#.*)?$")
_KEY: Final = re.compile(r"( +)(\"[^\"]*\"|'[^']*'|[^\s:#\[{-][^:]*):(\s|$)")
_WAY: Final = re.compile(r"\b(on|goto):\s*(\([^)]*\)|[\w-]+)")


def rough_scenario(lines: Sequence[str]) -> JsonObject:
    """A scenario with the names that the lines seem to hold, and nothing else.

    >>> rough_scenario(["states:", "  initial: [", "    on: go"])
    {'states': {'initial': {}, ' ': {'transitions': [{'on': 'go'}]}}}
    """
    scenario: dict[str, JsonObject] = {}
    section, indent = "", 0
    for line in lines:
        start = _SECTION.match(line)
        key = _KEY.match(line)
        if start is not None:
            section, indent = start[1], 0
            scenario.setdefault(section, {})
        elif line[:1].strip() and not line.startswith("#"):
            section = ""
        elif section and key is not None and indent in (0, len(key[1])):
            indent = len(key[1])
            scenario[section][key[2].strip("'\"")] = {}
    ways = [{match[1]: match[2]} for line in lines for match in _WAY.finditer(line)]
    if ways:
        scenario.setdefault("states", {})[_NAMELESS] = {"transitions": [*ways]}
    return {**scenario}


_NAMELESS: Final = " "
"""Holds the transitions, as it is not known whose they are."""
