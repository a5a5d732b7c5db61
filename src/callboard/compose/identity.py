"""How credentials are checked: by the configured key, by those that the issuer publishes, or in
development mode for the demo accounts.

Invariants: production mode does not start without a key or a secret, nor with one that everybody
knows or can guess; the demo accounts do not exist there (architecture: 9, rule 10).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from time import monotonic
from typing import Final

from callboard.auth import (
    DEMO_ACCOUNTS,
    DEMO_SECRET,
    AuthConfig,
    Authenticator,
    JwtVerifier,
    KeyConfigError,
    demo_token,
    find_account,
)
from callboard.auth.jwks import Fetch, JwksKeys, is_web_address
from callboard.auth.jwt import Keys
from callboard.core.values import JsonObject
from callboard.errors import EvaluationError
from callboard.ports.caller import User
from callboard.ports.clock import Clock
from callboard.ports.store import ApiKeyStore
from callboard.settings import Settings, SettingsError

__all__ = ["authenticator", "demo_accounts", "key_config", "verifier"]

SHORTEST: Final = 32
"""Bytes of a secret for HS256 (RFC 7518, 3.2)."""

NO_KEY: Final = (
    "Nothing says how tokens are checked. Set auth.jwt_secret (CALLBOARD_AUTH_JWT_SECRET), "
    "auth.jwt_public_key (CALLBOARD_AUTH_JWT_PUBLIC_KEY) or auth.jwks_url "
    "(CALLBOARD_AUTH_JWKS_URL), or start with --dev to try things out."
)
SEVERAL: Final = "Set one of auth.jwt_secret, auth.jwt_public_key and auth.jwks_url, not several."


def key_config(settings: Settings) -> AuthConfig:
    """The settings of identity that are used: in development mode a key is always there.

    Raises `SettingsError` where production mode has none, or none that is safe.
    """
    auth = settings.auth
    given = [bool(item) for item in (auth.jwt_secret, auth.jwt_public_key, auth.jwks_url)]
    if sum(given) > 1:
        raise SettingsError([SEVERAL])
    if auth.jwks_url and not is_web_address(auth.jwks_url, plain=settings.dev):
        raise SettingsError(["auth.jwks_url is to be an https address."])
    if not any(given):
        if settings.dev:
            return replace(auth, jwt_secret=DEMO_SECRET)
        if not is_web_address(auth.jwt_issuer):
            raise SettingsError([NO_KEY])
    if auth.jwt_secret and not settings.dev:
        _refuse_weak(auth.jwt_secret)
    return auth


def _refuse_weak(secret: str) -> None:
    if secret == DEMO_SECRET:
        raise SettingsError(["auth.jwt_secret is the one of development mode: everybody knows it."])
    if len(secret.encode()) < SHORTEST:
        raise SettingsError([f"auth.jwt_secret is too short: it needs {SHORTEST} bytes or more."])


def verifier(auth: AuthConfig, clock: Clock) -> JwtVerifier:
    """What checks tokens. Raises `SettingsError` for a key or transform that cannot be used."""
    keys: Keys | None = None
    if not auth.jwt_secret and not auth.jwt_public_key:
        keys = JwksKeys(auth, published_keys(auth), monotonic)
    try:
        return JwtVerifier(auth, lambda: clock.now().timestamp(), keys)
    except KeyConfigError as error:
        raise SettingsError([str(error)]) from None
    except EvaluationError as error:
        raise SettingsError([f"auth.jwt_transform: {error.message}"]) from None


def published_keys(auth: AuthConfig) -> Fetch:
    """What fetches the keys of the issuer: from their address, or from where the issuer says."""
    from callboard.auth.fetch import discover, fetch

    if auth.jwks_url:
        return partial(fetch, auth.jwks_url)
    return partial(discover, auth.jwt_issuer)


def authenticator(
    settings: Settings, auth: AuthConfig, checks: JwtVerifier, store: ApiKeyStore, clock: Clock
) -> Authenticator:
    """What turns credentials into callers; in development mode none means the default account."""
    default = _default_user(auth.default_account) if settings.dev else None
    return Authenticator(auth, store, checks, clock.now, default)


def _default_user(name: str) -> User | None:
    if not name:
        return None
    account = find_account(name)
    if account is None:
        known = ", ".join(account.id for account in DEMO_ACCOUNTS)
        raise SettingsError([f"auth.default_account is none of the demo accounts: {known}."])
    return User(account.id, account.roles, {"name": account.name})


def demo_accounts(
    settings: Settings, auth: AuthConfig, clock: Clock
) -> Callable[[], Sequence[JsonObject]] | None:
    """The demo accounts with fresh tokens; None where they are not offered, or where tokens are
    checked by a public key, for which only its owner can sign.
    """
    if not settings.dev or not settings.demo_accounts or not auth.jwt_secret:
        return None
    secret = auth.jwt_secret

    def accounts() -> Sequence[JsonObject]:
        now = clock.now().timestamp()
        return [
            {
                "id": account.id,
                "name": account.name,
                "info": {"name": account.name},
                "roles": list(account.roles),
                "token": demo_token(account, now, secret),
            }
            for account in DEMO_ACCOUNTS
        ]

    return accounts
