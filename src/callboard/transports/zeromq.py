"""The provider `zeromq`: a service is told over ZeroMQ, by push or by request.

Theory: ZeroMQ takes messages for peers that are not there, and waits for ever. So only a connection
whose handshake is done takes one (`IMMEDIATE`), next to nothing is queued (`SNDHWM`), and waiting
has an end: no peer, or one that is full, is a failure. A request has a socket of its own, because
one that timed out would take the late answer for that of the next request; this one is gone by
then. Connections that are dead without a word are found by the system (keep-alive, and a bound for
what is not acknowledged).

Limits: with `push`, delivered means that it is on its way; nobody confirms it. A frame of an answer
is bounded before memory is made for it, the number of frames is not, for ZeroMQ offers no way.

This module is imported only where a service is told so, for its library may not be there.

Invariants: an answer is that to its own request. No address and no key is in an error.
"""

from __future__ import annotations

import asyncio
from typing import Final

import zmq
import zmq.asyncio

from callboard.ports.transport import AnswerError, DeliveryError, Message, Provider, Reply
from callboard.transports.bodies import encoded, untyped
from callboard.transports.zeromq_config import ZeroMqConfig

__all__ = ["PROVIDER", "ZeroMq"]

LINGER_SECONDS: Final = 1.0
"""How long what was pushed last may take to leave, when the engine stops."""
DEAD_SECONDS: Final = 15
GRACE_SECONDS: Final = 0.1
"""How long an answer may come after the connection was seen to close."""
ROOM: Final = 4
"""An answer that is too large by less than this factor is read to be told so; beyond that the
connection ends."""


class ZeroMq:
    """A service at one address."""

    def __init__(self, config: ZeroMqConfig) -> None:
        self._config = config
        self._keys = _keys(config)
        self._context: zmq.asyncio.Context | None = None
        self._pushing: zmq.asyncio.Socket | None = None

    async def deliver(self, message: Message) -> Reply | None:
        """Send it; what was answered. Raises `DeliveryError`, or `AnswerError` for an answer that
        is too large or nobody can read.
        """
        frames = [encoded(message.body)]
        if self._config.id_frame:
            frames.append(message.id.encode())
        try:
            if self._config.answers:
                return await self._request(frames)
            await self._push(frames)
        except zmq.ZMQError as error:
            raise DeliveryError(f"It cannot be told ({error.strerror}).") from error
        return None

    async def close(self) -> None:
        """Let go of the connection; what was pushed has a moment to leave."""
        pushing, self._pushing = self._pushing, None
        if pushing is not None:
            pushing.close(linger=round(LINGER_SECONDS * 1000))
        context, self._context = self._context, None
        if context is not None:
            await asyncio.to_thread(context.term)

    async def _push(self, frames: list[bytes]) -> None:
        if self._pushing is None:
            self._pushing = self._socket(zmq.PUSH)
            self._pushing.connect(self._config.address)
        await self._send(self._pushing, frames)

    async def _request(self, frames: list[bytes]) -> Reply | None:
        socket = self._socket(zmq.REQ)
        socket.set(zmq.MAXMSGSIZE, max(1, self._config.answer_bytes) * ROOM)
        try:
            socket.connect(self._config.address)
            await self._send(socket, frames)
            async with asyncio.timeout(self._config.receive_timeout):
                return self._reply(await _answer(socket))
        except TimeoutError:
            raise DeliveryError("It did not answer in time.") from None
        finally:
            socket.close()

    async def _send(self, socket: zmq.asyncio.Socket, frames: list[bytes]) -> None:
        try:
            async with asyncio.timeout(self._config.timeout):
                await socket.send_multipart(frames)
        except TimeoutError:
            raise DeliveryError("It cannot be reached, or takes no more messages.") from None

    def _reply(self, frames: list[bytes]) -> Reply | None:
        if len(frames) != 1:
            raise AnswerError("Its answer has more than one frame.")
        if len(frames[0]) > self._config.answer_bytes:
            raise AnswerError(f"Its answer is larger than {self._config.answer_bytes} bytes.")
        return Reply(untyped(frames[0])) if frames[0] else None

    def _socket(self, kind: int) -> zmq.asyncio.Socket:
        """A socket that queues next to nothing and notices when the other side is gone."""
        if self._context is None:
            self._context = zmq.asyncio.Context()
        socket = self._context.socket(kind)
        socket.set(zmq.LINGER, 0)
        socket.set(zmq.IMMEDIATE, 1)
        socket.set(zmq.SNDHWM, 1)
        socket.set(zmq.IPV6, int("[" in self._config.address))
        socket.set(zmq.TCP_KEEPALIVE, 1)
        socket.set(zmq.TCP_KEEPALIVE_IDLE, DEAD_SECONDS)
        socket.set(zmq.TCP_KEEPALIVE_INTVL, DEAD_SECONDS // 3)
        socket.set(zmq.TCP_KEEPALIVE_CNT, 3)
        socket.set(zmq.TCP_MAXRT, DEAD_SECONDS * 1000)
        if self._keys is not None:
            socket.set(zmq.CURVE_SERVERKEY, self._config.server_key.encode())
            socket.set(zmq.CURVE_PUBLICKEY, self._keys[0])
            socket.set(zmq.CURVE_SECRETKEY, self._keys[1])
        return socket


async def _answer(socket: zmq.asyncio.Socket) -> list[bytes]:
    """What comes back, unless the connection ends first."""
    monitor: zmq.asyncio.Socket = socket.get_monitor_socket(zmq.EVENT_DISCONNECTED)
    answer = asyncio.ensure_future(socket.recv_multipart())
    gone = asyncio.ensure_future(monitor.recv_multipart())
    try:
        await asyncio.wait({answer, gone}, return_when=asyncio.FIRST_COMPLETED)
        if not answer.done():
            await asyncio.wait({answer}, timeout=GRACE_SECONDS)
        if not answer.done():
            raise DeliveryError("The connection ended: it is gone, or its answer is far too large.")
        return answer.result()
    finally:
        answer.cancel()
        gone.cancel()
        socket.disable_monitor()
        monitor.close(linger=0)


def _keys(config: ZeroMqConfig) -> tuple[bytes, bytes] | None:
    """The engine's own keys, public and secret; None where nothing is encrypted."""
    if not config.server_key:
        return None
    if not config.secret_key:
        return zmq.curve_keypair()
    secret = config.secret_key.encode()
    return zmq.curve_public(secret), secret


PROVIDER: Final = Provider(ZeroMqConfig, ZeroMq, lambda config: config.seconds)
