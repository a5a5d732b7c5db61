"""API keys: their form, their look-up, and when they were used last."""

from __future__ import annotations

import secrets
import string
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callboard.auth import AuthConfig, Authenticator
from callboard.errors import UnauthenticatedError
from callboard.ports.caller import KeyIdentity, ProcessLimit
from callboard.ports.records import ApiKeyRecord
from callboard.ports.tokens import ALPHABET, digest_of, hint_of, is_well_formed, token_from

TOKEN = token_from(bytes(range(32)))
RECORD = ApiKeyRecord(
    id="0b8f3c52-6f4e-4c0e-9a44-7a1d1a3f2f10",
    digest=digest_of(TOKEN),
    hint=hint_of(TOKEN),
    name="Key",
    issued="2026-01-01T00:00:00.000Z",
    expiration="2026-01-31T00:00:00.000Z",
    privileges=("process:read", "not:known"),
    processes=({"scenario": "leave", "actors": ["manager"]}, {}),
    service="supplier",
)


class Lookups:
    """A store of keys that counts what is asked."""

    def __init__(self, store):
        self.store, self.asked = store, 0

    def __getattr__(self, name):
        self.asked += 1
        return getattr(self.store, name)


@pytest.fixture
def lookups(store, run):
    run(store.put_api_key(RECORD))
    return Lookups(store)


@pytest.fixture
def authenticate(lookups, clock, run):
    authenticator = Authenticator(AuthConfig(), lookups, None, clock.now)
    return lambda token: run(authenticator(f"Bearer {token}"))


@given(st.binary(min_size=32, max_size=32))
def test_every_token_is_well_formed(entropy):
    token = token_from(entropy)
    assert len(token) == 40
    assert set(token[4:]) <= set(ALPHABET)
    assert is_well_formed(token)


@given(st.integers(4, 39), st.sampled_from(string.ascii_letters + string.digits))
def test_a_mistyped_token_is_noticed(place, letter):
    mistyped = TOKEN[:place] + letter + TOKEN[place + 1 :]
    assert is_well_formed(mistyped) == (mistyped == TOKEN)


@pytest.mark.parametrize(
    "token",
    ["", "lfl_", TOKEN[:-1], TOKEN + "0", TOKEN.upper(), "LFL_" + TOKEN[4:], TOKEN[:-1] + "\u0662"],
)
def test_what_is_no_token_is_noticed(token):
    assert not is_well_formed(token)


def test_a_key_is_a_caller_of_its_own(authenticate):
    caller = authenticate(TOKEN)
    limits = (ProcessLimit("leave", ("manager",)), ProcessLimit())
    assert caller.key == KeyIdentity(RECORD.id, limits, "supplier")
    assert (caller.privileges, caller.user) == ({"process:read"}, None)
    assert caller.expires == 1_769_817_600.0


def test_a_wrong_checksum_is_refused_before_anything_is_looked_up(authenticate, lookups):
    with pytest.raises(UnauthenticatedError):
        authenticate(TOKEN[:-1] + ("0" if TOKEN[-1] != "0" else "1"))
    assert lookups.asked == 0


def test_unknown_expired_and_revoked_keys_get_the_same_answer(authenticate, store, clock, run):
    answers = []
    others = [
        replace(RECORD, id=f"{n}" * 36, digest=digest_of(token_from(bytes([n] * 32))))
        for n in (1, 2)
    ]
    run(store.put_api_key(replace(others[0], expiration="2026-01-01T12:00:00.000Z")))
    run(store.put_api_key(replace(others[1], revoked="2026-01-01T00:00:00.000Z")))
    for entropy in (bytes([1] * 32), bytes([2] * 32), secrets.token_bytes(32)):
        with pytest.raises(UnauthenticatedError) as caught:
            authenticate(token_from(entropy))
        answers.append((caught.value.message, caught.value.problem))
    assert len(set(answers)) == 1
    assert answers[0][1] == "invalid-token"


def test_a_revoked_key_is_worth_nothing_at_once(authenticate, store, run):
    assert authenticate(TOKEN)
    run(store.revoke_api_key(RECORD.id, "2026-01-01T12:00:00.000Z"))
    with pytest.raises(UnauthenticatedError):
        authenticate(TOKEN)


def test_the_last_use_is_recorded_once_a_minute(authenticate, store, clock, run):
    used = []
    for seconds in (0, 1, 58, 1, 30, 30):
        clock.move(seconds=seconds)
        authenticate(TOKEN)
        used.append(run(store.get_api_key(RECORD.id)).last_used[11:19])
    assert used == ["12:00:00", "12:00:00", "12:00:00", "12:01:00", "12:01:00", "12:02:00"]


def test_another_node_knows_when_it_was_used(authenticate, store, clock, run):
    authenticate(TOKEN)
    clock.move(seconds=30)
    run(Authenticator(AuthConfig(), store, None, clock.now)(f"Bearer {TOKEN}"))
    assert run(store.get_api_key(RECORD.id)).last_used == "2026-01-01T12:00:00.000Z"
