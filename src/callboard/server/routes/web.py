"""The interface: its page, its files, and what it has to know before anybody has signed in.

Theory: the page is the same at every address that it has; which part of it is shown is decided in
the browser. What it may do is bounded by its Content-Security-Policy: scripts and styles of its own
files only, connections to this server and to the issuer of tokens only, and no text becomes markup
but through the sanitiser (Trusted Types).

Invariant: nothing here needs a credential, and nothing tells a secret.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Final
from urllib.parse import urlsplit

from callboard.core.values import Json
from callboard.errors import NotFoundError
from callboard.server.config import WebConfig
from callboard.server.messages import Call, Headers, Response, json_response
from callboard.server.negotiation import preferred
from callboard.server.route import PUBLIC, Answer, Parameter, Route
from callboard.server.shapes import ref
from callboard.server.website import WebFile, Website

__all__ = ["GET_CONFIG", "GET_FILE", "GET_ROOT", "GET_SHELL"]

HTML: Final = "text/html"
JSON: Final = "application/json"
FOR_EVER: Final = b"public, max-age=31536000, immutable"
GZIP: Final = re.compile(r"\bgzip\b(?!\s*;\s*q=0(\.0*)?\s*(,|$))")
"""In `Accept-Encoding`: gzip is read, and not said to be refused."""
ASK_AGAIN: Final = b"no-cache"
REST: Final = Parameter("rest", "path", {"type": "string"}, "What the page shows.")


@cache
def website() -> Website:
    """The one website of this process."""
    return Website()


def origin_of(url: str) -> str:
    """The origin of an address.

    >>> origin_of("https://id.example.com/realms/x")
    'https://id.example.com'
    """
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def policy(config: WebConfig) -> bytes:
    """The Content-Security-Policy of the page."""
    hosts = [origin_of(config.oidc_issuer)] if config.oidc_issuer else []
    connect = " ".join(dict.fromkeys(["'self'", *hosts, *config.oidc_origins]))
    return (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
        f"font-src 'self'; connect-src {connect}; base-uri 'none'; form-action 'none'; "
        "frame-ancestors 'none'; require-trusted-types-for 'script'; "
        "trusted-types default dompurify"
    ).encode()


def _send(call: Call, file: WebFile, cache_control: bytes, more: Headers = ()) -> Response:
    compressed = GZIP.search(call.header(b"accept-encoding") or "") is not None
    tag = f'"{file.tag}{"-gzip" if compressed else ""}"'
    kept = (
        (b"etag", tag.encode()),
        (b"cache-control", cache_control),
        (b"vary", b"accept, accept-encoding"),
    )
    if call.header(b"if-none-match") == tag:
        return Response(304, kept)
    headers = ((b"content-type", file.kind.encode()), *kept, *more)
    if not compressed:
        return Response(200, headers, file.content)
    return Response(200, (*headers, (b"content-encoding", b"gzip")), file.compressed())


def _enabled(call: Call) -> bool:
    return call.edge.web.enabled


async def get_shell(call: Call) -> Response:
    """The page."""
    if not _enabled(call):
        raise NotFoundError("The interface is switched off here (web.enabled).")
    site = website()
    if call.edge.environment == "development":
        site.read()
    headers = ((b"content-security-policy", policy(call.edge.web)), *ISOLATED)
    return _send(call, site.shell, ASK_AGAIN, headers)


ISOLATED: Final = ((b"cross-origin-opener-policy", b"same-origin"),)


async def get_root(call: Call) -> Response:
    """People get the page; programs are led to what they can read."""
    accept = call.header(b"accept")
    if _enabled(call) and accept is not None and preferred(accept, [JSON, HTML]) == HTML:
        return await get_shell(call)
    return Response(307, ((b"location", b"/api-docs"), (b"vary", b"accept")))


async def get_file(call: Call) -> Response:
    """A file of the page. Below the name of what is there now it never changes."""
    site = website()
    version, _, name = call.segments["file"].partition("/")
    found = site.find(name) if _enabled(call) else None
    if found is None:
        raise NotFoundError("The interface has no such file.")
    return _send(call, found, FOR_EVER if version == site.name else ASK_AGAIN)


async def get_config(call: Call) -> Response:
    """How one signs in here."""
    if not _enabled(call):
        raise NotFoundError("The interface is switched off here (web.enabled).")
    edge, web = call.edge, call.edge.web
    oidc: Json = None
    if web.oidc_issuer:
        oidc = {
            "issuer": web.oidc_issuer,
            "clientId": web.oidc_client_id,
            "scopes": web.oidc_scopes,
            "token": web.oidc_bearer,
        }
    return json_response(
        {
            "name": edge.config.name,
            "version": edge.version,
            "env": edge.environment,
            "language": web.language,
            "signIn": {"demo": edge.demo_accounts is not None, "oidc": oidc, "token": True},
        },
        headers=((b"cache-control", b"no-cache"),),
    )


GET_ROOT = Route(
    method="GET",
    path="/",
    endpoint=get_root,
    privilege=PUBLIC,
    operation="getRoot",
    summary="Where to begin",
    tag="system",
    open_query=True,
    hidden=True,
)

GET_SHELL = Route(
    method="GET",
    path="/ui/{rest...}",
    endpoint=get_shell,
    privilege=PUBLIC,
    operation="getPage",
    summary="The interface",
    tag="system",
    parameters=(REST,),
    open_query=True,
    hidden=True,
)

GET_FILE = Route(
    method="GET",
    path="/ui/static/{file...}",
    endpoint=get_file,
    privilege=PUBLIC,
    operation="getPageFile",
    summary="A file of the interface",
    tag="system",
    parameters=(Parameter("file", "path", {"type": "string"}, "Its path"),),
    counted=False,
    hidden=True,
)

GET_CONFIG = Route(
    method="GET",
    path="/ui/config",
    endpoint=get_config,
    privilege=PUBLIC,
    operation="getInterfaceConfig",
    summary="How one signs in",
    tag="system",
    description="What the interface has to know before anybody has signed in.",
    answers=(
        Answer(
            200,
            "The ways to sign in",
            ref("InterfaceConfig"),
            example={
                "name": "callboard",
                "version": "0.1.0",
                "env": "production",
                "language": "",
                "signIn": {
                    "demo": False,
                    "oidc": {
                        "issuer": "https://id.example.com",
                        "clientId": "callboard",
                        "scopes": "openid profile",
                        "token": "access",
                    },
                    "token": True,
                },
            },
        ),
    ),
    problems=(404,),
)
