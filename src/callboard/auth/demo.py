"""The demo accounts of development mode, and tokens for them.

The secret is for development only: production mode never accepts it (architecture 9.10).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from joserfc import jwt
from joserfc.jwk import OctKey

DEMO_SECRET: Final = "callboard-development-only-not-a-secret"  # noqa: S105 (it says so)
TOKEN_SECONDS: Final = 30 * 86_400


@dataclass(frozen=True, slots=True)
class DemoAccount:
    """Somebody to try things as."""

    id: str
    name: str
    roles: tuple[str, ...]


DEMO_ACCOUNTS: Final = (
    DemoAccount("alice", "Alice", ("support",)),
    DemoAccount("bob", "Bob", ("management",)),
    DemoAccount("claire", "Claire", ("client",)),
    DemoAccount("david", "David", ()),
    DemoAccount("admin", "Arnold", ("admin",)),
)


def find_account(account_id: str) -> DemoAccount | None:
    """The demo account of this id."""
    return next((account for account in DEMO_ACCOUNTS if account.id == account_id), None)


def demo_token(account: DemoAccount, now: float, secret: str = DEMO_SECRET) -> str:
    """A token for a demo account, signed with HS256 and valid for 30 days."""
    claims = {
        "id": account.id,
        "roles": list(account.roles),
        "info": {"name": account.name},
        "iat": int(now),
        "exp": int(now) + TOKEN_SECONDS,
    }
    return jwt.encode({"alg": "HS256"}, claims, OctKey.import_key(secret))
