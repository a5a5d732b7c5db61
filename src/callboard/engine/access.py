"""Who may do what. Pure, and the only place that decides (specification: api, section 2 and
details 7; architecture 4).

Theory: a caller has a standing in a process, which is a few *tiers* of claims: the actors that it
is, the actors that it may become by starting the process, and the actors that it may act for. A
user is an actor by its id, or where the actor has none, by a role. An API key with a service is
that service; one without is the actors that its limits name. `process:super` sees every process
and may act for any actor.

Invariants: what is not granted here is denied. The limits of a key hold besides all else, but `*`
and `process:super` pass over them. What is seen is decided so that a list can ask it of an index:
for users and services by their principals (`principals`), for other keys by the scenario alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Protocol, cast

from callboard.core.process import is_user
from callboard.core.scenario.compiled import Scenario
from callboard.core.scenario.names import SERVICE, covers
from callboard.core.values import Json, JsonObject
from callboard.errors import ForbiddenError, UnauthenticatedError
from callboard.ports.caller import Caller, KeyIdentity, Privilege, ProcessLimit

_OURS: Final = ("key", "id", "by", "roles")
"""What an event's actor says of who acted: never taken from a user's further claims."""


class Named(Protocol):
    """What limits compare a scenario by."""

    @property
    def id(self) -> str: ...
    @property
    def name(self) -> str | None: ...


@dataclass(frozen=True, slots=True)
class Claim:
    """An actor that a caller may act as: what the event records, and the roles to check."""

    key: str
    document: JsonObject


@dataclass(frozen=True, slots=True)
class Claims:
    """The actors that a caller may act as, each in the order of the process."""

    own: Sequence[Claim] = ()
    """Those that it is."""
    free: Sequence[Claim] = ()
    """Those that are nobody yet, and become its own when it starts the process as one of them."""
    others: Sequence[Claim] = ()
    """Those that it may act for."""

    @property
    def all(self) -> Sequence[Claim]:
        """Every one of them."""
        return [*self.own, *self.free, *self.others]


def require(caller: Caller, *privileges: Privilege) -> None:
    """Raise unless the caller has one of the privileges: UnauthenticatedError when it is nobody,
    else ForbiddenError.
    """
    if any(map(caller.may, privileges)):
        return
    if caller.user is None and caller.key is None:
        raise UnauthenticatedError("Send a token: Authorization: Bearer TOKEN.")
    names = " or ".join(privileges)
    raise ForbiddenError(f"This needs the privilege {names}, which the credential does not have.")


def is_super(caller: Caller) -> bool:
    """Whether every process is the caller's business."""
    return caller.may("process:super")


def limits_on(caller: Caller, scenario: Named) -> tuple[ProcessLimit, ...] | None:
    """The entries of a key's limits that are about a scenario; None where nothing limits it."""
    if caller.key is None or not caller.key.limits or is_super(caller):
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
        return key_sees_scenario(caller, scenario, declared_actors(scenario)) and (
            caller.key.service is None
            or SERVICE + caller.key.service in services_of(scenario, process)
        )
    user = caller.user
    if user is None:
        return False
    roles: list[Json] = list(user.roles)
    return any(is_user(actor, user.id, roles) for actor in actors_of(process).values())


def key_sees_scenario(caller: Caller, scenario: Named, declared: Iterable[str]) -> bool:
    """Whether an API key may see processes of a scenario, which declares these actors: all of them,
    or where it is a service those in which it has a part.
    """
    key, limits = caller.key, limits_on(caller, scenario)
    if key is None:
        return False
    if key.service is not None:
        service = SERVICE + key.service
        return limits is None or any(_names(limit, service) for limit in limits)
    return limits is not None and any(
        limit.actors is None or any(_overlap(limit.actors, actor) for actor in declared)
        for limit in limits
    )


def declared_actors(scenario: Scenario) -> Iterable[str]:
    """The keys of the actors that a scenario declares, wildcards included."""
    return (*scenario.actors, *(actor.key for actor in scenario.wildcard_actors))


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
) -> Claims:
    """The actors that the caller may act as. `starting`: it starts the process now."""
    key = caller.key
    if key is not None and key.service is not None:
        actor = SERVICE + key.service
        return Claims(own=(Claim(actor, {"key": actor}),))
    if key is not None and not is_super(caller):
        return Claims(own=list(_limited_claims(caller, key, scenario, process)))
    return _user_claims(caller, process, starting=starting)


def _user_claims(caller: Caller, process: JsonObject, *, starting: bool) -> Claims:
    own, free, others = [], [], []
    user, everybody = caller.user, is_super(caller)
    roles: list[Json] = list(user.roles) if user is not None else []
    for key, actor in actors_of(process).items():
        if user is not None and is_user(actor, user.id, roles):
            own.append(own_claim(caller, key))
        elif starting and user is not None and is_nobody(actor):
            free.append(own_claim(caller, key))
        elif everybody:
            others.append(claim_for(caller, key))
    return Claims(own, free, others)


def _limited_claims(
    caller: Caller, key: KeyIdentity, scenario: Scenario, process: JsonObject
) -> Iterator[Claim]:
    limits = limits_on(caller, scenario) or ()
    for actor in actors_of(process) if key.limits else ():
        if any(_names(limit, actor) for limit in limits):
            yield claim_for(caller, actor)


def own_claim(caller: Caller, key: str) -> Claim:
    """A user as an actor that is its own. Its further claims are recorded beside its id
    (specification: process, details 11).
    """
    user = caller.user
    if user is None:
        return claim_for(caller, key)
    return Claim(key, {**_info(caller), "key": key, "id": user.id, "roles": list(user.roles)})


def claim_for(caller: Caller, key: str) -> Claim:
    """Acting for an actor that the caller is not: recorded as `by`, and without `id`."""
    by = caller.user.id if caller.user is not None else caller.credential
    return Claim(key, {**_info(caller), "key": key, "by": by})


def _info(caller: Caller) -> JsonObject:
    info = caller.user.info if caller.user is not None else {}
    return {name: value for name, value in info.items() if name not in _OURS}


def may_do(caller: Caller, scenario: Named, actor: str, action: str) -> bool:
    """Whether the limits of an API key leave it an action as an actor."""
    limits = limits_on(caller, scenario)
    return limits is None or any(
        _names(limit, actor) and (limit.actions is None or action in limit.actions)
        for limit in limits
    )


def may_assign(caller: Caller, scenario: Named, actor: str) -> bool:
    """Whether the limits of an API key let it say who an actor is, at the start."""
    limits = limits_on(caller, scenario)
    return limits is None or any(_names(limit, actor) for limit in limits)


def may_start(caller: Caller, scenario: Named) -> bool:
    """Whether the limits of an API key let it start a scenario."""
    return limits_on(caller, scenario) != ()


def is_nobody(actor: JsonObject) -> bool:
    """Whether an actor has neither an id nor a role."""
    return actor.get("id") is None and not actor.get("role")


def actors_of(process: JsonObject) -> dict[str, JsonObject]:
    """The actors of a process, by key."""
    return cast("dict[str, JsonObject]", process["actors"])


def _names(limit: ProcessLimit, actor: str) -> bool:
    """Whether an entry of a key's limits means this actor."""
    if limit.actors is None:
        return True
    return any(covers(pattern, actor) for pattern in limit.actors)


def _overlap(patterns: Sequence[str], declared: str) -> bool:
    """Whether some pattern may mean an actor that was declared as this: by key, or `guest_*`."""
    return any(covers(pattern, declared) or covers(declared, pattern) for pattern in patterns)
