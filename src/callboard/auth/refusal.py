"""Why a token is not accepted: few words for whoever sent it, all of them for the operator.

Theory: a verification is a row of checks, each with a name. The first that fails refuses the token;
`explain` goes on and tells of all. Both run the same code, so `callboard doctor` can say nothing
that the server does not do.

Invariant: what the sender is told names no configured value; `told` is for the operator alone.
"""

from __future__ import annotations

from typing import Literal, TypeAlias

from callboard.errors import UnauthenticatedError

__all__ = ["Check", "TokenError", "invalid_token"]

Check: TypeAlias = Literal[
    "form", "key", "algorithm", "signature", "extensions", "time", "issuer", "audience", "claims"
]
"""What a token is checked for, in this order."""


class TokenError(UnauthenticatedError):
    """A token is not accepted."""

    def __init__(self, why: str, check: Check = "form", told: str = "") -> None:
        super().__init__(f"The token is not accepted: {why}.", code="invalid-token")
        self.check: Check = check
        self.told = told or f"{why}."
        """The same for the operator, with what was found and what is expected."""


def invalid_token(why: str, check: Check = "form", told: str = "") -> TokenError:
    """The error for a token that is not accepted."""
    return TokenError(why, check, told)
