"""A service that is away: how often it is still tried (architecture, section 3).

Theory: when a service cannot be reached, what waits for it would be tried again and again, job by
job, until every job has used up its tries, and an outage of an hour would end with all of them
given up. So after some failures in a row, of which the messages are not to blame, one message at a
time is sent to find out whether the service is back, with growing pauses between; the others wait,
and keep their tries. The first that succeeds ends it.

Invariants: what began before the circuit opened says nothing about what came later. A failure that
the service itself answers, for this one message, does not count.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from time import monotonic
from typing import Final

from callboard.ports.transport import DeliveryError, Later, Message, Reply, Transport

log: Final = logging.getLogger("callboard.services")

FAILURES: Final = 10
"""So many in a row, and the service is away."""
FIRST_SECONDS: Final = 1.0
LONGEST_SECONDS: Final = 30.0


@dataclass(slots=True)
class Circuit:
    """What is known of one service."""

    service: str
    now: Callable[[], float] = monotonic
    _failures: int = 0
    _opened: float = 0.0
    _probe: float = 0.0
    """When it is tried next, once it is away."""

    def most(self, usual: int) -> tuple[int, float]:
        """How many messages may be under way at once; where none, seconds until one may.

        >>> clock = iter((0.0, 0.5, 1.5)).__next__
        >>> circuit = Circuit("stock", clock)
        >>> for _ in range(FAILURES): circuit.failed(0.0)
        >>> circuit.most(16), circuit.most(16)
        ((0, 0.5), (1, 0.0))
        """
        if self._failures < FAILURES:
            return usual, 0.0
        wait = self._probe - self.now()
        return (0, wait) if wait > 0 else (1, 0.0)

    def succeeded(self) -> None:
        """It has taken a message."""
        if self._failures >= FAILURES:
            log.info("a service is back", extra={"service": self.service})
        self._failures = 0

    def failed(self, begun: float) -> None:
        """It could not take a message, of which sending was begun then."""
        if self._failures >= FAILURES and begun < self._opened:
            return
        self._failures += 1
        if self._failures < FAILURES:
            return
        tries = self._failures - FAILURES
        now = self.now()
        self._probe = now + min(FIRST_SECONDS * 2.0 ** min(tries, 30), LONGEST_SECONDS)
        if tries == 0:
            self._opened = now
            log.warning("a service is away; it is tried now and then", extra=self._facts())

    def _facts(self) -> dict[str, object]:
        return {"service": self.service, "failures": self._failures}


@dataclass(frozen=True, slots=True)
class Watched:
    """A transport, and the circuit that learns how it goes."""

    inner: Transport
    circuit: Circuit

    async def deliver(self, message: Message) -> Reply | Later | None:
        """Send it; what was answered. Raises `DeliveryError`."""
        begun = self.circuit.now()
        try:
            reply = await self.inner.deliver(message)
        except DeliveryError as error:
            if error.final or error.reached:
                self.circuit.succeeded()
            else:
                self.circuit.failed(begun)
            raise
        self.circuit.succeeded()
        return reply

    async def close(self) -> None:
        """Let go of connections."""
        await self.inner.close()


def with_circuits(services: Mapping[str, Transport]) -> Mapping[str, Watched]:
    """The ways to all services, each with a circuit of its own."""
    return {name: Watched(way, Circuit(name)) for name, way in services.items()}
