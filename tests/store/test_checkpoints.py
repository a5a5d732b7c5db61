"""Checkpoints and settings: what is there is never changed."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from uuid import UUID

import pytest

from callboard.auth.signing import Ed25519Signer
from callboard.compose.signing import make_signer
from callboard.ports.records import CheckpointRecord
from tests.store.records import at, start


@pytest.fixture
def checkpoint(store, run):
    write = start(1, 1)
    run(store.write_process(write))
    return CheckpointRecord(write.record.id, 1, write.record.head, at(1), "k", "s")


def test_the_first_checkpoint_of_a_head_stays(store, run, checkpoint):
    run(store.put_checkpoint(checkpoint))
    run(store.put_checkpoint(replace(checkpoint, kid="other", at=at(2))))
    assert run(store.checkpoints(checkpoint.process)) == [checkpoint]


def test_they_come_by_the_number_of_events(store, run, checkpoint):
    for events in (3, 1, 2):
        run(store.put_checkpoint(replace(checkpoint, events=events)))
    assert [item.events for item in run(store.checkpoints(checkpoint.process))] == [1, 2, 3]
    assert run(store.checkpoints(str(UUID(int=99)))) == []


def test_what_ended_and_is_not_signed_is_found(store, run, checkpoint):
    running, written = checkpoint.process, replace(start(2, 2), change="ended")
    run(store.write_process(written))
    ended = written.record.id
    first, last = [change.seq for change in run(store.changes_after(0, 9))]
    assert run(store.unsigned(0, 10)) == (last, [ended])
    assert run(store.unsigned(0, 1)) == (first, [])
    assert run(store.unsigned(last, 10)) == (last, [])
    record = run(store.get_process(ended))
    run(store.put_checkpoint(replace(checkpoint, process=ended, head=record.head)))
    assert run(store.unsigned(0, 10)) == (last, [])
    assert run(store.checkpoints(running)) == []


def test_a_setting_stays_as_it_was_first(store, run):
    for value in ("a", "b"):
        run(store.put_setting("key:1", value))
    run(store.put_setting("kez", "c"))
    assert run(store.settings("key:")) == {"key:1": "a"}


def test_nodes_that_begin_at_once_have_one_key(store, run):
    async def begin():
        return await asyncio.gather(*(make_signer(store, None) for _ in range(8)))

    assert len({signer.kid for signer in run(begin())}) == 1


def test_a_key_that_was_left_half_made_is_finished(adapter, run):
    """Killed between the private key and the public one."""
    store = run(adapter.start())
    kid = run(make_signer(store, None)).kid
    run(store.close())
    adapter.change("DELETE FROM settings WHERE name LIKE 'public-key:%'")
    store = run(adapter.start())
    again = run(make_signer(store, None))
    kept = run(store.settings(""))
    run(store.close())
    assert again.kid == kid == Ed25519Signer(kept["signing-key"]).kid
    assert set(kept) == {"signing-key", f"public-key:{kid}"}
