"""Two servers on one PostgreSQL do everything as one would (docs/how-to/run-several-nodes.md)."""

from __future__ import annotations

import asyncio
import json
import time
from collections import defaultdict
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, NamedTuple

import httpx
import pytest

from callboard import verify
from callboard.auth.signing import new_key
from callboard.engine.allowance import PARTS
from tests.acceptance.serving import Server
from tests.store.adapters import PostgresAdapter
from tests.transports.receiver import Receiver, receiving

A_MINUTE = 240
COUNTER = {
    "title": "Counter",
    "actors": {"counter": {"role": "admin"}},
    "actions": {"note": {"response": "string"}},
    "states": {"initial": {"on": "note", "goto": None}},
}
DONE = {
    "title": "Done",
    "actors": {"counter": {"role": "admin"}},
    "actions": {"end": {}},
    "states": {"initial": {"on": "end", "goto": "(done)"}},
}
TELLING = {
    "title": "Telling",
    "actors": {"counter": {"role": "admin"}},
    "actions": {"next": {}},
    "states": {
        "initial": {"notify": "desk", "on": "next", "goto": "other"},
        "other": {"notify": "desk", "on": "next", "goto": "initial"},
    },
}


class Pair(NamedTuple):
    """A client of each of two servers."""

    one: httpx.Client
    two: httpx.Client

    def both(self, do: Any) -> list[Any]:
        """What something gives with each, at the same moment."""
        with ThreadPoolExecutor(2) as threads:
            return list(threads.map(do, self))


@pytest.fixture(scope="module")
def adapter(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PostgresAdapter]:
    made = PostgresAdapter(tmp_path_factory.mktemp("nodes"))
    made.change(f"CREATE SCHEMA {made.schema}")
    yield made
    made.remove()


@pytest.fixture(scope="module")
def pair(adapter: PostgresAdapter) -> Iterator[Pair]:
    """The second signs with a key of its own, as after a new one was given and one was restarted.

    All tests together must ask less than `A_MINUTE` as one account.
    """
    settings = {"CALLBOARD_SERVER_REQUESTS_PER_MINUTE": str(A_MINUTE)}
    one = Server(adapter.folder / "one.db", url=adapter.url, **settings)
    two = Server(
        adapter.folder / "two.db",
        url=adapter.url,
        CALLBOARD_AUTH_SIGNING_KEY=new_key(),
        **settings,
    )
    with ThreadPoolExecutor(2) as threads:
        list(threads.map(Server.start, (one, two)))
    made = [httpx.Client(base_url=node.url, timeout=20) for node in (one, two)]
    yield Pair(*made)
    for client, node in zip(made, (one, two), strict=True):
        client.close()
        node.stop()


def stored(client: httpx.Client, scenario: dict[str, Any], title: str = "") -> str:
    """Store a scenario; its id."""
    answer = client.post("/scenarios", json=scenario | ({"title": title} if title else {}))
    return answer.headers["location"].rpartition("/")[2]


def begun(client: httpx.Client, scenario: dict[str, Any]) -> str:
    """A process of a scenario; its path."""
    body = {"scenario": stored(client, scenario)}
    return str(client.post("/processes", json=body).headers["location"])


def test_a_request_that_comes_to_both_is_done_once(pair: Pair) -> None:
    identity = stored(pair.one, COUNTER)
    for number in range(5):
        key = {"idempotency-key": f"start-{number}"}
        started = pair.both(
            lambda client, key=key: client.post(
                "/processes", json={"scenario": identity}, headers=key
            )
        )
        assert {answer.status_code for answer in started} == {201}
        (path,) = {answer.headers["location"] for answer in started}
        noted = pair.both(
            lambda client, key=key, path=path: client.post(
                f"{path}/note",
                json="a",
                headers={"idempotency-key": f"note-{key['idempotency-key']}"},
            )
        )
        assert {answer.status_code for answer in noted} == {204}
        assert len({answer.headers["etag"] for answer in noted}) == 1
        process = pair.two.get(path).json()
        assert len(process["events"]) == 2
        assert verify(process["events"]).ok
    refused = pair.one.post(f"{path}/nothing", json="a", headers={"idempotency-key": "no"})
    again = pair.two.post(f"{path}/nothing", json="a", headers={"idempotency-key": "no"})
    assert (refused.status_code, refused.text) == (again.status_code, again.text)


def test_a_stream_goes_on_at_the_other_without_a_gap_or_a_repeat(pair: Pair) -> None:
    path = begun(pair.one, COUNTER)
    process = path.rpartition("/")[2]
    heard: list[str] = []
    last = ""
    for turn in range(4):
        reader = pair[turn % 2]
        headers = {"last-event-id": last} if last else {}
        with reader.stream(
            "GET", "/stream", params={"process": process}, headers=headers
        ) as stream:
            lines = stream.iter_lines()
            next(lines)
            for number in range(2):
                pair[number].post(f"{path}/note", json="x")
            for line in lines:
                if line.startswith("id:"):
                    last = line.removeprefix("id:").strip()
                if line.startswith("data:"):
                    heard.append(json.loads(line.removeprefix("data:"))["head"])
                if len(heard) == 2 * (turn + 1):
                    break
        pair[turn % 2].post(f"{path}/note", json="while nobody listens")
    events = [event["hash"] for event in pair.one.get(path).json()["events"]][1:]
    assert heard == events[: len(heard)]


def test_what_is_revoked_or_disabled_at_one_is_so_at_the_other_at_once(pair: Pair) -> None:
    body = {"name": "Report", "privileges": ["process:read", "process:start", "scenario:read"]}
    for turn in range(3):
        here, there = pair[turn % 2], pair[(turn + 1) % 2]
        key = here.post("/apikey", json=body).json()
        auth = {"authorization": f"Bearer {key['token']}"}
        assert there.get("/scenarios", headers=auth).status_code == 200
        assert here.delete(f"/apikey/{key['id']}").status_code == 204
        assert there.get("/scenarios", headers=auth).status_code == 401
        identity = stored(here, COUNTER, f"Counter {turn}")
        assert there.post("/processes", json={"scenario": identity}).status_code == 201
        assert here.delete(f"/scenarios/{identity}").status_code == 204
        assert there.post("/processes", json={"scenario": identity}).status_code == 400
        assert identity not in there.get("/scenarios").text


def test_both_count_the_same_and_give_the_same_lists(pair: Pair) -> None:
    begun(pair.one, COUNTER)
    begun(pair.two, DONE)
    for path in ("/admin/overview", "/processes", "/tasks", "/scenarios"):
        first, second = pair.both(lambda client, path=path: client.get(path))
        assert first.status_code == 200
        assert first.json() == second.json()


def test_what_one_signed_the_other_knows_although_its_key_is_new(pair: Pair) -> None:
    """The first began before the key of the second had signed anything."""
    path = begun(pair.one, DONE)
    assert pair.one.post(f"{path}/end").status_code == 204
    assert pair.two.get(f"{path}/verify").json()["ok"]
    found = pair.both(lambda client: client.get(f"{path}/verify").json())
    assert [one["ok"] for one in found] == [True, True]
    assert found[0]["checkpoints"] == found[1]["checkpoints"]
    assert len(found[0]["checkpoints"]) == 1
    keys = [
        {key["kid"] for key in client.get("/.well-known/callboard-keys").json()["keys"]}
        for client in pair
    ]
    assert keys[0] == keys[1]
    assert len(keys[0]) == 2


def test_a_chain_is_signed_once_when_both_do_it_at_the_same_moment(pair: Pair) -> None:
    path = begun(pair.one, DONE)
    pair.two.post(f"{path}/end")
    found = pair.both(lambda client: client.get(f"{path}/verify").json())
    signed = pair.one.get(f"{path}/verify").json()["checkpoints"]
    assert len(signed) == 1
    assert all(one["ok"] and one["checkpoints"] == signed for one in found)


def test_an_allowance_is_one_for_both(pair: Pair) -> None:
    key = pair.one.post("/apikey", json={"name": "Busy", "privileges": ["scenario:read"]}).json()
    auth = {"authorization": f"Bearer {key['token']}"}
    before = time.monotonic()

    def ask(client: httpx.Client) -> int:
        answers = [client.get("/scenarios/none", headers=auth) for _ in range(A_MINUTE)]
        assert {answer.status_code for answer in answers} <= {404, 429}
        return sum(answer.status_code == 404 for answer in answers)

    let = sum(pair.both(ask))
    refilled = (time.monotonic() - before) * A_MINUTE / 60
    assert A_MINUTE <= let <= A_MINUTE + 2 * (A_MINUTE // PARTS) + refilled + 1


def test_services_are_told_once_and_in_order_whoever_tells_them(
    tmp_path: Path,
) -> None:
    adapter = PostgresAdapter(tmp_path)
    adapter.change(f"CREATE SCHEMA {adapter.schema}")

    async def play() -> None:
        async with receiving() as desk:
            services = {"desk": {"provider": "webhook", "url": desk.url, "timeout": 5}}
            given = {"CALLBOARD_SERVICES": json.dumps(services)}
            names = [adapter.folder / f"telling {number}.db" for number in (1, 2)]
            nodes = [Server(name, url=adapter.url, **given) for name in names]
            try:
                await asyncio.gather(*(asyncio.to_thread(node.start) for node in nodes))
                paths = await asyncio.to_thread(begin_telling, nodes)
                for turn in range(5):
                    await heard(desk, len(paths) * (turn + 1))
                    await asyncio.to_thread(go_on, nodes, paths, turn)
                await heard(desk, len(paths) * 6)
                await asyncio.sleep(0.3)
                events = await asyncio.to_thread(events_of, nodes[0], paths)
            finally:
                for node in nodes:
                    await asyncio.to_thread(node.stop)
            told = defaultdict(list)
            for message in desk.told:
                body = json.loads(message.body)
                told[body["process"]["id"]].append(body["etag"])
            assert told == events

    try:
        asyncio.run(asyncio.wait_for(play(), 90))
    finally:
        adapter.remove()


async def heard(desk: Receiver, count: int) -> None:
    """Wait until the service was told so often: it is told nothing of states that were left."""
    async with asyncio.timeout(30):
        while len(desk.told) < count:
            await asyncio.sleep(0.02)


def begin_telling(nodes: list[Server]) -> list[str]:
    with (
        httpx.Client(base_url=nodes[0].url, timeout=20) as one,
        httpx.Client(base_url=nodes[1].url, timeout=20) as two,
    ):
        return [begun(client, TELLING) for client in (one, two) * 3]


def go_on(nodes: list[Server], paths: list[str], turn: int) -> None:
    """A step of each process, at the one server or the other."""
    with httpx.Client(timeout=20) as client:
        for number, path in enumerate(paths, turn):
            assert client.post(f"{nodes[number % 2].url}{path}/next").status_code == 204


def events_of(node: Server, paths: list[str]) -> dict[str, list[str]]:
    """The hashes of the events of each process."""
    with httpx.Client(base_url=node.url, timeout=20) as client:
        found = {path.rpartition("/")[2]: client.get(path).json()["events"] for path in paths}
    return {process: [event["hash"] for event in events] for process, events in found.items()}
