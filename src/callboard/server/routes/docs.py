"""The API, for machines and for people: `/openapi.json` and `/api-docs`.

Theory: the page is static files of this package; nothing is fetched from elsewhere, and the
Content-Security-Policy lets nothing inline run. The files are read once and kept.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from hashlib import sha256
from importlib.resources import files
from typing import Final, NamedTuple

import orjson

from callboard.errors import NotFoundError
from callboard.server.messages import Call, Headers, Response
from callboard.server.openapi import openapi
from callboard.server.route import JSON_TYPE, PUBLIC, Answer, Parameter, Route

__all__ = ["GET_ASSET", "GET_PAGE", "openapi_route"]

HTML: Final = "text/html; charset=utf-8"
SCRIPT: Final = "text/javascript; charset=utf-8"
STYLE: Final = "text/css; charset=utf-8"

ASSETS: Final = {
    "api-docs.css": ("pages/api-docs.css", STYLE),
    "api-docs.js": ("pages/api-docs.js", SCRIPT),
    "icon.svg": ("pages/icon.svg", "image/svg+xml"),
    "swagger-ui.css": ("vendor/swagger-ui/swagger-ui.css", STYLE),
    "swagger-ui-bundle.js": ("vendor/swagger-ui/swagger-ui-bundle.js", SCRIPT),
}

POLICY: Final = (
    b"content-security-policy",
    (
        b"default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
        b"connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
)


class Asset(NamedTuple):
    """A file of this package, ready to send."""

    content: bytes
    headers: Headers
    tag: str


@cache
def _asset(path: str, media_type: str) -> Asset:
    content = files("callboard.server").joinpath(path).read_bytes()
    tag = f'"{sha256(content).hexdigest()[:32]}"'
    kept = ((b"etag", tag.encode()), (b"cache-control", b"no-cache"))
    return Asset(content, ((b"content-type", media_type.encode()), *kept), tag)


def _send(call: Call, asset: Asset) -> Response:
    if call.header(b"if-none-match") == asset.tag:
        return Response(304, asset.headers[1:])
    return Response(200, (*asset.headers, POLICY), asset.content)


async def get_page(call: Call) -> Response:
    """The page for people."""
    return _send(call, _asset("pages/api-docs.html", HTML))


async def get_asset(call: Call) -> Response:
    """A script, a style sheet or a picture of the page."""
    found = ASSETS.get(call.segments["file"])
    if found is None:
        raise NotFoundError("The page has no such file.")
    return _send(call, _asset(*found))


def openapi_route(routes: Callable[[], Sequence[Route]]) -> Route:
    """The route that tells all routes, itself included; they are asked for at the first request."""

    @cache
    def document(version: str) -> bytes:
        return orjson.dumps(openapi(routes(), version=version))

    async def get_openapi(call: Call) -> Response:
        headers = ((b"content-type", JSON_TYPE.encode()), (b"cache-control", b"no-cache"))
        return Response(200, headers, document(call.edge.version))

    return Route(
        method="GET",
        path="/openapi.json",
        endpoint=get_openapi,
        privilege=PUBLIC,
        operation="getOpenApi",
        summary="This API as OpenAPI 3.1",
        tag="system",
        answers=(Answer(200, "The document", {"type": "object"}),),
    )


GET_PAGE = Route(
    method="GET",
    path="/api-docs",
    endpoint=get_page,
    privilege=PUBLIC,
    operation="getApiDocs",
    summary="This API for people",
    tag="system",
    answers=(Answer(200, "A page", {"type": "string"}, media_types=("text/html",)),),
)

GET_ASSET = Route(
    method="GET",
    path="/api-docs/{file}",
    endpoint=get_asset,
    privilege=PUBLIC,
    operation="getApiDocsFile",
    summary="A file of the page",
    tag="system",
    parameters=(Parameter("file", "path", {"type": "string"}, "Name of the file"),),
    hidden=True,
)
