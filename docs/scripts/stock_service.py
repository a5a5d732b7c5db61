"""A service that says how much of an order is in stock: copy it, and begin yours.

    STOCK_SECRET=whsec_… python docs/scripts/stock_service.py 8090

The engine knows it by these settings, and tells it when a purchase order comes to purchasing:

    [services.stock]
    provider = "webhook"
    url = "http://127.0.0.1:8090/stock"
    secret = "whsec_…"
"""

from __future__ import annotations

import os
import sys

from callboard.worker import Message, Refused, Worker

SHELVES = {"Flour": 3, "Yeast": 40}

worker = Worker()


@worker.on("stock")
def count(message: Message) -> dict[str, int]:
    """How many of the pieces that somebody asks for are there."""
    lines = message.body.get("lines")
    if not lines:
        raise Refused("There are no lines to count.")
    found = [min(line["quantity"], SHELVES.get(line["item"], 0)) for line in lines]
    return {"in_stock": sum(found)}


if __name__ == "__main__":
    worker.run(port=int(sys.argv[1]), secret=os.environ["STOCK_SECRET"])
