"""The application as ASGI, for tests in one process and for servers of others.

Its own server (`serve`) does not need it: the translation costs more than the request.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, MutableMapping
from functools import partial
from typing import Any, TypeAlias
from urllib.parse import quote

from callboard.server.messages import Receive, Request, Response, headers_of
from callboard.server.middleware.body import collect

__all__ = ["Receive", "Scope", "Send", "speak_asgi"]

Scope: TypeAlias = MutableMapping[str, Any]
Send: TypeAlias = Callable[[MutableMapping[str, Any]], Awaitable[None]]


async def speak_asgi(
    respond: Callable[[Request], Awaitable[Response]], scope: Scope, receive: Receive, send: Send
) -> None:
    """Answer one ASGI call; the lifespan protocol is not needed and answered politely."""
    match scope["type"]:
        case "http":
            await _answer(respond, scope, receive, send)
        case "lifespan":
            for event in ("startup", "shutdown"):
                await receive()
                await send({"type": f"lifespan.{event}.complete"})
        case _:
            await send({"type": "websocket.close", "code": 1000})


async def _answer(
    respond: Callable[[Request], Awaitable[Response]], scope: Scope, receive: Receive, send: Send
) -> None:
    headers = headers_of(scope["headers"])
    raw = scope.get("raw_path") or quote(scope["path"]).encode()
    request = Request(
        scope["method"],
        raw.decode("latin-1"),
        scope["query_string"].decode("latin-1"),
        headers,
        partial(collect, receive, headers.get(b"content-length")),
    )
    response = await respond(request)
    content, fields = response.body, response.headers
    if response.status not in (204, 304):
        fields += ((b"content-length", b"%d" % len(content)),)
    await send({"type": "http.response.start", "status": response.status, "headers": fields})
    await send({"type": "http.response.body", "body": b"" if request.method == "HEAD" else content})
