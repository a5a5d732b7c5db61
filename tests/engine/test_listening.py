"""Listening: it goes on whatever breaks off, and gives an answer back only when it is stored."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace

import pytest

from callboard.engine import listening
from callboard.engine.listening import Listening
from callboard.errors import ConflictError, UnavailableError
from callboard.ports.transport import DeliveryError, Reply


@pytest.fixture(autouse=True)
def soon(monkeypatch):
    for name in ("FIRST_PAUSE", "LONGEST_PAUSE", "WAIT_SECONDS"):
        monkeypatch.setattr(listening, name, 0.001)


class Steps:
    """A listener, and replies to give it: each call of `listen` and `receive` does the next."""

    def __init__(self, *steps):
        self.steps = list(steps)
        self.stored = []
        self.acknowledged = []
        self.cancelled = False

    async def listen(self, service, take):
        self.now = self.steps.pop(0) if self.steps else None
        if isinstance(self.now, Exception):
            raise self.now
        if self.now is not None:
            await take(self.now, Reply(1))
            self.acknowledged.append(self.now)
        try:
            await asyncio.sleep(3600 if not self.steps else 0)
        except asyncio.CancelledError:
            self.cancelled = True
            raise
        raise DeliveryError("It is gone.")

    async def receive(self, service, message, reply):
        if self.steps and isinstance(self.steps[0], (UnavailableError, ConflictError, KeyError)):
            assert message not in self.acknowledged
            raise self.steps.pop(0)
        self.stored.append((service, message))


def heard(run, steps):
    async def hear():
        listener = Listening(SimpleNamespace(receive=steps.receive), {"stock": steps})
        listener.start()
        await asyncio.sleep(0.05)
        await listener.stop()

    run(hear())
    return steps


def test_it_is_begun_again_whatever_happens(run, caplog):
    steps = heard(run, Steps("a", DeliveryError("It is gone."), ValueError("oh"), "b"))
    assert steps.stored == [("stock", "a"), ("stock", "b")]
    assert steps.cancelled
    assert "not heard now" in caplog.text


def test_why_it_cannot_hear_is_told_once(run, caplog):
    gone, other = DeliveryError("It is gone."), DeliveryError("It lets nobody in.")
    heard(run, Steps(gone, gone, gone, other, gone, "a"))
    assert [each.why for each in caplog.records] == [gone.message, other.message, gone.message]


def test_an_answer_waits_for_the_database(run):
    steps = heard(run, Steps("a", UnavailableError("full"), ConflictError("busy")))
    assert (steps.stored, steps.acknowledged) == ([("stock", "a")], ["a"])


def test_an_answer_that_is_failed_at_does_not_come_for_ever(run, caplog):
    steps = heard(run, Steps("a", KeyError("oh")))
    assert (steps.stored, steps.acknowledged) == ([], ["a"])
    assert "cannot be worked on" in caplog.text


def test_one_that_has_nothing_to_hear_is_left_alone(run):
    class Deaf:
        calls = 0

        async def listen(self, service, take):
            self.calls += 1

        async def receive(self, *_):
            raise AssertionError

    deaf = Deaf()
    heard(run, deaf)
    assert deaf.calls == 1


def test_the_end_does_not_wait_for_one_that_missed_that_it_was_told(run, monkeypatch):
    monkeypatch.setattr(listening, "CANCEL_SECONDS", 0.01)

    class Absent:
        told = 0

        async def listen(self, service, take):
            while self.told < 2:
                try:
                    await asyncio.sleep(3600)
                except asyncio.CancelledError:
                    self.told += 1
            raise asyncio.CancelledError

        async def receive(self, *_):
            raise AssertionError

    async def ended():
        absent = Absent()
        listener = Listening(SimpleNamespace(receive=absent.receive), {"stock": absent})
        listener.start()
        await asyncio.sleep(0)
        await asyncio.wait_for(listener.stop(), 5)
        return absent.told

    assert run(ended()) == 2
