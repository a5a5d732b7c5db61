"""The actors of a process: who they are, made from what, and who may claim to be one of them."""

from __future__ import annotations

from callboard.core.scenario.compiled import Actor, Scenario
from callboard.core.scenario.names import is_numbered
from callboard.core.values import ABSENT, Absent, Json, JsonObject
from callboard.errors import Reason


def find_actor(scenario: Scenario, key: str) -> Actor | None:
    """The declaration of an actor: its own, or that of the wildcard which covers the key."""
    actor = scenario.actors.get(key)
    if actor is not None or not scenario.wildcard_actors:
        return actor
    for wildcard in scenario.wildcard_actors:
        if is_numbered(wildcard.key, key):
            return wildcard
    return None


def roles_of(actor: JsonObject) -> list[Json]:
    """The roles that make somebody this actor."""
    role = actor.get("role")
    if role is None:
        return []
    return role if isinstance(role, list) else [role]


def is_user(actor: JsonObject, user_id: Json | Absent, roles: list[Json]) -> bool:
    """Whether a user is this actor (specification: process, step 3): the one with its id; where it
    has none, anybody with one of its roles.
    """
    identity = actor.get("id")
    if identity is not None:
        return identity == user_id
    return any(map(roles.__contains__, roles_of(actor)))


def check_claim(key: str, actor: JsonObject, claim: JsonObject) -> Reason | None:
    """Why whoever claims to be this actor is not; None when nothing speaks against it.

    Only a claim with an `id` or `roles` (an empty list too) is checked.
    """
    if "id" not in claim and "roles" not in claim:
        return None
    if actor.get("id") is None and not roles_of(actor):
        return Reason(
            "actor-unassigned",
            f"Actor {key!r} is assigned to nobody: it has neither an id nor a role.",
        )
    roles = claim.get("roles")
    if is_user(actor, claim.get("id", ABSENT), roles if isinstance(roles, list) else []):
        return None
    return Reason("user-not-actor", f"The user is not actor {key!r}.")


def acting(process_actors: JsonObject, key: str) -> JsonObject:
    """`current.actor`: a copy of the process's actor, with its key; of a service, only its key."""
    actor = process_actors.get(key)
    return {**actor, "key": key} if isinstance(actor, dict) else {"key": key}
