"""Whatever a transport does, it ends in time and with an answer or a `DeliveryError`."""

from __future__ import annotations

import asyncio

import pytest

from callboard.ports.transport import AnswerError, DeliveryError, Message, Reply
from callboard.transports import Guarded

TOLD = Message("1", "stock", "hello", "p", "e")


class Made:
    """Does what it is given."""

    def __init__(self, does):
        self.does = does

    async def deliver(self, message):
        return await self.does()

    async def close(self):
        await self.does()


def raising(error):
    async def does():
        raise error

    return does


async def forever():
    await asyncio.sleep(3600)


async def answering():
    return Reply(1)


def test_an_answer_comes_through(run):
    assert run(Guarded(Made(answering), 1).deliver(TOLD)) == Reply(1)


@pytest.mark.parametrize("error", [DeliveryError("no", wait=3), AnswerError("no")])
def test_what_the_port_promises_comes_through(run, error):
    with pytest.raises(DeliveryError) as caught:
        run(Guarded(Made(raising(error)), 1).deliver(TOLD))
    assert caught.value is error


@pytest.mark.parametrize("error", [KeyError("secret"), OSError("secret"), TimeoutError("secret")])
def test_anything_else_is_a_failure_that_may_pass(run, error):
    with pytest.raises(DeliveryError) as caught:
        run(Guarded(Made(raising(error)), 1).deliver(TOLD))
    assert not caught.value.final
    assert "secret" not in caught.value.message


def test_it_ends_in_time(run):
    with pytest.raises(DeliveryError, match=r"within 0\.05 seconds"):
        run(Guarded(Made(forever), 0.05).deliver(TOLD))


def test_that_the_engine_stops_is_no_failure(run):
    async def stopped():
        task = asyncio.create_task(Guarded(Made(forever), 60).deliver(TOLD))
        await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    run(stopped())


def test_closing_never_fails(run):
    run(Guarded(Made(raising(KeyError())), 1).close())
