"""Lists with filters, and the inbox, through the client."""

from __future__ import annotations

from callboard.client import Client
from tests.client.conftest import Clients

EXPENSE = {"purpose": "Boat", "amount": 42.5, "date": "2026-02-27"}


def submitted(alice: Client) -> str:
    return alice.start("expense-approval", action="submit", response=EXPENSE).id


def test_filters_all_hold(client: Clients) -> None:
    alice, bob = client("alice"), client("bob")
    running, ended = submitted(alice), submitted(alice)
    state = bob.step(ended, "approve").current.key
    found = alice.processes(scenario="expense-approval", running=True, actors=["alice"])
    assert {running} <= {item.id for item in found}
    assert {item.id for item in alice.processes(state=state, running=False)} >= {ended}
    assert ended not in {item.id for item in alice.processes(running=True)}
    assert not list(alice.processes(tags=["no", "such"]))
    titles = [item.title for item in alice.processes(sort="title", limit=1)]
    assert titles == sorted(titles)


def test_everybody_is_for_operators(client: Clients) -> None:
    process = client("alice").start("purchase-order").id
    admin = client("admin")
    assert process not in {item.id for item in admin.processes()}
    assert process in {item.id for item in admin.processes(everybody=True)}


def test_a_task_says_what_to_do(client: Clients) -> None:
    process = submitted(client("alice"))
    bob = client("bob")
    [task] = [item for item in bob.tasks(limit=1) if item.process.id == process]
    assert task.state.title
    assert {action.key for action in task.actions} >= {"approve"}
    assert task.actions[0].actors == ("manager",)
    assert task.instructions["manager"]
    assert task.since is not None
    counted = bob.task_count().total
    bob.step(task, "approve")
    assert bob.task_count().total == counted - 1
    assert process not in {item.process.id for item in bob.tasks(scenario="expense-approval")}
