"""Two people and a service act out a purchase order, each following the stream of what happens.

    python docs/scripts/purchase_order.py http://127.0.0.1:8080

Alice needs flour, Bob does the purchasing, and the ordering service, which has an API key of its
own, tells what the supplier says. Nobody asks again and again whether there is something to do:
each waits for `task-appeared`. The server has to be in development mode, for its demo accounts.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from contextlib import ExitStack
from threading import Thread

from callboard.client import Client, Process, Stream

SCENARIO = "purchase-order"
ORDER = {
    "supplier": "Mill & Co",
    "lines": [
        {"item": "Flour", "quantity": 4, "price": 12.5},
        {"item": "Yeast", "quantity": 2, "price": 3},
    ],
}

Moves = dict[str, Callable[[Client, Process], object]]
"""What somebody does in a state, by its key."""


def confirm(ordering: Client, order: Process) -> None:
    """The supplier has accepted the order."""
    ordering.step(order, "confirm", {"status": "accepted", "reference": "A-17"})


def receive(alice: Client, order: Process) -> None:
    """The goods arrive in two parts."""
    alice.step(order, "receive", {"pieces": 2})
    alice.step(order, "receive", {"pieces": 4})


ALICE: Moves = {"delivery": receive}
BOB: Moves = {
    "review": lambda bob, order: bob.step(order, "order"),
    "received": lambda bob, order: bob.step(order, "close"),
}
ORDERING: Moves = {"ordering": confirm}


def act(client: Client, events: Stream, order: Process, moves: Moves) -> None:
    """Do what is to do, until the order has come to its end."""
    for event in events:
        if event.process.id != order.id:
            continue
        if event.type == "task-appeared":
            state = client.get(order).current.key
            if state in moves:
                moves[state](client, order)
        elif event.type == "ended":
            return


def tell(events: Stream, order: Process) -> None:
    """Print what happens, until the order has come to its end."""
    for event in events:
        if event.process.id == order.id and event.action:
            print(f"{event.actor}: {event.action}")
        if event.process.id == order.id and event.type == "ended":
            return


def main(url: str) -> None:
    """Act it out."""
    with ExitStack() as stack:

        def client(token: str) -> Client:
            return stack.enter_context(Client(url, token=token))

        with Client(url) as anybody:
            tokens = {account.id: account.token for account in anybody.demo_accounts()}
        alice, bob, admin = (client(tokens[name]) for name in ("alice", "bob", "admin"))
        key = admin.api_keys.issue(
            "Ordering", ["process:read", "process:step"], days=1, service="ordering"
        )
        ordering = client(key.token)

        # Connected before anything happens, so that nobody misses the beginning.
        parts = [
            (participant, stack.enter_context(participant.stream(scenario=SCENARIO)), moves)
            for participant, moves in ((alice, ALICE), (bob, BOB), (ordering, ORDERING))
        ]
        news = stack.enter_context(admin.stream(scenario=SCENARIO))

        order = alice.start(SCENARIO, action="request", response=ORDER)
        print(order.title)
        threads = [
            Thread(target=act, args=(participant, events, order, moves), daemon=True)
            for participant, events, moves in parts
        ]
        for thread in threads:
            thread.start()
        tell(news, order)
        for thread in threads:
            thread.join(timeout=30)
        admin.api_keys.revoke(key)

        print(alice.get(order).result)


if __name__ == "__main__":
    main(*sys.argv[1:2] or ["http://127.0.0.1:8080"])
