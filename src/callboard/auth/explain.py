"""What there is to say of a credential, check by check: for `callboard doctor`.

Theory: the checks are those of `JwtVerifier` and `ApiKeyVerifier`, called one by one; the first
that fails would have refused the credential, the later ones are told all the same where possible.

Invariants: what is told never holds a token or a secret; it is for the operator, not for a client.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from callboard.auth.apikey import caller_of, why_refused
from callboard.auth.caller import caller_of_user
from callboard.auth.jwt import JwtVerifier, read_claims, read_header, shown
from callboard.auth.refusal import TokenError
from callboard.errors import RequestError
from callboard.ports.caller import Caller, ProcessLimit
from callboard.ports.records import ApiKeyRecord
from callboard.ports.tokens import form_problem

__all__ = ["Told", "explain_api_key", "explain_jwt"]


@dataclass(frozen=True, slots=True)
class Told:
    """One thing that was looked at."""

    what: str
    good: bool
    text: str


async def explain_jwt(verifier: JwtVerifier, token: str) -> list[Told]:
    """Everything that can be said of a JWT."""
    try:
        header = read_header(token)
    except TokenError as error:
        return [Told("form", False, error.told)]
    found = [Told("form", True, "a JSON Web Token.")]
    claims: dict[str, Any] | None = None
    try:
        await verifier.keys.prepare(header)
        key = verifier.keys.find(header)
        algorithm = header.get("alg")
        found.append(Told("key", True, f"its key is known, and {algorithm} is its algorithm."))
        claims = verifier.check_signature(token, key)
        found.append(Told("signature", True, "fits."))
    except TokenError as error:
        found.append(Told(error.check, False, error.told))
    except RequestError as error:
        found.append(Told("key", False, error.message))
    if claims is None:
        claims = read_claims(token)
        if claims is None:
            return [*found, Told("claims", False, "they are no JSON object.")]
        found.append(Told("claims", False, "nobody vouches for what follows: it only says so."))
    return [*found, *_claims(verifier, claims)]


def _claims(verifier: JwtVerifier, claims: dict[str, Any]) -> Iterator[Told]:
    """Times, issuer, audience, and who it is about."""
    expires: float | None = None
    try:
        expires = verifier.check_times(claims)
        ends = "never" if expires is None else shown(expires - verifier.config.jwt_leeway)
        yield Told("time", True, f"valid now; ends: {ends}.")
    except TokenError as error:
        yield Told(error.check, False, error.told)
    for name, check in (("issuer", verifier.check_issuer), ("audience", verifier.check_audience)):
        try:
            check(claims)
            yield Told(name, True, _party(verifier, name, claims))
        except TokenError as error:
            yield Told(error.check, False, error.told)
    try:
        user = verifier.read_user(claims)
    except TokenError as error:
        names = ", ".join(sorted(claims)) or "none"
        yield Told(error.check, False, f"{error.told} The token has the claims: {names}.")
        return
    caller = caller_of_user(verifier.config, user, expires)
    yield Told("user", True, f"{user.id!r}, with the further claims: {_names(user.info)}.")
    yield from _roles(verifier, user.roles)
    yield _privileges(caller)


def _party(verifier: JwtVerifier, name: str, claims: Mapping[str, Any]) -> str:
    config = verifier.config
    wanted = config.jwt_issuer if name == "issuer" else config.jwt_audience
    if wanted:
        return "is the configured one."
    claim = claims.get("iss" if name == "issuer" else "aud")
    says = "nothing" if claim is None else f"{claim!r:.200}"
    return f"any will do: auth.jwt_{name} is not set (the token says {says})."


def _roles(verifier: JwtVerifier, roles: tuple[str, ...]) -> Iterator[Told]:
    for role in roles:
        given = verifier.config.roles.get(role)
        text = "gives no privileges of its own" if given is None else f"gives {_names(given)}"
        yield Told("role", True, f"{role!r} {text}.")
    if not roles:
        yield Told("role", True, "none.")


def explain_api_key(token: str, record: ApiKeyRecord | None, now: float) -> list[Told]:
    """Everything that can be said of an API key; `record` is what is stored of it."""
    problem = form_problem(token)
    if problem is not None:
        return [Told("form", False, problem)]
    found = [Told("form", True, "an API key; its checksum fits.")]
    why = why_refused(record, now)
    if record is None:
        return [*found, Told("key", False, why or "")]
    issuer = record.issuer or "nobody that is known"
    found.append(Told("key", True, f"{record.id}, {record.name!r}, issued by {issuer}."))
    if why is not None:
        found.append(Told("time", False, why))
    else:
        found.append(Told("time", True, f"valid now; ends: {record.expiration}."))
    caller = caller_of(record)
    found.append(_privileges(caller))
    if record.service is not None:
        found.append(Told("actor", True, f"acts as 'service:{record.service}' and nothing else."))
    limits = caller.key.limits if caller.key is not None else ()
    if caller.may("process:super"):
        found.append(Told("limits", True, "none: it may do everything in every process."))
    elif limits:
        found += [Told("limits", True, _limit(limit)) for limit in limits]
    elif record.service is None:
        text = "none, and no service: it is no actor of any process, and sees none."
        found.append(Told("limits", True, text))
    return found


def _limit(limit: ProcessLimit) -> str:
    scenario = "any scenario" if limit.scenario is None else f"scenario {limit.scenario!r}"
    actors = "any actor" if limit.actors is None else f"actors {_names(limit.actors)}"
    actions = "any action" if limit.actions is None else f"actions {_names(limit.actions)}"
    return f"{scenario}, {actors}, {actions}."


def _privileges(caller: Caller) -> Told:
    return Told("privileges", bool(caller.privileges), f"{_names(sorted(caller.privileges))}.")


def _names(names: Any) -> str:
    return ", ".join(names) or "none"
