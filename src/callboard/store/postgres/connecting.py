"""Making connections: to the server that is the primary now, and only to one that keeps promises.

Theory: a URL may name several servers, of which one takes writes. All are asked at once, because
one that is gone may not even refuse; whoever answers as the primary is taken. Where two say that
they are it, an old one came back: the newer has the greater timeline, for each promotion begins
one. What a session must have is seen to when it begins.

Invariants: no session is used whose server does not flush to disk, or whose commits do not wait for
that and for the synchronous standbys; nor one of an older timeline than was seen before.
"""

from __future__ import annotations

import asyncio
import os
import socket
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any, Final, NamedTuple
from urllib.parse import parse_qs, unquote, urlsplit

import asyncpg

from callboard.ports.store import StoreError
from callboard.store.config import PostgresConfig
from callboard.store.queries import queries

__all__ = ["Dialer", "Place", "places"]

_SQL: Final = queries("postgres", "sessions")
MOMENT: Final = 0.25
"""How long to wait for the other servers when one has said that it is the primary, in seconds."""
PORT: Final = 5432
WRITES: Final = "read-write"
STRONG: Final = ("on", "remote_apply")


class Place(NamedTuple):
    """Where a server is: a host or the folder of its socket, and a port."""

    host: str
    port: int


class Session(NamedTuple):
    """A connection, and the timeline of its server; 0 where it tells none."""

    connection: Any
    timeline: int


def places(url: str) -> Sequence[Place]:
    """The servers that a URL names; none where it leaves that to the environment.

    >>> places("postgresql://me@one,two:5433/orders")
    [Place(host='one', port=5432), Place(host='two', port=5433)]
    """
    parts = urlsplit(url)
    query = parse_qs(parts.query)
    hosts = unquote(parts.netloc.rpartition("@")[2]) or query.get("host", [""])[-1]
    if not hosts:
        return []
    ports = query.get("port", [str(PORT)])[-1].split(",")
    found = []
    for number, spec in enumerate(hosts.split(",")):
        default = int(ports[number % len(ports)])
        host, port = _split(spec)
        found.append(Place(host, int(port) if port else default))
    return found


def _split(spec: str) -> tuple[str, str]:
    """Host and port; an address of IPv6 has brackets, a folder no port."""
    if spec.startswith("["):
        host, _, rest = spec[1:].partition("]")
        return host, rest.lstrip(":")
    if spec.startswith("/"):
        return spec, ""
    host, _, port = spec.partition(":")
    return host, port


class Dialer:
    """Makes the connections to one database, whichever server has it."""

    def __init__(self, url: str, config: PostgresConfig) -> None:
        self._url = url
        self._config = config
        self._places = places(url)
        self._attrs = _attributes(url)
        self._timeline = 0

    async def connect(self, **options: Any) -> tuple[Any, bool]:
        """A session on the primary, and whether that is another server now than before.

        Raises `StoreError` for a server that does not keep what it promises, TimeoutError, what
        asyncpg raises.
        """
        options |= {"timeout": self._config.connect_seconds, **self._attrs}
        if self._config.pooler:
            options["statement_cache_size"] = 0
        connection, timeline = await self._newest(options)
        if timeline and timeline < self._timeline:
            connection.terminate()
            raise StoreError(
                "Only an old primary answers: it would lose what the newer one has written."
            )
        moved = 0 < self._timeline < timeline
        self._timeline = max(self._timeline, timeline)
        return connection, moved

    async def _newest(self, options: Mapping[str, Any]) -> Session:
        """Ask all, and take the newest primary."""
        if len(self._places) < 2:
            return await self._begin({}, options)
        tries = [
            asyncio.create_task(self._begin(place._asdict(), options)) for place in self._places
        ]
        chosen = None
        try:
            await _some(tries)
            found = [task for task in tries if task.done() and task.exception() is None]
            chosen = max(found, key=lambda task: task.result().timeline, default=None)
        finally:
            for task in tries:
                if task is not chosen:
                    task.add_done_callback(_drop)
                    task.cancel()
        if chosen is None:
            raise _most_telling([task.exception() for task in tries])
        return chosen.result()

    async def _begin(self, where: Mapping[str, Any], options: Mapping[str, Any]) -> Session:
        connection: Any = await asyncpg.connect(self._url, **where, **options)
        try:
            async with asyncio.timeout(self._config.connect_seconds):
                await self._greet(connection)
                timeline = await _timeline(connection) if where else 0
        except BaseException:
            connection.terminate()
            raise
        _give_up_soon(connection, self._config.connect_seconds)
        return Session(connection, timeline)

    async def _greet(self, connection: Any) -> None:
        """See to what the session must have."""
        if self._config.pooler:
            async with connection.transaction():  # Else it may be two sessions.
                fsync, commit = await connection.fetchrow(_SQL["look"])
        else:
            fsync, commit = await connection.fetchrow(_SQL["begin"])
        if fsync == "off" and self._config.distributed != "yugabyte":  # It has its own log.
            raise StoreError("PostgreSQL runs with fsync = off: it would lose what it promised.")
        if commit not in STRONG:
            raise StoreError(
                f"PostgreSQL runs with synchronous_commit = {commit}: it would lose what it "
                "promised. Through a pooler a session cannot set it; set it for the role: "
                "ALTER ROLE … SET synchronous_commit = on."
            )


async def _some(tries: Sequence[asyncio.Task[Session]]) -> None:
    """Wait for one that succeeds, and for the others a moment more."""
    waiting, pause = set(tries), None
    while waiting:
        done, waiting = await asyncio.wait(
            waiting, timeout=pause, return_when=asyncio.FIRST_COMPLETED
        )
        if not done:
            return
        if any(task.exception() is None for task in done):
            pause = MOMENT


def _drop(task: asyncio.Task[Session]) -> None:
    """Nobody wants the session that this may have come to."""
    if not task.cancelled() and task.exception() is None:
        task.result().connection.terminate()


async def _timeline(connection: Any) -> int:
    """How many promotions led to this server; 0 where it does not tell."""
    try:
        async with connection.transaction():  # As a pooler needs it.
            return int((await connection.fetchval(_SQL["timeline"]))[:8], 16)
    except asyncpg.PostgresError:
        return 0


def _most_telling(outcomes: Sequence[object]) -> Exception:
    """Of what went wrong, what a server said rather than that one was not there."""
    errors = [outcome for outcome in outcomes if isinstance(outcome, Exception)]
    said = (StoreError, asyncpg.PostgresError)
    return max(errors, key=lambda error: isinstance(error, said))


def _attributes(url: str) -> Mapping[str, str]:
    """That the server takes writes, unless something else is asked for."""
    asked = "target_session_attrs" in parse_qs(urlsplit(url).query)
    if asked or os.environ.get("PGTARGETSESSIONATTRS"):
        return {}
    return {"target_session_attrs": WRITES}


def _give_up_soon(connection: Any, seconds: float) -> None:
    """Let the connection end when the other side is gone without a word, as libpq's keepalives and
    tcp_user_timeout do.
    """
    transport = getattr(connection, "_transport", None)  # asyncpg offers no other way.
    found = transport and transport.get_extra_info("socket")
    if found is None or found.family not in (socket.AF_INET, socket.AF_INET6):
        return
    whole = max(1, round(seconds))
    with suppress(OSError), socket.fromfd(found.fileno(), found.family, found.type) as own:
        own.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        for name, value in (
            ("TCP_KEEPIDLE", whole),
            ("TCP_KEEPINTVL", 1),
            ("TCP_KEEPCNT", whole),
            ("TCP_USER_TIMEOUT", whole * 1000),
        ):
            if option := getattr(socket, name, None):
                own.setsockopt(socket.IPPROTO_TCP, option, value)
