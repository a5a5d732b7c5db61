"""`GET /stream`: what happens, over the wire."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest

from tests.server.world import world


def events(text: str) -> list[dict[str, Any]]:
    """The blocks of a stream that are events, or only move the id."""
    blocks = []
    for block in text.split("\n\n"):
        lines = [line.partition(": ") for line in block.splitlines() if not line.startswith(":")]
        fields = {name: value for name, _, value in lines}
        if "data" in fields:
            fields["data"] = json.loads(fields["data"])
        if "id" in fields:
            blocks.append(fields)
    return blocks


class Tap:
    """A client of the application that reads an answer as it comes."""

    def __init__(self, server: Any, who: str, path: str = "/stream", **headers: str) -> None:
        self.chunks: asyncio.Queue[Any] = asyncio.Queue()
        self.gone = asyncio.Event()
        given = {"authorization": f"Bearer {server.token(who)}", **headers}
        route, _, query = path.partition("?")
        scope = {
            "type": "http",
            "method": "GET",
            "path": route,
            "query_string": query.encode(),
            "headers": [(name.encode(), value.encode()) for name, value in given.items()],
        }
        self.task = asyncio.create_task(server.app(scope, self.receive, self.chunks.put))

    async def receive(self) -> dict[str, Any]:
        await self.gone.wait()
        return {"type": "http.disconnect"}

    async def start(self) -> dict[str, Any]:
        async with asyncio.timeout(5):
            return await self.chunks.get()

    async def next(self) -> str:
        async with asyncio.timeout(5):
            chunk = await self.chunks.get()
        return chunk["body"].decode() if chunk.get("more_body") else "over"

    async def leave(self) -> None:
        self.gone.set()
        async with asyncio.timeout(5):
            await self.task


def test_it_is_a_stream_of_events(server):
    server.asked()
    answer = server.get("/stream?after=0&follow=false", "bob")
    assert answer.headers["content-type"] == "text/event-stream; charset=utf-8"
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["x-accel-buffering"] == "no"
    assert answer.text.startswith("retry: 2000\nid: 0\n\n")
    _, created, task = events(answer.text)
    number = int(task["id"])
    assert (created["event"], created["id"]) == ("created", f"{number}.1")
    assert (task["event"], number > 0) == ("task-appeared", True)
    assert created["data"]["process"]["title"] == "Approval"


def test_it_goes_on_after_the_last_event(server):
    path = server.asked()
    server.post(f"{path}/approve", "bob")
    whole = events(server.get("/stream?after=0&follow=false", "bob").text)[1:]
    for at, event in enumerate(whole):
        header = {"last-event-id": event["id"]}
        rest = server.get("/stream?follow=false&after=0", "bob", headers=header)
        assert events(rest.text)[1:] == whole[at + 1 :]


def test_without_a_place_it_begins_now_and_says_where_that_is(server):
    server.asked()
    last = events(server.get("/stream?after=0&follow=false", "bob").text)[-1]["id"]
    assert events(server.get("/stream?follow=false", "bob").text) == [{"retry": "2000", "id": last}]
    empty = server.get("/stream?follow=false", "bob", headers={"last-event-id": ""})
    assert events(empty.text)[0]["id"] == last


def test_whoever_sees_nothing_is_moved_on(server):
    server.asked()
    answer = server.get("/stream?after=0&follow=false", "david")
    assert events(answer.text) == [{"retry": "2000", "id": "0"}, {"id": str(now(server))}]


def now(server: Any) -> int:
    """The place of what happened last."""
    return int(events(server.get("/stream?follow=false", "bob").text)[0]["id"])


@pytest.mark.parametrize("after", ["{next}", "x", "-1", "{last}.2"])
def test_a_place_that_is_none_is_refused(server, after):
    server.asked()
    after = after.format(last=now(server), next=now(server) + 1)
    for answer in (
        server.get(f"/stream?after={after}", "bob"),
        server.get("/stream", "bob", headers={"last-event-id": after}),
        server("HEAD", f"/stream?after={after}", "bob"),
    ):
        assert answer.status_code == 400


def test_it_needs_a_credential_that_may_read(server):
    body = {"name": "k", "privileges": ["scenario:read"]}
    token = server.post("/apikey", "admin", json=body).json()["token"]
    assert server.get("/stream", headers={"authorization": f"Bearer {token}"}).status_code == 403
    assert server.get("/stream", headers={"authorization": "Bearer x"}).status_code == 401


def test_head_answers_at_once_and_takes_no_place(server):
    answer = server("HEAD", "/stream", "bob")
    assert (answer.status_code, answer.content) == (200, b"")
    assert "content-length" not in answer.headers
    assert server.app.edge.streams.count == 0


def test_what_happens_comes_while_one_waits(server):
    async def story():
        tap = Tap(server, "bob")
        assert (await tap.start())["status"] == 200
        await tap.next()
        async with asyncio.timeout(5):
            await server.client.post(
                "/processes",
                json={"scenario": "approval", "action": {"key": "ask", "response": {"amount": 5}}},
                headers={"authorization": f"Bearer {server.token('alice')}"},
            )
        heard = await tap.next()
        await tap.leave()
        return events(heard)

    assert [event["event"] for event in server.run(story())] == ["created", "task-appeared"]


def test_nothing_is_left_when_the_client_has_gone(server):
    async def story():
        before = asyncio.all_tasks()
        taps = [Tap(server, "bob") for _ in range(5)]
        for tap in taps:
            await tap.start()
        assert server.app.edge.streams.count == 5
        for tap in taps:
            await tap.leave()
        assert asyncio.all_tasks() <= before
        assert server.app.edge.streams.count == 0
        assert server.app._working == 0

    server.run(story())


def test_an_open_stream_is_no_request_that_is_worked_on(server):
    async def story():
        tap = Tap(server, "bob")
        await tap.start()
        assert server.app._working == 0
        await tap.leave()

    server.run(story())


@pytest.mark.parametrize(
    ("bounds", "statuses"),
    [
        ({"server.streams_per_credential": 2}, [200, 200, 429, 200]),
        ({"server.streams": 2}, [200, 200, 503, 503]),
    ],
)
def test_streams_are_bounded_in_all_and_for_each_credential(tmp_path, bounds, statuses):
    async def story(server):
        taps, starts = [], []
        for who in ("bob", "bob", "bob", "alice"):
            taps.append(Tap(server, who))
            starts.append(await taps[-1].start())
        for start in starts:
            refused = start["status"] != 200
            assert (b"retry-after" in dict(start["headers"])) is refused
        for tap in taps:
            await tap.leave()
        again = Tap(server, "bob")
        assert (await again.start())["status"] == 200
        await again.leave()
        return [start["status"] for start in starts]

    with world(tmp_path, **bounds) as server:
        assert server.run(story(server)) == statuses


def test_a_heartbeat_comes_when_nothing_happens(tmp_path):
    async def story(server):
        tap = Tap(server, "bob")
        await tap.start()
        beats = [await tap.next() for _ in range(3)]
        await tap.leave()
        return beats[1:]

    with world(tmp_path, **{"server.stream_heartbeat_seconds": 0.02}) as server:
        assert server.run(story(server)) == [":\n\n", ":\n\n"]


def test_it_ends_when_the_token_does(tmp_path):
    async def story(server):
        tap = Tap(server, "bob")
        await tap.start()
        await tap.next()
        await tap.next()
        server.clock.move(days=400)
        while (heard := await tap.next()) == ":\n\n":
            pass
        await tap.task
        return heard

    with world(tmp_path, **{"server.stream_heartbeat_seconds": 0.05}) as server:
        assert server.run(story(server)) == "over"


def test_it_ends_soon_after_its_key_was_revoked(tmp_path):
    async def story(server, token, path):
        tap = Tap(server, "bob", authorization=f"Bearer {token}")
        assert (await tap.start())["status"] == 200
        await tap.next()
        headers = {"authorization": f"Bearer {server.token('admin')}"}
        assert (await server.client.delete(path, headers=headers)).status_code == 204
        async with asyncio.timeout(5):
            await tap.task
        assert server.app.edge.streams.count == 0

    with world(tmp_path, **{"server.stream_heartbeat_seconds": 0.05}) as server:
        body = {"name": "k", "privileges": ["process:read"]}
        made = server.post("/apikey", "admin", json=body).json()
        server.run(story(server, made["token"], f"/apikey/{made['id']}"))


def test_it_lasts_so_long_and_no_longer(tmp_path):
    async def story(server):
        before = asyncio.all_tasks()
        tap = Tap(server, "bob")
        await tap.start()
        async with asyncio.timeout(5):
            await tap.task
        assert asyncio.all_tasks() <= before

    with world(tmp_path, **{"server.stream_seconds": 0.1}) as server:
        server.run(story(server))


def test_all_end_at_once_when_the_server_does(server):
    async def story():
        tap = Tap(server, "bob")
        await tap.start()
        await tap.next()
        server.app.edge.streams.end()
        assert await tap.next() == "over"
        await tap.task
        late = Tap(server, "bob")
        assert (await late.start())["status"] == 503
        await late.task

    server.run(story())
