"""Choosing the actor of a step among those that the caller may act as (specification: api, section
2 and details 2). Pure.

Theory: whether an actor may do an action is worked out for that actor (process, details 1), and
only where there is something to choose. The actors that the caller is go before those that it may
become, and these before those that it may act for.
"""

from __future__ import annotations

from collections.abc import Sequence

from callboard.core.process import allowed
from callboard.core.scenario.compiled import Scenario
from callboard.core.scenario.names import ANYBODY, admits, is_service
from callboard.core.values import JsonObject
from callboard.engine import access
from callboard.engine.access import Standing
from callboard.errors import EvaluationError, ForbiddenError, InvalidError, Reason
from callboard.ports.caller import Caller


def choose(
    caller: Caller,
    standing: Standing,
    scenario: Scenario,
    process: JsonObject,
    action: str,
    as_actor: str | None,
) -> str:
    """The actor that a step is tried as.

    `as_actor` chooses; without it, the only candidate for the action. Where nobody among them may
    do it, it is tried as one that it is for, and the refusal says why. Raises ForbiddenError when
    the caller can be no actor or not this one, InvalidError when it could be one of several.
    """
    if as_actor is not None:
        check_named(caller, standing, scenario, process, as_actor)
        if access.may_do(caller, scenario, as_actor, action):
            return as_actor
        raise ForbiddenError(
            f"The API key may not do {action!r} as {as_actor!r}.", code="key-limit"
        )
    tiers = [tier for tier in (standing.own, standing.free, standing.others) if tier]
    if caller.key is not None:
        tiers = _within_limits(caller, scenario, tiers, action)
    if not tiers:
        raise ForbiddenError("You are no actor here that could do this.", code="no-actor")
    if len(tiers) == 1 and len(tiers[0]) == 1:
        return tiers[0][0]
    return _only(scenario, process, tiers, action)


def _within_limits(
    caller: Caller, scenario: Scenario, tiers: Sequence[Sequence[str]], action: str
) -> list[Sequence[str]]:
    """The tiers less the actors as which the limits of a key do not leave it the action."""
    left = [[key for key in tier if access.may_do(caller, scenario, key, action)] for tier in tiers]
    return [tier for tier in left if tier]


def _only(
    scenario: Scenario, process: JsonObject, tiers: Sequence[Sequence[str]], action: str
) -> str:
    """The one candidate of the first tier that has any."""
    for tier in tiers:
        able = [key for key in tier if _may_do(scenario, process, key, action)]
        if len(able) == 1:
            return able[0]
        if able:
            raise _several(able)
    return _likeliest(scenario, process, [key for tier in tiers for key in tier], action)


def check_named(
    caller: Caller, standing: Standing, scenario: Scenario, process: JsonObject, key: str
) -> None:
    """Raise ForbiddenError unless the caller may act as the actor that `As-Actor` names."""
    if not may_name(caller, standing, scenario, process, key):
        raise ForbiddenError(f"You may not act as {key!r} here.", code="not-your-actor")


def may_name(
    caller: Caller, standing: Standing, scenario: Scenario, process: JsonObject, key: str
) -> bool:
    """Whether the caller may act as an actor or service."""
    if key in standing.own or key in standing.free or key in standing.others:
        return True
    return is_service(key) and _may_act_for(caller, scenario, process, key)


def _may_act_for(caller: Caller, scenario: Scenario, process: JsonObject, service: str) -> bool:
    """Services are no actors of the process, but whoever may act for any actor may for them too;
    unless it is a service itself.
    """
    if not access.is_super(caller) or (caller.key is not None and caller.key.service is not None):
        return False
    return service in access.services_of(scenario, process)


def become(
    caller: Caller, standing: Standing, scenario: Scenario, process: JsonObject
) -> str | None:
    """Whom somebody turns out to be who starts a process without an action and says nothing: the
    one actor that is nobody yet and may act first; None where this is not plain, or needless.
    """
    if standing.own or access.is_super(caller):
        return None
    able = [key for key in standing.free if may_act(scenario, process, key)]
    return able[0] if len(able) == 1 else None


def may_act(scenario: Scenario, process: JsonObject, key: str) -> bool:
    """Whether an actor or service has something to do now, judged for itself."""
    return bool(offers(scenario, process, key))


def _may_do(scenario: Scenario, process: JsonObject, key: str, action: str) -> bool:
    return any(item["key"] == action for item in offers(scenario, process, key))


def offers(scenario: Scenario, process: JsonObject, key: str) -> Sequence[JsonObject]:
    """What an actor or service may do now, judged for itself."""
    try:
        return allowed(scenario, process, key)
    except EvaluationError:
        # An expression that fails for somebody gives that one nothing to do; a step says why.
        return ()


def _likeliest(scenario: Scenario, process: JsonObject, found: Sequence[str], action: str) -> str:
    """Of actors who may not do it now, one whom the action is for, so that the refusal helps."""
    current = process["current"]
    state = scenario.states.get(str(current["key"])) if isinstance(current, dict) else None
    offered = state.actions.get(action) if state is not None else None
    if state is None or offered is None:
        return found[0]
    patterns = (ANYBODY,) if offered.patterns is None else offered.patterns
    lists = [transition.by for transition in state.by_action[action]]
    for key in found:
        if admits(patterns, key) and any(admits(by, key) for by in lists):
            return key
    return found[0]


def _several(able: Sequence[str]) -> InvalidError:
    names = ", ".join(able)
    reasons = [
        Reason("actor-ambiguous", f"You may act as {key!r}.", details={"key": key}) for key in able
    ]
    return InvalidError(
        f"You could do this as one of several actors: {names}. Name one in As-Actor.",
        reasons,
        code="actor-ambiguous",
    )
