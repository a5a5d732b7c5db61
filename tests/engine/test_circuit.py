"""Circuits: a service that is away is tried seldom, and what waits for it keeps its tries."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import pytest

from callboard.engine.circuit import FAILURES, LONGEST_SECONDS, Circuit, with_circuits
from callboard.ports.transport import AnswerError, DeliveryError, Message

MESSAGE = Message("m", "stock", {}, "p", "h")
AWAY = DeliveryError("It cannot be reached.")


class Clock:
    def __init__(self) -> None:
        self.seconds = 100.0

    def __call__(self) -> float:
        return self.seconds


class Scripted:
    """A service that answers as it is made to."""

    def __init__(self) -> None:
        self.answer: Any = None

    async def deliver(self, message: Message) -> None:
        if self.answer is not None:
            raise self.answer

    async def close(self) -> None:
        return None


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def circuit(clock):
    return Circuit("stock", clock)


def fail(circuit, times=FAILURES):
    for _ in range(times):
        circuit.failed(circuit.now())


def test_a_few_failures_change_nothing(circuit):
    fail(circuit, FAILURES - 1)
    assert circuit.most(16) == (16, 0)


def test_after_many_in_a_row_one_at_a_time_is_tried_with_growing_pauses(circuit, clock):
    fail(circuit)
    pauses = []
    for _ in range(8):
        most, wait = circuit.most(16)
        assert most == 0
        pauses.append(wait)
        clock.seconds += wait
        assert circuit.most(16) == (1, 0)
        circuit.failed(clock())
    assert pauses == sorted(pauses)
    assert (pauses[0], pauses[-1]) == (1, LONGEST_SECONDS)


def test_the_first_success_ends_it(circuit, clock):
    fail(circuit)
    clock.seconds += 1
    circuit.succeeded()
    assert circuit.most(16) == (16, 0)
    fail(circuit, FAILURES - 1)
    assert circuit.most(16) == (16, 0)


def test_what_was_under_way_when_it_opened_makes_no_pause_longer(circuit, clock):
    begun = clock()
    clock.seconds += 30
    for _ in range(3 * FAILURES):
        circuit.failed(begun)
    assert circuit.most(16) == (0, 1)


@pytest.mark.parametrize(
    ("answer", "most"),
    [
        (AWAY, 0),
        (DeliveryError("503", wait=1), 0),
        (DeliveryError("500", reached=True), 16),
        (DeliveryError("404", final=True), 16),
        (AnswerError("too large"), 16),
        (None, 16),
    ],
)
def test_only_what_is_about_the_service_counts(run, answer, most):
    service = Scripted()
    way = with_circuits({"stock": service})["stock"]
    service.answer = answer
    for _ in range(2 * FAILURES):
        with suppress(DeliveryError):
            run(way.deliver(MESSAGE))
    assert way.circuit.most(16)[0] == most
