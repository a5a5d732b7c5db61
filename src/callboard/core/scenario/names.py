"""How actors are named: by key, by wildcard (`person_*` for `person_1`, `person_2`…), by `*` for
anybody, and `service:NAME` (specification: language, section 2; process, details 6 and 15).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from callboard.core.values import Json

SERVICE = "service:"
ANYBODY = "*"


def is_service(key: str) -> bool:
    return key.startswith(SERVICE)


def is_numbered(pattern: str, key: str) -> bool:
    """Whether a wildcard pattern covers a key: what stands for `*` are digits.

    >>> is_numbered("guest_*", "guest_12"), is_numbered("guest_*", "guest_x")
    (True, False)
    """
    prefix = pattern[:-1]
    number = key[len(prefix) :]
    return (
        pattern.endswith("*") and key.startswith(prefix) and number.isascii() and number.isdigit()
    )


def covers(pattern: str, key: str) -> bool:
    """Whether one entry of an `actor` or `by` list means this key."""
    return pattern in (ANYBODY, key) or (pattern.endswith("*") and is_numbered(pattern, key))


def admits(patterns: Collection[str], key: str) -> bool:
    """Whether a `by` list lets this actor through."""
    return (
        ANYBODY in patterns or key in patterns or any(covers(pattern, key) for pattern in patterns)
    )


def patterns_of(value: Json) -> list[str]:
    """An evaluated `actor` list: a single one counts as a list; what is no text is dropped."""
    listed = value if isinstance(value, list) else [value]
    return [item for item in listed if isinstance(item, str)]


def expand(value: Json, actors: Iterable[str], by: Sequence[Sequence[str]]) -> list[str]:
    """The actors that an action's `actor` list means, cut to those that some `by` list admits.

    `actors` are the keys of the process, `by` the lists of the enabled transitions on the action.
    With `*` in the action's list, the services that a `by` list names are meant too
    (specification: process, details 15).
    """
    named: dict[str, None] = {}
    for pattern in patterns_of(value):
        if pattern == ANYBODY:
            named.update(dict.fromkeys(actors))
            named.update(dict.fromkeys(name for names in by for name in names if is_service(name)))
        elif is_service(pattern):
            named[pattern] = None
        else:
            named.update(dict.fromkeys(key for key in actors if covers(pattern, key)))
    return [key for key in named if any(admits(names, key) for names in by)]
