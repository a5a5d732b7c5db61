"""A real server in a process of its own, and clients of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest

from callboard.client import Client
from tests.acceptance.serving import Server
from tests.databases import DATABASES, kinds

Clients = Callable[..., Client]


@pytest.fixture(scope="session", params=kinds(both=True))
def server(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("client")
    with DATABASES.using(request.param):
        running = Server(folder / "callboard.db", url=DATABASES.of(folder).url)
        running.start()
        try:
            yield running
        finally:
            running.stop()


@pytest.fixture(scope="session")
def tokens(server: Server) -> dict[str, str]:
    return server.tokens()


@pytest.fixture
def client(server: Server, tokens: dict[str, str]) -> Iterator[Clients]:
    """Clients by the name of a demo account."""
    with ExitStack() as stack:

        def made(who: str, **options: Any) -> Client:
            return stack.enter_context(Client(server.url, token=tokens[who], **options))

        yield made
