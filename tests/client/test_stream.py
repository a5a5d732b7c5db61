"""Following the stream: what is told, broken connections, the end."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Iterator

import httpx
import pytest

from callboard.client import (
    AsyncClient,
    Client,
    Event,
    ForbiddenError,
    InvalidError,
    Retry,
    UnreachableError,
)
from tests.acceptance.serving import Server
from tests.client.conftest import Clients
from tests.client.faults import Answering, problem

QUICK = Retry(attempts=3, first=0.001, longest=0.01)
EXPENSE = {"purpose": "Train to Ghent", "amount": 42.5, "date": "2026-02-27"}


class Breaking(httpx.SyncByteStream):
    """A body that breaks after its chunks."""

    def __init__(self, *chunks: bytes) -> None:
        self.chunks = chunks

    def __iter__(self) -> Iterator[bytes]:
        yield from self.chunks
        raise httpx.ReadError("cut")


def follower(*bodies: bytes) -> tuple[Client, Answering]:
    answers = [httpx.Response(200, stream=Breaking(body)) for body in bodies]
    transport = Answering([*answers, problem(403, "forbidden")])
    return Client("http://callboard.test", transport=transport, retry=QUICK), transport


def test_it_tells_what_happens_to_mine(client: Clients) -> None:
    alice, bob = client("alice"), client("bob")
    with bob.stream() as events:
        bob.step(submitted(alice), "approve")
        seen: list[Event] = []
        for event in events:
            seen.append(event)
            if event.action == "approve":
                break
    assert seen[0].process.title
    assert {"created", "task-appeared"} <= {event.type for event in seen}
    assert seen[-1].actor == "manager"
    after = bob.stream(last_event_id=seen[0].id)
    assert [next(after).id for _ in seen[1:]] == [event.id for event in seen[1:]]
    after.close()


def submitted(alice: Client) -> str:
    return alice.start("expense-approval", action="submit", response=EXPENSE).id


def test_a_broken_connection_goes_on_after_the_last_event() -> None:
    client, transport = follower(
        b"retry: 1\nid: 4\n\nid: 5\nevent: stepped\ndata: {}\n\nid: 6\ndata: {",
        b"id: 6\ndata: {}\n\nid: 9\n\n",
        b"",
    )
    events = client.stream()
    assert [next(events).id, next(events).id] == ["5", "6"]
    assert events.last_event_id == "6"
    with pytest.raises(ForbiddenError):
        next(events)
    told = [request.headers.get("last-event-id") for request in transport.sent]
    assert told == [None, "5", "9", "9"]


def test_the_first_connection_is_tried_a_few_times() -> None:
    transport = Answering([httpx.ConnectError("refused")] * 9)
    client = Client("http://callboard.test", transport=transport, retry=QUICK)
    with pytest.raises(UnreachableError):
        next(client.stream())
    assert len(transport.sent) == QUICK.attempts


def test_an_id_that_never_was_is_refused(client: Clients) -> None:
    with pytest.raises(InvalidError), client("alice").stream(last_event_id="999999999"):
        pass


def test_another_thread_ends_it(client: Clients) -> None:
    events = client("david").stream()
    threading.Timer(0.5, events.end).start()
    begun = time.monotonic()
    assert list(events) == []
    assert time.monotonic() - begun < 5


def test_another_task_ends_it(server: Server, tokens: dict[str, str]) -> None:
    async def play() -> list[Event]:
        async with (
            AsyncClient(server.url, token=tokens["david"]) as david,
            david.stream() as events,
        ):
            asyncio.get_running_loop().call_later(0.5, events.end)
            return [event async for event in events]

    assert asyncio.run(asyncio.wait_for(play(), 5)) == []


def test_with_asyncio_it_can_be_cancelled(server: Server, tokens: dict[str, str]) -> None:
    async def play() -> None:
        async with AsyncClient(server.url, token=tokens["david"]) as david:
            async with asyncio.timeout(0.5):
                async for _ in david.stream():
                    pass

    with pytest.raises(TimeoutError):
        asyncio.run(play())
