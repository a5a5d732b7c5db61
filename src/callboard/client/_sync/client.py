"""The client: one server, one credential."""

from __future__ import annotations

from collections.abc import Mapping
from ssl import SSLContext
from types import TracebackType
from typing import Any, Self

import httpx

from callboard.client import calls
from callboard.client._sync.acting import Acting
from callboard.client._sync.admin import Admin
from callboard.client._sync.apikeys import ApiKeys
from callboard.client._sync.connection import Connection
from callboard.client._sync.reading import Reading
from callboard.client._sync.scenarios import Scenarios
from callboard.client._sync.stream import Stream
from callboard.client.calls import ProcessLike, process_id
from callboard.client.errors import ServerError
from callboard.client.models import DemoAccount, Info
from callboard.client.retry import Retry
from callboard.client.token import Token

__all__ = ["Client"]

TIMEOUT = httpx.Timeout(30.0, connect=5.0)
SILENCE = 60.0
LIMITS = httpx.Limits(max_connections=100, max_keepalive_connections=20)


class Client(Acting, Reading):
    """A client of one server.

        with Client("https://callboard.example.com", token=TOKEN) as callboard:
            process = callboard.start("expense-approval")

    `token` is a JWT or an API key, or a function that gives one and is asked for each request.
    `timeout` is in seconds, for an answer to begin and go on; `limits` bound the connections;
    `retry` says how patient it is; `headers` go with every request; `verify=False` or an
    `SSLContext` is for servers with certificates of their own. `transport` replaces the network.

    Raises `ProblemError` for what the server refuses, `UnreachableError` when no answer comes.
    """

    def __init__(
        self,
        base_url: str,
        *,
        token: Token | None = None,
        timeout: float | httpx.Timeout = TIMEOUT,
        limits: httpx.Limits = LIMITS,
        retry: Retry = Retry(),  # noqa: B008 (it is frozen)
        headers: Mapping[str, str] | None = None,
        verify: bool | SSLContext = True,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        self._connection = Connection(
            base_url,
            token=token,
            timeout=timeout,
            limits=limits,
            retry=retry,
            headers=headers,
            verify=verify,
            transport=transport,
        )
        self.scenarios = Scenarios(self._connection)
        """What can be acted out."""
        self.api_keys = ApiKeys(self._connection)
        """Credentials for programs."""
        self.admin = Admin(self._connection)
        """What operators do."""

    def stream(
        self,
        *,
        process: ProcessLike | None = None,
        scenario: str | None = None,
        last_event_id: str = "",
        silence: float = SILENCE,
    ) -> Stream:
        """What happens from now on, or after an event: to a process, to those of a scenario, or to
        all that I may see.

            with callboard.stream(scenario="purchase-order") as events:
                for event in events:
                    print(event.type, event.process.title, event.actor, event.action)
                    if event.type == "ended":
                        break

        `created`, `stepped`, `refused`, `timeout` and `ended` say what happened to a process,
        `task-appeared` and `task-gone` what waits for me. A broken connection is made anew, and
        nothing is missed or told twice. It ends when the block is left, or somebody calls `end`.
        After `silence` seconds without even a heartbeat the connection is taken for broken.
        """
        where = None if process is None else process_id(process)
        call = calls.get("stream", accept=calls.EVENT_STREAM, process=where, scenario=scenario)
        return Stream(self._connection, call, last_event_id, silence)

    def info(self) -> Info:
        """What the installation is."""
        return Info(self._connection.read(calls.get("info")))

    def signing_keys(self) -> dict[str, Any]:
        """The public keys by which checkpoints are signed, or were, as a JWK set: written to a file
        as JSON, it is what `callboard verify FILE --keys` compares with.
        """
        return dict(self._connection.read(calls.get(".well-known", "callboard-keys")))

    def demo_accounts(self) -> tuple[DemoAccount, ...]:
        """Accounts to try things as, in development mode."""
        found = self._connection.read(calls.get("demo-accounts"))
        return tuple(DemoAccount(item) for item in found)

    def ready(self) -> bool:
        """Whether the server can work now. Raises `UnreachableError` when it is not there."""
        try:
            self._connection.send(calls.once("readyz"))
        except ServerError:
            return False
        return True

    def close(self) -> None:
        """Close all connections."""
        self._connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._connection.url!r})"
