"""Hearing what services answer later, for as long as the engine runs.

Theory: each service is listened to by itself, so that one which cannot be heard delays no other.
Listening that breaks off is begun again, after a pause that grows while it keeps breaking off. Why
is logged when it changes.

Invariant: an answer is given back to its transport only when what follows from it is stored; until
then it waits for the database, and is heard again after a crash. One that this program fails at is
let go of and logged, or it would come for ever.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from time import monotonic
from typing import Final

from callboard.engine.replies import Replies
from callboard.errors import ConflictError, UnavailableError
from callboard.ports.transport import AnswerError, DeliveryError, Listener, Reply

FIRST_PAUSE: Final = 0.5
LONGEST_PAUSE: Final = 30.0
STEADY_SECONDS: Final = 60.0
"""Listening that went on for so long begins again with the first pause."""
WAIT_SECONDS: Final = 1.0
"""How long to wait for the database, or for others to leave a process alone."""
CANCEL_SECONDS: Final = 0.5
LONGEST_ID: Final = 100

_log: Final = logging.getLogger("callboard.replies")


@dataclass(slots=True)
class Listening:
    """Whoever listens, by the names of the services."""

    replies: Replies
    listeners: Mapping[str, Listener]
    _tasks: list[asyncio.Task[None]] = field(default_factory=list)

    def start(self) -> None:
        """Begin to listen to all of them."""
        for service, listener in self.listeners.items():
            name = f"callboard-replies-{service}"
            self._tasks.append(asyncio.create_task(self._listen(service, listener), name=name))

    async def stop(self) -> None:
        """Listen no more. What is not stored by now will be heard again."""
        going = set(self._tasks)
        while going:
            for task in going:
                task.cancel()
            # Once may not do: `wait_for` of Python 3.11 swallows it when a time is over just then.
            _, going = await asyncio.wait(going, timeout=CANCEL_SECONDS)

    async def _listen(self, service: str, listener: Listener) -> None:
        pause, said = FIRST_PAUSE, ""
        while True:
            begun = monotonic()
            facts = {"service": service}
            try:
                await listener.listen(service, partial(self._take, service))
                return
            except DeliveryError as error:
                if error.message != said:  # Else the log would be full of it in the morning.
                    facts["why"] = said = error.message
                    _log.warning("the answers of a service are not heard now", extra=facts)
            except Exception:
                _log.exception("a transport failed to listen", extra=facts)
            if monotonic() - begun > STEADY_SECONDS:
                pause, said = FIRST_PAUSE, ""
            await asyncio.sleep(pause)
            pause = min(2 * pause, LONGEST_PAUSE)

    async def _take(self, service: str, message_id: str, reply: Reply | AnswerError) -> None:
        """Comes back when what follows from an answer is stored."""
        while True:
            try:
                await self.replies.receive(service, message_id, reply)
                return
            except (UnavailableError, ConflictError):
                await asyncio.sleep(WAIT_SECONDS)
            except Exception:
                # It would fail each time it comes; the message is sent again when the wait is over.
                facts = {"service": service, "message_id": message_id[:LONGEST_ID]}
                _log.exception("an answer cannot be worked on", extra=facts)
                return
