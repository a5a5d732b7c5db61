"""API keys: found by their digest, listed, revoked, touched."""

from __future__ import annotations

import pytest

from callboard.errors import ConflictError
from tests.store.records import api_key, at


def test_a_key_is_found_by_digest_and_by_id(store, run):
    key = api_key()
    run(store.put_api_key(key))
    assert run(store.find_api_key(key.digest)) == key
    assert run(store.get_api_key(key.id)) == key
    assert run(store.find_api_key(key.id)) is None
    assert run(store.get_api_key(key.digest)) is None


def test_every_field_is_kept(store, run):
    key = api_key(description="d", service="s", last_used=at(1), revoked=at(2), issuer=None)
    run(store.put_api_key(key))
    assert run(store.get_api_key(key.id)) == key


def test_a_list_has_the_newest_first(store, run):
    for number in (2, 3, 1):
        run(store.put_api_key(api_key(number)))
    assert [key.name for key in run(store.list_api_keys())] == ["Key 3", "Key 2", "Key 1"]


def test_a_token_belongs_to_one_key(store, run):
    run(store.put_api_key(api_key(1)))
    with pytest.raises(ConflictError):
        run(store.put_api_key(api_key(2, digest="digest 1")))
    assert len(run(store.list_api_keys())) == 1


def test_it_stays_revoked_since_the_first_time(store, run):
    key = api_key()
    run(store.put_api_key(key))
    assert run(store.revoke_api_key(key.id, at(1)))
    assert run(store.revoke_api_key(key.id, at(2)))
    assert run(store.find_api_key(key.digest)).revoked == at(1)
    assert not run(store.revoke_api_key("none", at(1)))


def test_the_last_use_is_recorded(store, run):
    key = api_key()
    run(store.put_api_key(key))
    run(store.touch_api_key(key.id, at(7)))
    assert run(store.get_api_key(key.id)).last_used == at(7)
