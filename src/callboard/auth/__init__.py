"""Identity: from credentials to callers. What a caller may do is for `engine.access` to say."""

from __future__ import annotations

from callboard.auth.caller import Authenticator
from callboard.auth.config import AuthConfig
from callboard.auth.demo import (
    DEMO_ACCOUNTS,
    DEMO_SECRET,
    DemoAccount,
    demo_token,
    find_account,
)
from callboard.auth.jwt import JwtVerifier
from callboard.auth.keys import KeyConfigError

__all__ = [
    "DEMO_ACCOUNTS",
    "DEMO_SECRET",
    "AuthConfig",
    "Authenticator",
    "DemoAccount",
    "JwtVerifier",
    "KeyConfigError",
    "demo_token",
    "find_account",
]
