"""Idempotency keys: written with the process, once in 24 hours."""

from __future__ import annotations

import asyncio

import pytest

from callboard.ports.store import DuplicateKeyError, StaleError
from tests.store.records import answer, start, step

DAY = 24 * 60 * 60


def test_an_answer_is_kept_with_what_it_answers(store, run):
    run(store.write_process(start(1, idempotency=answer())))
    assert run(store.get_idempotency("user:a", "k")) == answer()
    assert run(store.get_idempotency("user:b", "k")) is None
    assert run(store.get_idempotency("user:a", "l")) is None


def test_a_key_is_used_once(store, run):
    run(store.write_process(start(1, idempotency=answer())))
    with pytest.raises(DuplicateKeyError):
        run(store.write_process(start(2, idempotency=answer(second=DAY - 1))))
    assert run(store.get_process(start(2).record.id)) is None
    assert run(store.get_idempotency("user:a", "k")) == answer()


def test_keys_of_two_credentials_are_two_keys(store, run):
    run(store.write_process(start(1, idempotency=answer())))
    run(store.write_process(start(2, idempotency=answer(credential="user:b"))))
    assert run(store.get_process(start(2).record.id))


def test_a_key_ends_after_a_day(store, run):
    run(store.write_process(start(1, idempotency=answer())))
    again = answer(second=DAY)
    run(store.write_process(start(2, idempotency=again)))
    assert run(store.get_idempotency("user:a", "k")) == again


def test_a_refused_write_uses_no_key(store, run):
    run(store.write_process(start(1)))
    with pytest.raises(StaleError):
        run(store.write_process(start(1, idempotency=answer())))
    assert run(store.get_idempotency("user:a", "k")) is None


def test_the_key_is_named_before_the_version(store, run):
    write = start(1)
    run(store.write_process(write))
    run(store.write_process(step(write.record, idempotency=answer())))
    with pytest.raises(DuplicateKeyError):
        run(store.write_process(step(write.record, idempotency=answer())))


def test_of_twins_at_once_one_is_written(store, run):
    async def twins():
        writes = [start(number, idempotency=answer()) for number in range(1, 11)]
        return await asyncio.gather(*map(store.write_process, writes), return_exceptions=True)

    outcomes = run(twins())
    assert outcomes.count(None) == 1
    assert sum(isinstance(outcome, DuplicateKeyError) for outcome in outcomes) == 9


def test_old_keys_do_not_pile_up(adapter, store, run):
    for number in range(1, 21):
        run(store.write_process(start(number, idempotency=answer(str(number)))))
    for number in range(21, 31):
        run(store.write_process(start(number, idempotency=answer(str(number), 2 * DAY))))
    assert adapter.answers() == {str(number) for number in range(21, 31)}


def test_an_answer_is_kept_by_itself(store, run):
    run(store.put_idempotency(answer()))
    assert run(store.get_idempotency("user:a", "k")) == answer()
    with pytest.raises(DuplicateKeyError):
        run(store.put_idempotency(answer(second=1)))
    with pytest.raises(DuplicateKeyError):
        run(store.write_process(start(1, idempotency=answer(second=2))))


def test_an_answer_by_itself_ends_after_a_day(store, run):
    run(store.put_idempotency(answer()))
    run(store.put_idempotency(answer(second=DAY)))
    assert run(store.get_idempotency("user:a", "k")).created == answer(second=DAY).created
