"""Processes through the client: what it sends, what it gives, what it raises."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from callboard.client import (
    AsyncClient,
    Client,
    NotFoundError,
    PreconditionFailedError,
    Process,
    RefusedError,
    UnauthenticatedError,
)
from tests.acceptance.serving import Server
from tests.client.conftest import Clients

EXPENSE = {"purpose": "Train to Ghent", "amount": 42.5, "date": "2026-02-27"}


def submitted(alice: Client) -> Process:
    return alice.start("expense-approval", action="submit", response=EXPENSE)


def test_a_process_goes_its_way(client: Clients) -> None:
    process = submitted(client("alice"))
    assert process.is_running
    assert process.actors["employee"].id == "alice"
    assert {action.key for action in process.current.actions} >= {"approve"}
    after = client("bob").step(process, "approve", if_match=True)
    assert after.current.key != process.current.key
    assert len(after.events) > len(process.events)
    assert after.etag != process.etag


def test_with_asyncio_it_is_the_same(server: Server, tokens: dict[str, str]) -> None:
    async def play() -> Process:
        async with (
            AsyncClient(server.url, token=tokens["alice"]) as alice,
            AsyncClient(server.url, token=lambda: fresh()) as bob,
        ):
            process = await alice.start("expense-approval", action="submit", response=EXPENSE)
            await bob.step(process, "approve")
            found = [item async for item in alice.processes(limit=1)]
            assert process.id in {item.id for item in found}
            return await alice.refresh(process)

    async def fresh() -> str:
        return tokens["bob"]

    assert asyncio.run(play()).current.key != "initial"


def test_who_comes_too_late_changes_nothing(client: Clients) -> None:
    alice, bob = client("alice"), client("bob")
    seen = submitted(alice)
    bob.step(seen, "approve", if_match=True)
    with pytest.raises(PreconditionFailedError) as caught:
        bob.step(seen, "reject", {"reason": "No"}, if_match=True)
    assert caught.value.status == 412
    assert caught.value.code == "precondition-failed"


def test_a_refused_step_says_all_reasons(client: Clients) -> None:
    process = submitted(client("alice"))
    with pytest.raises(RefusedError) as caught:
        client("alice").step(process, "approve")
    assert [reason.code for reason in caught.value.errors] == ["actor-not-allowed"]
    assert caught.value.etag not in (None, process.etag)
    assert caught.value.request_id


def test_what_is_not_mine_is_not_found(client: Clients) -> None:
    process = submitted(client("alice"))
    with pytest.raises(NotFoundError):
        client("claire").get(process.id)


def test_an_id_never_leads_to_another_path(client: Clients) -> None:
    with pytest.raises(NotFoundError):
        client("admin").get("../info")
    with pytest.raises(ValueError, match="not an id"):
        client("admin").get("..")


def test_refresh_gives_the_same_while_nothing_happens(client: Clients) -> None:
    alice = client("alice")
    process = submitted(alice)
    assert alice.refresh(process) is process
    client("bob").step(process, "approve")
    assert alice.refresh(process) is not process


def test_no_response_is_not_null(client: Clients) -> None:
    bob = client("bob")
    process = submitted(client("alice"))
    with pytest.raises(RefusedError):
        bob.step(process, "reject", None)
    with pytest.raises(ValueError, match="response belongs to an action"):
        bob.start("expense-approval", response={})


def test_a_list_is_followed_over_its_pages(client: Clients) -> None:
    alice = client("alice")
    started = [alice.start("expense-approval").id for _ in range(5)]
    found = [item.id for item in alice.processes(limit=2)]
    assert len(found) == len(set(found))
    assert found[:5] == started[::-1]
    first = next(alice.processes(limit=1))
    assert first.created is not None
    assert datetime.now(UTC) - first.created < timedelta(minutes=1)
    assert first.scenario.name == "expense-approval"


def test_predict_adds_the_states_to_come(client: Clients) -> None:
    alice = client("alice")
    process = alice.start("expense-approval", predict=True)
    assert process.next
    assert not alice.get(process).next


def test_a_bad_token_is_told(server: Server) -> None:
    with (
        Client(server.url, token="nonsense") as nobody,
        pytest.raises(UnauthenticatedError),
    ):
        nobody.scenarios.list()
