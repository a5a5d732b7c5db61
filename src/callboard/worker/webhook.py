"""Receiving by HTTP: an ASGI application, and a little server for it.

Theory: the path names the service (`POST /stock`); where there is only one, any path will do. What
comes is believed when it is signed by the scheme of Standard Webhooks and is not old; the status of
the answer says whether the engine should come again (specification: services, providers).

Invariants: nothing of a body is read as JSON before its signature is right. No body is larger than
`body_bytes`, and none may take longer than `BODY_SECONDS` to arrive.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping, Sequence
from dataclasses import dataclass, field
from math import ceil
from time import time
from typing import Any, Final, TypeAlias

from callboard.signing import is_signed, key_of
from callboard.worker.answers import Answered, Failed, Outcome
from callboard.worker.desk import Desk
from callboard.worker.message import message_of
from callboard.worker.reading import UnreadableError, read_body

__all__ = ["Application", "Webhook", "WebhookApp"]

Scope: TypeAlias = MutableMapping[str, Any]
Receive: TypeAlias = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send: TypeAlias = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Application: TypeAlias = Callable[[Scope, Receive, Send], Awaitable[None]]

BODY_SECONDS: Final = 30.0
LOOPBACK: Final = ("127.0.0.1", "::1", "localhost")
HEALTH: Final = "/healthz"
LONGEST_ID: Final = 200


@dataclass(frozen=True, slots=True)
class Webhook:
    """Messages come by HTTP, to a server of the worker's own.

        worker.run(Webhook(port=8090, secret=os.environ["STOCK_SECRET"]))

    The path names the service, as in `http://127.0.0.1:8090/stock`; where there is only one, any
    will do. `GET /healthz` answers 200.
    """

    port: int
    """Where it listens; 0 takes any port that is free."""
    secret: str | Sequence[str] | None = field(default=None, repr=False)
    """The secret of the service in the engine's settings, `whsec_…`; while it is changed, both. It
    may be left out only where nobody else can reach the server."""
    host: str = "127.0.0.1"
    """On which address it listens; `0.0.0.0` for all."""
    tolerance: float = 300.0
    """How old a message may be, in seconds, and how far the clocks may differ."""
    body_bytes: int = 1_048_576
    """The largest message."""
    announce: Callable[[str], None] | None = None
    """Is told the address once it can be reached."""

    def __post_init__(self) -> None:
        """Raises `ValueError` for what cannot be used."""
        if not keys_of(self.secret) and self.host not in LOOPBACK:
            raise ValueError("a secret is needed where others can reach the server")

    async def receive(self, desk: Desk, stop: asyncio.Event) -> None:
        """Listen until `stop` is set. Raises `OSError` when the port cannot be had."""
        from callboard.worker.server import serve

        app = WebhookApp(
            desk, secret=self.secret, tolerance=self.tolerance, body_bytes=self.body_bytes
        )
        await serve(app, self.host, self.port, stop, self.announce)


@dataclass(frozen=True, slots=True)
class _Said:
    """An answer over HTTP."""

    status: int
    body: bytes = b""
    content_type: str = "text/plain; charset=utf-8"
    headers: tuple[tuple[str, str], ...] = ()


class _TurnedAwayError(Exception):
    """The request is not what the engine would send, and reaches no handler."""

    def __init__(self, status: int, text: str, *headers: tuple[str, str]) -> None:
        self.said = _Said(status, f"{text}\n".encode(), headers=headers)


class WebhookApp:
    """The ASGI application; one at each of the paths `/NAME` for every service of the desk."""

    def __init__(
        self,
        desk: Desk,
        *,
        secret: str | Sequence[str] | None,
        tolerance: float = 300.0,
        body_bytes: int = 1_048_576,
        now: Callable[[], float] = time,
    ) -> None:
        self._desk = desk
        self._keys = keys_of(secret)
        self._tolerance = tolerance
        self._body_bytes = body_bytes
        self._now = now

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        if scope["type"] == "lifespan":
            await _lifespan(receive, send)
            return
        if scope["type"] != "http":
            raise ValueError("only HTTP is spoken here")
        try:
            said = await self._said(scope, receive)
        except _TurnedAwayError as error:
            said = error.said
        headers = [("content-type", said.content_type), ("content-length", str(len(said.body)))]
        raw = [(n.encode("latin-1"), v.encode("latin-1")) for n, v in (*headers, *said.headers)]
        await send({"type": "http.response.start", "status": said.status, "headers": raw})
        await send({"type": "http.response.body", "body": said.body})

    async def _said(self, scope: Scope, receive: Receive) -> _Said:
        if scope["method"] in ("GET", "HEAD") and scope["path"] == HEALTH:
            return _Said(200, b"" if scope["method"] == "HEAD" else b"well\n")
        if scope["method"] not in ("POST", "PUT", "PATCH"):
            raise _TurnedAwayError(405, "Messages are posted.", ("allow", "POST, PUT, PATCH"))
        service = self._service(scope["path"])
        headers = _headers(scope)
        body = await self._body(headers, receive)
        message_id = self._checked(headers, body)
        try:
            content = read_body(body, headers.get("content-type", ""))
        except UnreadableError as error:
            raise _TurnedAwayError(400, str(error)) from None
        message = message_of(
            service,
            message_id,
            content,
            process=headers.get("callboard-process", ""),
            etag=headers.get("callboard-etag", ""),
        )
        return _carried(await self._desk.handle(message))

    def _service(self, path: str) -> str:
        name = path.strip("/").rpartition("/")[2]
        if name in self._desk.services:
            return name
        if len(self._desk.services) == 1:
            return self._desk.services[0]
        raise _TurnedAwayError(404, "There is no such service here.")

    async def _body(self, headers: dict[str, str], receive: Receive) -> bytes:
        told = headers.get("content-length", "0")
        if told.isascii() and told.isdigit() and int(told[:20]) > self._body_bytes:
            raise _TurnedAwayError(413, f"A message has {self._body_bytes} bytes at most.")
        try:
            async with asyncio.timeout(BODY_SECONDS):
                return await self._all(receive)
        except TimeoutError:
            raise _TurnedAwayError(408, "The message did not arrive in time.") from None

    async def _all(self, receive: Receive) -> bytes:
        parts, size = [], 0
        while True:
            event = await receive()
            if event["type"] == "http.disconnect":
                raise _TurnedAwayError(400, "The message broke off.")
            parts.append(event.get("body", b""))
            size += len(parts[-1])
            if size > self._body_bytes:
                raise _TurnedAwayError(413, f"A message has {self._body_bytes} bytes at most.")
            if not event.get("more_body", False):
                return b"".join(parts)

    def _checked(self, headers: dict[str, str], body: bytes) -> str:
        """The id of a message that can be believed."""
        message_id = headers.get("webhook-id", "")
        if not message_id or len(message_id) > LONGEST_ID:
            raise _TurnedAwayError(400, "webhook-id is missing.")
        if not self._keys:
            return message_id
        stamp = headers.get("webhook-timestamp", "")
        if not (stamp.isascii() and stamp.isdigit() and len(stamp) < LONGEST_ID // 10):
            raise _TurnedAwayError(400, "webhook-timestamp is missing.")
        given = headers.get("webhook-signature", "")
        if not is_signed(self._keys, message_id, int(stamp), body, given):
            raise _TurnedAwayError(401, "The signature is wrong.")
        if abs(self._now() - int(stamp)) > self._tolerance:
            raise _TurnedAwayError(401, "The message is too old, or the clocks differ.")
        return message_id


def keys_of(secret: str | Sequence[str] | None) -> tuple[bytes, ...]:
    """The keys of one secret or several. Raises `ValueError`."""
    secrets = (secret,) if isinstance(secret, str) else tuple(secret or ())
    return tuple(map(key_of, secrets))


def _headers(scope: Scope) -> dict[str, str]:
    """Headers by their names. One that is there twice counts as missing: nobody could say which."""
    found: dict[str, str] = {}
    twice: set[str] = set()
    for raw, value in scope["headers"]:
        name = raw.decode("latin-1").lower()
        if name in found:
            twice.add(name)
        found[name] = value.decode("latin-1")
    return {name: value for name, value in found.items() if name not in twice}


def _carried(outcome: Outcome) -> _Said:
    """What came of a message, as the engine understands it."""
    if isinstance(outcome, Answered):
        if not outcome.content:
            return _Said(204)
        return _Said(200, outcome.content, outcome.content_type)
    text = outcome.reason.encode()
    if isinstance(outcome, Failed):
        if not outcome.after:
            return _Said(500, text)
        return _Said(503, text, headers=(("retry-after", str(ceil(outcome.after))),))
    return _Said(422, text)


async def _lifespan(receive: Receive, send: Send) -> None:
    """Nothing is to be opened or closed."""
    while True:
        event = await receive()
        await send({"type": f"{event['type']}.complete"})
        if event["type"] == "lifespan.shutdown":
            return
