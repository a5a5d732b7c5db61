"""Who may do what. Pure, and the only place that decides (specification: api, section 2 and
details 7; architecture 4).

Theory: a caller has a standing in a process: whether it sees it, and three tiers of actors: those
that it is, those that it may become by starting the process, and those that it may act for. A user
is an actor by its id, or where the actor has none, by a role. An API key with a service is that
service; one without is the actors that its limits name. `process:super` sees every process and may
act for any actor.

Invariants: what is not granted here is denied. The limits of a key hold besides all else, but `*`
and `process:super` pass over them. What is seen is decided so that a list can ask it of an index:
for users and services by their principals (`principals`), for other keys by the scenario alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Final, NamedTuple, Protocol, TypeAlias

from callboard.core.process import is_user
from callboard.core.scenario.compiled import Scenario
from callboard.core.scenario.names import SERVICE, covers, is_service
from callboard.core.values import Json, JsonObject
from callboard.errors import ForbiddenError, UnauthenticatedError
from callboard.ports.caller import Caller, KeyIdentity, Privilege, ProcessLimit, User

Document: TypeAlias = "dict[str, Any]"
"""A process as the core gives it: what is where in it is known."""

_OURS: Final = ("key", "id", "by", "roles")
"""What an event's actor says of who acted: never taken from a user's further claims."""


class Named(Protocol):
    """What limits compare a scenario by."""

    @property
    def id(self) -> str: ...
    @property
    def name(self) -> str | None: ...


class Standing(NamedTuple):
    """What a caller is to a process: whether it sees it, and the actors that it may act as, each
    tier in the order of the process.
    """

    sees: bool
    own: Sequence[str] = ()
    """Those that it is."""
    free: Sequence[str] = ()
    """Those that are nobody yet, and become its own when it starts the process as one of them."""
    others: Sequence[str] = ()
    """Those that it may act for."""

    @property
    def candidates(self) -> int:
        """How many actors it may act as."""
        return len(self.own) + len(self.free) + len(self.others)


def require(caller: Caller, *privileges: Privilege) -> None:
    """Raise unless the caller has one of the privileges: UnauthenticatedError when it is nobody,
    else ForbiddenError.
    """
    for privilege in privileges:
        if caller.may(privilege):
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


def standing(
    caller: Caller, scenario: Scenario, process: Document, *, starting: bool = False
) -> Standing:
    """What the caller is to a process. `starting`: it starts it now."""
    if caller.key is None:
        return _user_standing(caller, process, starting=starting)
    sees = is_super(caller) or _key_sees(caller, caller.key, scenario, process)
    if caller.key.service is not None:
        return Standing(sees, own=(SERVICE + caller.key.service,))
    if is_super(caller):
        return Standing(sees, others=tuple(actors_of(process)))
    return Standing(sees, own=_limited_actors(caller, caller.key, scenario, process))


def _user_standing(caller: Caller, process: Document, *, starting: bool) -> Standing:
    user, everybody = caller.user, is_super(caller)
    if user is None:
        return Standing(everybody)
    own, free, others = [], [], []
    roles: list[Json] = [*user.roles]
    for key, actor in actors_of(process).items():
        identity = actor.get("id")
        if identity == user.id or (identity is None and is_user(actor, user.id, roles)):
            own.append(key)
        elif starting and is_nobody(actor):
            free.append(key)
        elif everybody:
            others.append(key)
    return Standing(everybody or bool(own), own, free, others)


def _limited_actors(
    caller: Caller, key: KeyIdentity, scenario: Scenario, process: Document
) -> Sequence[str]:
    """The actors that the limits of a key without a service name."""
    limits = limits_on(caller, scenario) if key.limits else None
    return [
        actor for actor in actors_of(process) if any(_names(limit, actor) for limit in limits or ())
    ]


def _key_sees(caller: Caller, key: KeyIdentity, scenario: Scenario, process: Document) -> bool:
    return key_sees_scenario(caller, scenario, declared_actors(scenario)) and (
        key.service is None or SERVICE + key.service in services_of(scenario, process)
    )


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


def may_await(caller: Caller, scenario: Scenario, process: Document, *, involved: bool) -> bool:
    """Whether a service may learn how a process ends: one that it sees, or in which it is
    `involved`, since it started or stepped it for whoever asks now. Its limits hold besides.
    """
    return within_limits(caller, scenario) and (
        involved or standing(caller, scenario, process).sees
    )


def within_limits(caller: Caller, scenario: Scenario) -> bool:
    """Whether processes of a scenario may be the caller's at all: of users they may, of API keys
    where their limits say so.
    """
    return caller.key is None or key_sees_scenario(caller, scenario, declared_actors(scenario))


def declared_actors(scenario: Scenario) -> Iterable[str]:
    """The keys of the actors that a scenario declares, wildcards included."""
    return (*scenario.actors, *(actor.key for actor in scenario.wildcard_actors))


def services_of(scenario: Scenario, process: Document) -> frozenset[str]:
    """The services (`service:NAME`) that have a part in a process: those that its scenario names,
    and those that may act now.
    """
    if not scenario.has_computed_actors:
        return scenario.services
    offered = (
        key
        for action in process["current"]["actions"]
        for key in action["actor"]
        if key.startswith(SERVICE)
    )
    return scenario.services.union(offered)


def claim(caller: Caller, key: str, *, own: bool) -> JsonObject:
    """What an event records of who acted as an actor, with the roles that are checked.

    Of a user who is that actor its id, and beside it its further claims (specification: process,
    details 11); of anybody else `by`, and no `id`. A service is its key and nothing more.
    """
    user = caller.user
    if user is not None:
        if own:
            return {**_info(user), "key": key, "id": user.id, "roles": [*user.roles]}
        return {**_info(user), "key": key, "by": user.id}
    if own and is_service(key):
        return {"key": key}
    return {"key": key, "by": caller.credential}


def signature(caller: Caller) -> str:
    """Who did something, as it is recorded where no actor did it."""
    return caller.user.id if caller.user is not None else caller.credential


def _info(user: User) -> JsonObject:
    if not user.info:
        return {}
    return {name: value for name, value in user.info.items() if name not in _OURS}


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


def actors_of(process: Document) -> dict[str, JsonObject]:
    """The actors of a process, by key."""
    actors: dict[str, JsonObject] = process["actors"]
    return actors


def _names(limit: ProcessLimit, actor: str) -> bool:
    """Whether an entry of a key's limits means this actor."""
    if limit.actors is None:
        return True
    return any(covers(pattern, actor) for pattern in limit.actors)


def _overlap(patterns: Sequence[str], declared: str) -> bool:
    """Whether some pattern may mean an actor that was declared as this: by key, or `guest_*`."""
    return any(covers(pattern, declared) or covers(declared, pattern) for pattern in patterns)
