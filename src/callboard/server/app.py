"""The application: all routes in one list, all stages of a request in one method.

Theory: a request finds its route, then passes the stages of `App._answer` from top to bottom; what
they raise becomes a problem document. Plain calls, because layers of wrappers would cost more than
the work: at 32 connections this file is a good part of what a step costs.

Invariant: whatever comes, exactly one answer goes out.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from time import perf_counter
from typing import Final

from callboard.errors import CallboardError
from callboard.server.asgi import Receive, Scope, Send, speak_asgi
from callboard.server.edge import Edge
from callboard.server.messages import Call, Request, Response
from callboard.server.middleware import SecurityHeaders, admit, identify, read_body
from callboard.server.parameters import read_query
from callboard.server.problems import problem, problem_of
from callboard.server.route import PUBLIC, Route
from callboard.server.router import Router
from callboard.server.routes import apikeys, docs, health, info, processes, scenarios
from callboard.telemetry import REQUEST_ID, SILENT

__all__ = ["ROUTES", "App"]

log = logging.getLogger("callboard.server")

BUSY: Final = problem(
    503,
    "The server has too much to do. Try again in a moment.",
    headers=((b"retry-after", b"1"),),
)

ROUTES: tuple[Route, ...] = (
    scenarios.LIST,
    scenarios.STORE,
    scenarios.GET,
    scenarios.DISABLE,
    processes.LIST,
    processes.START,
    processes.GET,
    processes.STEP,
    apikeys.LIST,
    apikeys.ISSUE,
    apikeys.REVOKE,
    info.GET_INFO,
    info.GET_DEMO_ACCOUNTS,
    health.GET_HEALTH,
    health.GET_READINESS,
    docs.openapi_route(lambda: ROUTES),
    docs.GET_PAGE,
    docs.GET_ASSET,
    docs.GET_ROOT,
)


class App:
    """The application over one `Edge`: `respond` is all it does; ASGI is another way to ask."""

    def __init__(
        self, edge: Edge, *, routes: Sequence[Route] = ROUTES, log_requests: bool = False
    ) -> None:
        self.edge = edge
        self._router = Router(routes)
        self._security = SecurityHeaders(edge.config)
        self._log_requests = log_requests
        self._watched = log_requests or edge.telemetry is not SILENT
        self._working = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one ASGI call."""
        await speak_asgi(self.respond, scope, receive, send)

    async def respond(self, request: Request) -> Response:
        """The answer to a request, with all its headers but those of the connection."""
        started = perf_counter()
        identity = identify(request.headers)
        route, segments = self._router.find(request.method, request.path)
        response = await self._answer(route, request, segments)
        if self._watched:
            self._observe(route, request, response, perf_counter() - started)
        return response.with_headers(self._security.missing(response) + identity)

    async def _answer(
        self, route: Route, request: Request, segments: Mapping[str, str]
    ) -> Response:
        """The stages in their order. Whatever is raised becomes an answer."""
        edge, headers = self.edge, request.headers
        if self._working >= edge.config.requests_at_once and route.privilege is not PUBLIC:
            return BUSY
        self._working += 1
        try:
            caller = await admit(route, edge.authenticate, headers.get(b"authorization"))
            query = read_query(route, request.query)
            body = await read_body(route, request.body, edge.config.body_bytes)
            return await route.endpoint(
                Call(edge, request.method, request.path, segments, headers, caller, query, body)
            )
        except CallboardError as error:
            return problem_of(error)
        except Exception:
            log.exception("unexpected error", extra={"operation": route.operation})
            return problem(500, f"This is our fault. The log has more: {REQUEST_ID.get()}.")
        finally:
            self._working -= 1

    def _observe(self, route: Route, request: Request, response: Response, seconds: float) -> None:
        """Count and time by operation: paths hold ids, and ids grow without bound."""
        labels = {"operation": route.operation, "status": str(response.status)}
        self.edge.telemetry.observe("callboard_requests", labels, seconds)
        if self._log_requests:
            milliseconds = round(seconds * 1000, 2)
            facts = {"method": request.method, "path": request.path, "ms": milliseconds}
            log.info("request", extra=facts | labels)
