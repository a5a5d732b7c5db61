"""Choosing the actor of a step among those that the caller may act as (specification: api, section
2 and details 2). Pure.

Theory: whether an actor may do an action is worked out for that actor (process, details 1), and
only where there is something to choose. The actors that the caller is go before those that it may
become, and these before those that it may act for.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from callboard.core.process import allowed
from callboard.core.scenario.compiled import Scenario
from callboard.core.scenario.names import admits, covers, is_service, patterns_of
from callboard.core.values import JsonObject
from callboard.engine import access
from callboard.engine.access import Claim, Claims
from callboard.errors import EvaluationError, ForbiddenError, InvalidError, Reason
from callboard.ports.caller import Caller


def choose(
    caller: Caller,
    scenario: Scenario,
    process: JsonObject,
    action: str,
    as_actor: str | None,
    *,
    starting: bool = False,
) -> Claim:
    """The claim under which a step is tried.

    `as_actor` chooses; without it, the only candidate for the action. Where nobody among them may
    do it, it is tried as one that it is for, and the refusal says why. Raises ForbiddenError when
    the caller can be no actor or not this one, InvalidError when it could be one of several.
    """
    found = access.claims(caller, scenario, process, starting=starting)
    if as_actor is not None:
        claim = named(caller, scenario, process, found, as_actor)
        if access.may_do(caller, scenario, claim.key, action):
            return claim
        raise ForbiddenError(
            f"The API key may not do {action!r} as {as_actor!r}.", code="key-limit"
        )
    tiers = [
        [claim for claim in tier if access.may_do(caller, scenario, claim.key, action)]
        for tier in (found.own, found.free, found.others)
    ]
    return _only(scenario, process, [tier for tier in tiers if tier], action)


def _only(
    scenario: Scenario, process: JsonObject, tiers: Sequence[Sequence[Claim]], action: str
) -> Claim:
    """The one candidate of the first tier that has any."""
    if not tiers:
        raise ForbiddenError("You are no actor here that could do this.", code="no-actor")
    if len(tiers) == 1 and len(tiers[0]) == 1:
        return tiers[0][0]
    for tier in tiers:
        able = [claim for claim in tier if _may_do(scenario, process, claim.key, action)]
        if len(able) == 1:
            return able[0]
        if able:
            raise _several(able)
    return _likeliest(scenario, process, [claim for tier in tiers for claim in tier], action)


def named(
    caller: Caller, scenario: Scenario, process: JsonObject, found: Claims, key: str
) -> Claim:
    """The claim that `As-Actor` names. Raises ForbiddenError when it is not among them."""
    for claim in found.all:
        if claim.key == key:
            return claim
    if is_service(key) and _may_act_for(caller, scenario, process, key):
        return access.claim_for(caller, key)
    raise ForbiddenError(f"You may not act as {key!r} here.", code="not-your-actor")


def _may_act_for(caller: Caller, scenario: Scenario, process: JsonObject, service: str) -> bool:
    """Services are no actors of the process, but whoever may act for any actor may for them too;
    unless it is a service itself.
    """
    if not access.is_super(caller) or (caller.key is not None and caller.key.service is not None):
        return False
    return service in access.services_of(scenario, process)


def become(caller: Caller, scenario: Scenario, process: JsonObject, found: Claims) -> Claim | None:
    """Whom somebody turns out to be who starts a process without an action and says nothing: the
    one actor that is nobody yet and may act first; None where this is not plain, or needless.
    """
    if found.own or access.is_super(caller):
        return None
    able = [claim for claim in found.free if may_act(scenario, process, claim.key)]
    return able[0] if len(able) == 1 else None


def may_act(scenario: Scenario, process: JsonObject, key: str) -> bool:
    """Whether an actor or service has something to do now, judged for itself."""
    return bool(_offers(scenario, process, key))


def _may_do(scenario: Scenario, process: JsonObject, key: str, action: str) -> bool:
    return any(item["key"] == action for item in _offers(scenario, process, key))


def _offers(scenario: Scenario, process: JsonObject, key: str) -> Sequence[JsonObject]:
    try:
        return allowed(scenario, process, key)
    except EvaluationError:
        # An expression that fails for somebody gives that one nothing to do; a step says why.
        return ()


def _likeliest(
    scenario: Scenario, process: JsonObject, found: Sequence[Claim], action: str
) -> Claim:
    """Of actors who may not do it now, one whom the action is for, so that the refusal helps."""
    current = process["current"]
    state = scenario.states.get(str(current["key"])) if isinstance(current, dict) else None
    offered = state.actions.get(action) if state is not None else None
    if state is None or offered is None:
        return found[0]
    patterns = patterns_of(offered.actors.value) if offered.actors.static else ["*"]
    lists = [transition.by for transition in state.by_action[action]]
    for claim in found:
        if _covered(patterns, claim.key) and any(admits(by, claim.key) for by in lists):
            return claim
    return found[0]


def _covered(patterns: Iterable[str], key: str) -> bool:
    return any(covers(pattern, key) for pattern in patterns)


def _several(able: Sequence[Claim]) -> InvalidError:
    names = ", ".join(claim.key for claim in able)
    reasons = [
        Reason("actor-ambiguous", f"You may act as {claim.key!r}.", details={"key": claim.key})
        for claim in able
    ]
    return InvalidError(
        f"You could do this as one of several actors: {names}. Name one in As-Actor.",
        reasons,
        code="actor-ambiguous",
    )
