"""Which action the answer of a service triggers in a state (specification: language, section 5.4).

It is the action of the one transition that the service may take: one whose `by` names it or, for
a notification that was written, one whose `by` has `*` and whose plain action lists the service as
an actor. Transitions are counted, not actions: two of them on one action give no trigger. The
work is linear: a `*` is weighed against the services of an action once for each action of the
state, however many transitions are on it.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence, Set
from typing import TypeAlias

from callboard.core.scenario.names import ANYBODY, is_service
from callboard.core.values import Json, JsonObject

ServicesOfActions: TypeAlias = "Mapping[str, frozenset[str]]"
"""The services that each plain action lists as its actors."""


def services_of_actions(actions: JsonObject) -> ServicesOfActions:
    """What `Triggers` wants to know of normalised actions."""
    return {
        key: frozenset(_services(action.get("actor")))
        for key, action in actions.items()
        if isinstance(action, dict)
    }


class Triggers:
    """The transitions of one state, counted by the services that may take them."""

    def __init__(self, transitions: Sequence[Json], services: ServicesOfActions) -> None:
        self.services = services
        self.named: defaultdict[str, list[str]] = defaultdict(list)
        self.open: Counter[str] = Counter()
        self.named_in_open: Counter[tuple[str, str]] = Counter()
        for transition in transitions:
            if isinstance(transition, dict):
                self._count(transition.get("on"), transition.get("by"))

    def _count(self, action: Json, by: Json) -> None:
        if not isinstance(action, str) or not isinstance(by, list):
            return
        is_open = ANYBODY in by
        self.open[action] += is_open
        for name in dict.fromkeys(_services(by)):
            self.named[name].append(action)
            self.named_in_open[action, name] += is_open

    def of_notified(self, notified: Set[str]) -> dict[str, str | None]:
        """The triggers of the services that the state notifies in so many words."""
        counted = {name: len(self.named.get(name, ())) for name in notified}
        actions = {name: self.named[name][0] for name in notified if counted[name]}
        for action, times in self.open.items():
            for name in notified & self.services.get(action, frozenset()):
                # A transition that has `*` and names the service besides counts once.
                counted[name] += times - self.named_in_open[action, name]
                actions.setdefault(name, action)
        return {name: actions[name] if counted[name] == 1 else None for name in notified}

    def of_named(self) -> dict[str, str | None]:
        """The triggers of all services that some `by` names, in the order of the transitions."""
        return {
            name: actions[0] if len(actions) == 1 else None for name, actions in self.named.items()
        }


def _services(names: Json) -> Iterable[str]:
    listed = names if isinstance(names, list) else ()
    return (name for name in listed if isinstance(name, str) and is_service(name))
