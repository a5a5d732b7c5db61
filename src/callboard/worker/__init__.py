"""The worker kit: for whoever writes services that Callboard tells, and that answer.

    from callboard.worker import Message, Worker

    worker = Worker()

    @worker.on("inventory")
    async def reserve(message: Message) -> dict[str, int]:
        return {"count": 2}

    worker.run(port=8090, secret=SECRET)

It stands alone: nothing of the engine is imported. What a way needs beyond HTTP is an extra
(`callboard[amqp]`, `callboard[nats]`, `callboard[client]` for `Polling`).

Theory: a message is handled at one place (`desk`), whichever way it came, and what came of it is a
value that each way carries back in its own words. Messages come at least once; the desk answers
again what it answered before, as far as it remembers.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from callboard.worker.answers import Refused, Retry, Step
from callboard.worker.message import Action, Message
from callboard.worker.ways import Way
from callboard.worker.webhook import Webhook
from callboard.worker.worker import Worker

if TYPE_CHECKING:
    from callboard.worker.amqp import Amqp
    from callboard.worker.nats import Nats
    from callboard.worker.polling import Polling

__all__ = [
    "Action",
    "Amqp",
    "Message",
    "Nats",
    "Polling",
    "Refused",
    "Retry",
    "Step",
    "Way",
    "Webhook",
    "Worker",
]

_EXTRAS = {"Amqp": ("amqp", "amqp"), "Nats": ("nats", "nats"), "Polling": ("polling", "client")}
"""Where a way is that needs more than HTTP, and the extra that brings it."""


def __getattr__(name: str) -> Any:
    """A way whose library is imported only where it is used."""
    if name not in _EXTRAS:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    module, extra = _EXTRAS[name]
    try:
        return getattr(import_module(f"{__name__}.{module}"), name)
    except ModuleNotFoundError as error:
        text = f"{name} needs an extra: pip install 'callboard[{extra}]'"
        raise ModuleNotFoundError(text, name=error.name) from None
