"""From the `Authorization` header to a caller."""

from __future__ import annotations

import pytest

from callboard.auth import DEMO_ACCOUNTS, DEMO_SECRET, AuthConfig, Authenticator, JwtVerifier
from callboard.auth.demo import demo_token, find_account
from callboard.errors import UnauthenticatedError
from callboard.ports.caller import ANONYMOUS, User

CONFIG = AuthConfig(
    jwt_secret=DEMO_SECRET,
    roles={"admin": ("*",), "clerk": ("scenario:write", "no:privilege")},
    signed_in=("process:read",),
)


@pytest.fixture
def authenticate(store, clock, run):
    verifier = JwtVerifier(CONFIG, lambda: clock.now().timestamp())
    authenticator = Authenticator(CONFIG, store, verifier, clock.now)
    return lambda header: run(authenticator(header))


def bearer(name, clock):
    return f"Bearer {demo_token(find_account(name), clock.now().timestamp())}"


def test_roles_give_privileges(authenticate, clock):
    assert authenticate(bearer("admin", clock)).privileges == {"*", "process:read"}
    assert authenticate(bearer("david", clock)).privileges == {"process:read"}


def test_unknown_roles_and_privileges_give_nothing(store, clock, run):
    user = User("x", ("clerk", "nobody"))
    authenticator = Authenticator(CONFIG, store, None, clock.now, default=user)
    assert run(authenticator(None)).privileges == {"process:read", "scenario:write"}


def test_without_a_header_nobody_asks(authenticate):
    assert authenticate(None) is ANONYMOUS


@pytest.mark.parametrize(
    "header", ["", "Bearer", "Bearer ", "Basic YWxpY2U6", "bearer", "token x", "Bearer x"]
)
def test_a_bad_header_is_never_the_default_account(store, clock, run, header):
    verifier = JwtVerifier(CONFIG, lambda: clock.now().timestamp())
    authenticator = Authenticator(CONFIG, store, verifier, clock.now, User("root", ("admin",)))
    with pytest.raises(UnauthenticatedError):
        run(authenticator(header))


def test_the_scheme_is_written_as_one_likes(authenticate, clock):
    token = bearer("alice", clock).removeprefix("Bearer ")
    assert authenticate(f"BEARER   {token} ").user.id == "alice"


def test_a_token_that_was_good_ends(authenticate, clock):
    header = bearer("alice", clock)
    assert authenticate(header) is authenticate(header)
    clock.move(days=30, seconds=29)
    assert authenticate(header).user.id == "alice"
    clock.move(seconds=1)
    with pytest.raises(UnauthenticatedError, match="expired"):
        authenticate(header)


def test_without_a_key_no_token_is_accepted(store, clock, run):
    authenticator = Authenticator(CONFIG, store, None, clock.now)
    with pytest.raises(UnauthenticatedError):
        run(authenticator(bearer("admin", clock)))


def test_tokens_are_not_remembered_without_end(authenticate, clock, monkeypatch):
    monkeypatch.setattr("callboard.auth.caller._REMEMBERED", 2)
    for account in DEMO_ACCOUNTS:
        assert authenticate(bearer(account.id, clock)).user.id == account.id
    assert authenticate(bearer("alice", clock)).user.roles == ("support",)


def test_demo_accounts_are_those_of_the_interface():
    told = [(account.id, account.name, account.roles) for account in DEMO_ACCOUNTS]
    assert told == [
        ("alice", "Alice", ("support",)),
        ("bob", "Bob", ("management",)),
        ("claire", "Claire", ("client",)),
        ("david", "David", ()),
        ("admin", "Arnold", ("admin",)),
    ]
