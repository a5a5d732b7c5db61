"""Which route answers a request.

Theory: one flat look-up. Paths without places are found in a dictionary; the others by their number
of segments and the first of them, then segment by segment, those with fewer places first. A
path that nobody has and a method that a path does not have are answered by routes too, so that
every request, whatever it asks, passes the same stages.

Invariants: segments are split before they are percent-decoded, so an encoded slash stays inside its
segment. HEAD is answered wherever GET is. No two routes share a method and a shape of path.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TypeAlias
from urllib.parse import unquote

from callboard.errors import NotFoundError
from callboard.server.messages import NOTHING, Call, Endpoint, Response
from callboard.server.problems import problem
from callboard.server.route import PUBLIC, REST, Route, RouteError, name_of
from callboard.telemetry import printable

__all__ = ["Match", "Router"]


Match: TypeAlias = tuple[Route, Mapping[str, str]]
"""The route of a request, and what the places of its path hold."""


class _Path:
    """All routes of one path, by method."""

    __slots__ = ("fixed", "methods", "parts", "places", "takes_rest")

    def __init__(self, path: str) -> None:
        self.parts = tuple(path.split("/"))
        self.methods: dict[str, Route] = {}
        places = [(at, part) for at, part in enumerate(self.parts) if part.startswith("{")]
        self.places = tuple((at, name_of(part)) for at, part in places)
        self.takes_rest = path.endswith(REST)
        self.fixed = tuple(
            (at, part) for at, part in enumerate(self.parts) if at > 1 and not part.startswith("{")
        )

    def add(self, route: Route) -> None:
        if self.parts != tuple(route.path.split("/")):
            raise RouteError(f"{route.path} names its places unlike another path of its shape.")
        for method in (route.method, "HEAD") if route.method == "GET" else (route.method,):
            if method in self.methods:
                raise RouteError(f"{route.method} {route.path} is declared twice.")
            self.methods[method] = route

    @property
    def shape(self) -> tuple[str, ...]:
        """The path with its places unnamed: equal for paths that cannot be told apart."""
        return tuple(
            ("{...}" if part.endswith(REST) else "{}") if part.startswith("{") else part
            for part in self.parts
        )

    def fits(self, parts: list[str]) -> bool:
        """Whether the fixed segments after the first are these."""
        return all(parts[at] == part for at, part in self.fixed) if self.fixed else True

    def route(self, method: str) -> Route:
        """The route of this method; for one that the path does not have, a route that says so."""
        found = self.methods.get(method)
        if found is not None:
            return found
        allow = ", ".join(sorted({*self.methods, "OPTIONS"}))
        return _options(allow) if method == "OPTIONS" else _wrong_method(allow)


class Router:
    """The table of all routes. Raises `RouteError` when two cannot be told apart."""

    def __init__(self, routes: Iterable[Route]) -> None:
        shapes: dict[tuple[str, ...], _Path] = {}
        for route in routes:
            path = _Path(route.path)
            shapes.setdefault(path.shape, path).add(route)
        self._fixed = {"/".join(path.parts): path for path in shapes.values() if not path.places}
        self._open: dict[tuple[int, str], list[_Path]] = {}
        self._rest: dict[str, list[_Path]] = {}
        for path in sorted(shapes.values(), key=lambda path: (len(path.places), -len(path.fixed))):
            if path.takes_rest:
                self._rest.setdefault(path.parts[1], []).append(path)
            elif path.places:
                self._open.setdefault((len(path.parts), path.parts[1]), []).append(path)

    def find(self, method: str, path: str) -> Match:
        """The route of a request. `path` is percent-encoded, as it was sent."""
        fixed = self._fixed.get(path)
        if fixed is not None:
            return (fixed.route(method), NOTHING)
        parts = path.split("/")
        if "%00" in path:  # No database can be asked for it, and nothing is called so.
            return (UNKNOWN_PATH, NOTHING)
        if len(parts) < 2 or parts.count("") > 1:
            return (UNKNOWN_PATH, NOTHING)
        fallback: _Path | None = None
        for candidate in self._open.get((len(parts), parts[1]), ()):
            if candidate.fits(parts):
                if method in candidate.methods:
                    return _match(candidate, candidate.methods[method], parts)
                fallback = fallback or candidate
        if fallback is not None:
            return (fallback.route(method), NOTHING)
        return self._find_rest(method, parts)

    def _find_rest(self, method: str, parts: list[str]) -> Match:
        """The path that takes what is left; of several the one that says most."""
        for candidate in self._rest.get(parts[1], ()):
            last = len(candidate.parts) - 1
            if len(parts) > last and candidate.fits(parts):
                if method not in candidate.methods:
                    return (candidate.route(method), NOTHING)
                joined = [*parts[:last], "/".join(parts[last:])]
                return _match(candidate, candidate.methods[method], joined)
        return (UNKNOWN_PATH, NOTHING)


def _match(path: _Path, route: Route, parts: list[str]) -> Match:
    return route, {
        name: unquote(parts[at]) if "%" in parts[at] else parts[at] for at, name in path.places
    }


def _stand_in(path: str, operation: str, endpoint: Endpoint) -> Route:
    """A route for what nobody declared; it runs through the same middleware as all others."""
    return Route(
        method="OPTIONS",
        path=path,
        endpoint=endpoint,
        privilege=PUBLIC,
        operation=operation,
        summary=operation,
        tag="system",
        open_query=True,
        hidden=True,
    )


async def _unknown_path(_call: Call) -> Response:
    raise NotFoundError("There is nothing at this address. GET /openapi.json lists what there is.")


UNKNOWN_PATH = _stand_in("/*", "unknownPath", _unknown_path)


def _wrong_method(allow: str) -> Route:
    """A route that answers 405 with `Allow`."""

    async def refuse(call: Call) -> Response:
        detail = f"{printable(call.method, 20)} is not possible here; possible: {allow}."
        return problem(405, detail, headers=((b"allow", allow.encode()),))

    return _stand_in("/*", "wrongMethod", refuse)


def _options(allow: str) -> Route:
    """A route that answers OPTIONS."""

    async def tell(_call: Call) -> Response:
        return Response(204, ((b"allow", allow.encode()),))

    return _stand_in("/*", "options", tell)
