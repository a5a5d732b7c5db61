"""Who there is to act: the declared actors, those that wildcards stand for, and services."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Final

from callboard.core.scenario.names import ANYBODY, is_numbered, is_service

_DIGITS: Final = "0123456789"


def wildcard_of(key: str) -> str:
    """The wildcard that would cover a numbered key; for another one, a name that covers nothing.

    >>> wildcard_of("guest_12"), wildcard_of("guest_")
    ('guest_*', 'guest_*')
    """
    return f"{key.rstrip(_DIGITS)}*"


def is_among(key: str, names: Collection[str]) -> bool:
    """Whether a list means this actor, by its name or by a wildcard.

    >>> is_among("guest_1", {"guest_*"}), is_among("guest_*", {"guest_1"})
    (True, False)
    """
    wildcard = wildcard_of(key)
    return key in names or (wildcard in names and is_numbered(wildcard, key))


class Cast:
    """The actors of a scenario. In what it answers, a wildcard actor stands for all the actors of
    its kind that are not named themselves.
    """

    def __init__(self, actors: Iterable[str]) -> None:
        self.declared = frozenset(actors)
        self.numbered: dict[str, list[str]] = {}
        for key in self.declared:
            if is_numbered(wildcard_of(key), key):
                self.numbered.setdefault(wildcard_of(key), []).append(key)

    def exists(self, name: str) -> bool:
        """Whether a name in a list means anybody at all."""
        return (
            name == ANYBODY
            or is_service(name)
            or name in self.numbered
            or is_among(name, self.declared)
        )

    def meant(self, names: Iterable[str]) -> frozenset[str]:
        """Those that a list means."""
        found: set[str] = set()
        for name in names:
            if name == ANYBODY:
                found |= self.declared
            elif name.endswith("*"):
                found.update(self.numbered.get(name, ()), {name} & self.declared)
            elif self.exists(name):
                found.add(name)
        return frozenset(found)

    def both(self, listed: Collection[str], by: Collection[str]) -> frozenset[str]:
        """Those that the `actor` list of an action and the `by` list of a transition have in
        common. Where an action is for anybody, the services are meant that `by` names.
        """
        if ANYBODY in listed:
            return self.meant(by)
        if ANYBODY in by:
            return self.meant(listed)
        some, others = self.meant(listed), self.meant(by)
        return frozenset(
            key for key in some | others if is_among(key, some) and is_among(key, others)
        )
