"""Who may do what with a process. Pure, and the only place that decides (specification: api,
section 2 and details 7).

A user is an actor by its id, or where the actor has none, by a role. An API key with a service is
that service; one without is the actors that its limits name. Whoever has `process:super` sees every
process and may act as any actor. Limits of a key hold besides all that, but `*` and `process:super`
pass over them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import cast

from callboard.core.process import is_user
from callboard.core.scenario.compiled import Scenario
from callboard.core.scenario.names import SERVICE, is_numbered
from callboard.core.values import JsonObject
from callboard.ports.caller import Caller, ProcessLimit


@dataclass(frozen=True, slots=True)
class Claim:
    """An actor that a caller may act as: what the event records, and the roles to check."""

    key: str
    document: JsonObject


def is_super(caller: Caller) -> bool:
    """Whether every process is the caller's business."""
    return caller.may("process:super")


def limits_on(caller: Caller, scenario: Scenario) -> tuple[ProcessLimit, ...] | None:
    """The entries of a key's limits that are about a scenario; None where nothing limits it."""
    if caller.key is None or is_super(caller) or not caller.key.limits:
        return None
    names = (scenario.id, scenario.name)
    return tuple(
        limit for limit in caller.key.limits if limit.scenario is None or limit.scenario in names
    )


def may_see(caller: Caller, scenario: Scenario, process: JsonObject) -> bool:
    """Whether the caller may know that this process exists."""
    if is_super(caller):
        return True
    if caller.key is not None:
        return _key_sees(caller, scenario, process)
    return any(True for _ in _own_actors(caller, process))


def _key_sees(caller: Caller, scenario: Scenario, process: JsonObject) -> bool:
    key, limits = caller.key, limits_on(caller, scenario)
    if key is None or limits == ():
        return False
    if key.service is not None:
        return SERVICE + key.service in services_of(scenario, process)
    return limits is not None and limits_see(caller, scenario)


def limits_see(caller: Caller, scenario: Scenario) -> bool:
    """Whether the limits of a key let it see the processes of a scenario at all: `may_see` as a
    question about the scenario, for lists.
    """
    limits = limits_on(caller, scenario)
    if limits is None or caller.key is None or caller.key.service is not None:
        return limits != ()
    return any(_could_be(limit, scenario) for limit in limits)


def _could_be(limit: ProcessLimit, scenario: Scenario) -> bool:
    """Whether a scenario has an actor that a limit names."""
    return limit.actors is None or any(_declares(scenario, key) for key in limit.actors)


def _declares(scenario: Scenario, key: str) -> bool:
    return key in scenario.actors or any(
        actor.key == key or is_numbered(actor.key, key) for actor in scenario.wildcard_actors
    )


def services_of(scenario: Scenario, process: JsonObject) -> frozenset[str]:
    """The services (`service:NAME`) that have a part in a process: those that its scenario names,
    and those that may act now.
    """
    if not scenario.has_computed_actors:
        return scenario.services
    current = cast("JsonObject", process["current"])
    offered = (
        key
        for action in cast("list[JsonObject]", current["actions"])
        for key in cast("list[str]", action["actor"])
        if key.startswith(SERVICE)
    )
    return scenario.services.union(offered)


def claims(
    caller: Caller, scenario: Scenario, process: JsonObject, *, starting: bool = False
) -> list[Claim]:
    """The actors that the caller may act as, in the order of the process.

    `starting`: whoever starts a process may also be an actor that is nobody yet.
    """
    if caller.key is not None and not is_super(caller):
        return list(_key_claims(caller, scenario, process))
    return list(_user_claims(caller, process, starting=starting))


def _user_claims(caller: Caller, process: JsonObject, *, starting: bool) -> Iterator[Claim]:
    everybody = is_super(caller)
    for key, actor in cast("dict[str, JsonObject]", process["actors"]).items():
        if _is_actor(caller, actor):
            yield own_claim(caller, key)
        elif everybody:
            yield _claim_for(caller, key)
        elif starting and caller.user is not None and is_nobody(actor):
            yield own_claim(caller, key)


def _key_claims(caller: Caller, scenario: Scenario, process: JsonObject) -> Iterator[Claim]:
    key, limits = caller.key, limits_on(caller, scenario)
    if key is None or limits == ():
        return
    if key.service is not None:
        yield Claim(SERVICE + key.service, {"key": SERVICE + key.service})
        return
    for actor in cast("JsonObject", process["actors"]):
        if any(limit.actors is None or actor in limit.actors for limit in limits or ()):
            yield _claim_for(caller, actor)


def own_claim(caller: Caller, key: str) -> Claim:
    """A user as an actor of its own."""
    user = caller.user
    if user is None:
        return _claim_for(caller, key)
    document: JsonObject = {**user.info, "key": key, "id": user.id, "roles": list(user.roles)}
    return Claim(key, document)


def _claim_for(caller: Caller, key: str) -> Claim:
    """Somebody else acting as an actor: recorded as `by`."""
    if caller.user is not None:
        return Claim(key, {**caller.user.info, "key": key, "by": caller.user.id})
    return Claim(key, {"key": key, "by": caller.credential})


def may_do(caller: Caller, scenario: Scenario, actor: str, action: str) -> bool:
    """Whether the limits of an API key leave it an action as an actor."""
    limits = limits_on(caller, scenario)
    return limits is None or any(
        (limit.actors is None or actor in limit.actors or actor.startswith(SERVICE))
        and (limit.actions is None or action in limit.actions)
        for limit in limits
    )


def may_assign(caller: Caller, scenario: Scenario, actor: str) -> bool:
    """Whether the limits of an API key let it say who an actor is, at the start."""
    limits = limits_on(caller, scenario)
    return limits is None or any(
        limit.actors is None or actor in limit.actors for limit in limits
    )


def may_start(caller: Caller, scenario: Scenario) -> bool:
    """Whether the limits of an API key let it start a scenario."""
    return limits_on(caller, scenario) != ()


def is_nobody(actor: JsonObject) -> bool:
    """Whether an actor has neither an id nor a role."""
    return actor.get("id") is None and not actor.get("role")


def _own_actors(caller: Caller, process: JsonObject) -> Iterator[str]:
    for key, actor in cast("dict[str, JsonObject]", process["actors"]).items():
        if _is_actor(caller, actor):
            yield key


def _is_actor(caller: Caller, actor: JsonObject) -> bool:
    user = caller.user
    return user is not None and is_user(actor, user.id, list(user.roles))
