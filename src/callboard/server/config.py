"""What can be set about the HTTP edge; its limits protect the process from clients."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

__all__ = ["ServerConfig", "WebConfig"]


@dataclass(frozen=True, slots=True)
class ServerConfig:
    """The HTTP server and what it lets a client do."""

    name: str = "callboard"
    """Name of this installation, as `GET /info` tells it."""
    description: str = "A workflow engine"
    """One sentence about this installation, as `GET /info` tells it."""
    body_bytes: int = 1_048_576
    """The largest body of a request, in bytes; a larger one is answered with 413."""
    body_seconds: float = 20.0
    """How long the body of a request may take to arrive; a slower one is answered with 408."""
    header_bytes: int = 65_536
    """The largest request line and headers, in bytes; larger ones are answered with 431."""
    header_seconds: float = 10.0
    """How long a connection may take to send the headers of a request before it is closed."""
    write_seconds: float = 30.0
    """How long a client may leave an answer unread before its connection is closed."""
    keep_alive_seconds: float = 15.0
    """How long a connection may stay open between two requests."""
    connections: int = 2_000
    """The most connections at once; further ones are closed at once."""
    requests_at_once: int = 1_000
    """The most requests that are worked on at once; further ones are answered with 503."""
    streams: int = 500
    """The most streams at once; further ones are answered with 503."""
    streams_per_credential: int = 10
    """The most streams of one credential at once; further ones are answered with 429."""
    stream_heartbeat_seconds: float = 15.0
    """How often a stream says that it lives, and whether its credential still holds is asked."""
    stream_seconds: float = 3_600.0
    """How long a stream lasts at most; its client comes back and misses nothing."""
    page_size: int = 100
    """How many entries a page of a list has when a request does not say, and the most that it can
    ask for; never more than 100."""
    requests_per_minute: int = 6_000
    """The most requests of one credential in a minute, or of one address where no credential is
    accepted; further ones are answered with 429. 0: as many as they like."""
    proxies: tuple[str, ...] = ()
    """Addresses of reverse proxies whose `X-Forwarded-For` tells where a request came from."""
    hosts: tuple[str, ...] = ()
    """Names by which this server may be asked, beside addresses and local names. Empty: any name,
    but in development mode none that could be a stranger's."""
    cors_origins: tuple[str, ...] = ()
    """Origins whose web pages may use the API, like `https://app.example.com`; empty: none."""
    ready_seconds: float = 2.0
    """How long the database may take to answer when `/readyz` is asked; then it is 503."""
    drain_seconds: float = 5.0
    """How long the server goes on after SIGTERM, answering everything but `/readyz`, so that load
    balancers notice before it takes no more connections; not in development mode, nor on SIGINT."""
    shutdown_seconds: float = 10.0
    """How long requests may take to end after the server was told to stop."""
    transport_security_seconds: int = 0
    """Age of the `Strict-Transport-Security` header; 0 sends none. Set it behind HTTPS."""


@dataclass(frozen=True, slots=True)
class WebConfig:
    """The web interface, and how people sign in to it."""

    enabled: bool = True
    """Offer the interface at `/`; without it, `/` leads to the API's documentation."""
    language: str = ""
    """Language of the interface until somebody chooses one: `en` or `de`; empty: the browser's."""
    oidc_issuer: str = ""
    """Issuer of an OpenID Connect provider with which people sign in; empty: none. The tokens that
    it gives are checked as `auth` says."""
    oidc_client_id: str = ""
    """What the provider calls this interface: a public client, for the authorisation code with
    PKCE, with the redirect address `https://HOST/ui/signin`."""
    oidc_scopes: str = "openid profile"
    """Scopes to ask for, with spaces between."""
    oidc_bearer: Literal["access", "id"] = "access"
    """Which of the provider's tokens is sent to the API: the access token, where that is a JWT, or
    the ID token."""
    oidc_origins: tuple[str, ...] = ()
    """Further origins of the provider, where its endpoints are not at the issuer's own."""
