"""Whom a process belongs to, as the lists and inboxes know them (specification: api, section 2).

A principal is `user:ID`, `role:NAME` or `service:NAME`. What is derived here is `access` as rows:
a list that asks for the principals of a caller shows what single reads would show. Pure.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import cast

from callboard.core.process import roles_of
from callboard.core.scenario.compiled import Scenario, State
from callboard.core.scenario.names import is_service
from callboard.core.values import JsonObject
from callboard.engine.access import Document, actors_of, services_of
from callboard.engine.choosing import may_act
from callboard.ports.caller import Caller
from callboard.ports.records import Principal, TaskRecord


def of_caller(caller: Caller) -> frozenset[Principal]:
    """Everything that a caller is, to lists. Keys without a service are found by scenario."""
    if caller.key is not None:
        service = caller.key.service
        return frozenset() if service is None else frozenset((f"service:{service}",))
    if caller.user is None:
        return frozenset()
    return frozenset((f"user:{caller.user.id}", *(f"role:{role}" for role in caller.user.roles)))


def of_actor(actor: JsonObject) -> Iterator[Principal]:
    """Who an actor is: its user, or where it has none, anybody with one of its roles."""
    identity = actor.get("id")
    if identity is None:
        for role in roles_of(actor):
            if isinstance(role, str):
                yield f"role:{role}"
    elif isinstance(identity, str):
        yield f"user:{identity}"


def participants(scenario: Scenario, process: Document) -> frozenset[Principal]:
    """Everybody who has a part in a process."""
    found = set(services_of(scenario, process))
    for actor in actors_of(process).values():
        found.update(of_actor(actor))
    return frozenset(found)


def tasks(scenario: Scenario, process: Document, due: str | None) -> tuple[TaskRecord, ...]:
    """Who may do something now; `due` is when the state times out."""
    if not process["isRunning"]:
        return ()
    current, actors = process["current"], actors_of(process)
    found: dict[Principal, None] = {}
    for key in _who_may_act(scenario, scenario.states[current["key"]], process):
        if is_service(key):
            found[key] = None
        elif key in actors:
            found.update(dict.fromkeys(of_actor(actors[key])))
    return tuple([TaskRecord(principal, current["timestamp"], due) for principal in found])


def _who_may_act(scenario: Scenario, state: State, process: Document) -> Iterable[str]:
    """The actors and services with something to do, each judged for itself (process, details 1)."""
    actors = actors_of(process)
    if state.ready_actions is not None and actors.keys() == scenario.actors.keys():
        ready: Iterable[Document] = cast("list[Document]", state.ready_actions)
        return [key for action in ready for key in action["actor"]]
    candidates = (*actors, *services_of(scenario, process))
    return [key for key in candidates if may_act(scenario, process, key)]
