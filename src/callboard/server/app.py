"""The application: all routes in one list, all stages of a request in one method.

Theory: a request finds its route, then passes the stages of `App._answer` from top to bottom; what
they raise becomes a problem document. Plain calls, because layers of wrappers would cost more than
the work: at 32 connections this file is a good part of what a step costs.

Invariant: whatever comes, exactly one answer goes out.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, MutableMapping, Sequence
from time import perf_counter
from typing import Any, Final, TypeAlias
from urllib.parse import quote

from callboard.errors import CallboardError
from callboard.server.edge import Edge
from callboard.server.messages import Call, Receive, Response, headers_of
from callboard.server.middleware import (
    Admission,
    Browsers,
    RateLimiter,
    SecurityHeaders,
    identify,
    read_body,
)
from callboard.server.parameters import read_query
from callboard.server.pouring import pour
from callboard.server.problems import problem, problem_of
from callboard.server.route import PUBLIC, Route
from callboard.server.router import Router
from callboard.server.routes import (
    admin,
    apikeys,
    docs,
    figures,
    formats,
    health,
    info,
    lists,
    metrics,
    migrations,
    notifications,
    processes,
    proving,
    scenarios,
    seeing,
    stream,
    subjects,
    tasks,
    web,
    whoami,
)
from callboard.telemetry import REQUEST_ID, SILENT
from callboard.telemetry.metrics import REQUESTS

__all__ = ["ROUTES", "App"]

log = logging.getLogger("callboard.server")

Scope: TypeAlias = MutableMapping[str, Any]
Send: TypeAlias = Callable[[MutableMapping[str, Any]], Awaitable[None]]

BUSY: Final = problem(
    503,
    "The server has too much to do. Try again in a moment.",
    headers=((b"retry-after", b"1"),),
)

LAST: Final = ((b"connection", b"close"),)
"""Nothing more is to be asked by this connection."""

ROUTES: tuple[Route, ...] = (
    scenarios.LIST,
    scenarios.STORE,
    scenarios.GET,
    scenarios.DISABLE,
    seeing.VALIDATE,
    seeing.DIAGRAM,
    lists.LIST,
    processes.START,
    processes.GET,
    processes.STEP,
    stream.FOLLOW,
    seeing.EXPLAIN,
    proving.VERIFY,
    proving.BUNDLE,
    proving.KEYS,
    tasks.LIST,
    tasks.COUNT,
    notifications.FAILED,
    notifications.RETRY,
    notifications.RETRY_ONE,
    notifications.ATTEMPTS,
    notifications.MOVE_CLOCK,
    apikeys.LIST,
    apikeys.ISSUE,
    apikeys.REVOKE,
    figures.OVERVIEW,
    figures.STORAGE,
    subjects.FIND,
    subjects.ERASE_ALL,
    admin.LOOK,
    admin.CANCEL,
    admin.ERASE,
    migrations.ONE,
    migrations.ALL,
    migrations.CHAINS,
    info.GET_INFO,
    info.GET_DEMO_ACCOUNTS,
    formats.GET_FORMAT,
    health.GET_HEALTH,
    health.GET_READINESS,
    metrics.GET_METRICS,
    docs.openapi_route(lambda: ROUTES),
    docs.GET_PAGE,
    docs.GET_ASSET,
    whoami.GET_IDENTITY,
    web.GET_ROOT,
    web.GET_CONFIG,
    web.GET_FILE,
    web.GET_SHELL,
)


class App:
    """The ASGI application over one `Edge`."""

    def __init__(
        self, edge: Edge, *, routes: Sequence[Route] = ROUTES, log_requests: bool = False
    ) -> None:
        self.edge = edge
        self._router = Router(routes)
        self._security = SecurityHeaders(edge.config)
        self._browsers = Browsers(edge.config, development=edge.environment == "development")
        self._admission = Admission(edge.authenticate, RateLimiter(edge.config, shared=edge.rates))
        self._log_requests = log_requests
        self._watched = log_requests or edge.telemetry is not SILENT
        self._working = 0

    @property
    def working(self) -> int:
        """How many requests are worked on now."""
        return self._working

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request; the lifespan protocol is not needed and answered politely."""
        match scope["type"]:
            case "http":
                await self._http(scope, receive, send)
            case "lifespan":
                await _lifespan(receive, send)
            case _:
                await send({"type": "websocket.close", "code": 1000})

    async def _http(self, scope: Scope, receive: Receive, send: Send) -> None:
        started = perf_counter()
        method: str = scope["method"]
        raw = scope.get("raw_path") or quote(scope["path"]).encode()
        headers = headers_of(scope["headers"])
        identity = identify(headers)
        path = raw.decode("latin-1")
        route, segments = self._router.find(method, path)
        call = Call(self.edge, method, path, segments, headers)
        peer = scope.get("client")
        parent = headers.get(b"traceparent", b"").decode("latin-1")
        with self.edge.telemetry.span(f"{route.method} {route.path}", parent) as span:
            response = await self._answer(
                route, call, scope["query_string"], receive, peer[0] if peer else ""
            )
            span.note("http.response.status_code", response.status)
        if self._watched:
            self._observe(route, call, response, perf_counter() - started)
        content = response.body
        fields = response.headers + self._security.missing(response) + identity
        fields += self._browsers.headers(method, headers)
        if self.edge.readiness.draining:
            fields += LAST
        chunks = response.chunks
        if response.status not in (204, 304) and chunks is None:
            fields += ((b"content-length", b"%d" % len(content)),)
        start = {"type": "http.response.start", "status": response.status, "headers": fields}
        if chunks is not None and method != "HEAD":
            await pour(chunks, start, receive, send, self.edge.streams)
            return
        if chunks is not None:
            chunks.close()
        await send(start)
        await send({"type": "http.response.body", "body": b"" if method == "HEAD" else content})

    async def _answer(
        self, route: Route, call: Call, query_string: bytes, receive: Receive, peer: str
    ) -> Response:
        """The stages in their order. Whatever is raised becomes an answer."""
        edge, headers = self.edge, call.headers
        if self._working >= edge.config.requests_at_once and route.privilege is not PUBLIC:
            return BUSY
        self._working += 1
        try:
            if self._browsers.watching and (route.privilege is not PUBLIC or route.local):
                self._browsers.check(call.method, headers)
            caller = await self._admission.admit(route, headers, peer)
            query = read_query(route, query_string.decode("latin-1"))
            body = await read_body(route, headers, receive, edge.config.body_bytes)
            return await route.endpoint(call.understood(caller, query, body))
        except CallboardError as error:
            return problem_of(error)
        except Exception:
            log.exception("unexpected error", extra={"operation": route.operation})
            return problem(500, f"This is our fault. The log has more: {REQUEST_ID.get()}.")
        finally:
            self._working -= 1

    def _observe(self, route: Route, call: Call, response: Response, seconds: float) -> None:
        """Count and time by operation: paths hold ids, and ids grow without bound."""
        labels = (route.operation, str(response.status))
        self.edge.telemetry.observe(REQUESTS, labels, seconds)
        if self._log_requests:
            milliseconds = round(seconds * 1000, 2)
            facts = {"method": call.method, "path": call.path, "ms": milliseconds}
            log.info("request", extra=facts | dict(zip(REQUESTS.labels, labels, strict=True)))


async def _lifespan(receive: Receive, send: Send) -> None:
    for event in ("startup", "shutdown"):
        await receive()
        await send({"type": f"lifespan.{event}.complete"})
