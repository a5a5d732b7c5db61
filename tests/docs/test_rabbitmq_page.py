"""The page about RabbitMQ: its service moves a process, with a real broker between."""

from __future__ import annotations

import tomllib

from tests.acceptance.pages import read_page
from tests.docs.test_service_pages import CONNECT, program, shown
from tests.server.staging import staged

PAGE = read_page("docs/how-to/connect-over-rabbitmq.md")


def test_the_service_of_the_page_moves_the_process_of_the_other(tmp_path, rabbit):
    (table,) = map(tomllib.loads, shown(PAGE, "toml"))
    table["services"]["stock"]["url"] = rabbit.url
    with (
        staged(tmp_path, {}, **table) as stage,
        program(shown(PAGE, "python")[0], tmp_path, BROKER_URL=rabbit.url),
    ):
        stage.world.store(shown(CONNECT, "yaml")[0])
        first = {"key": "order", "response": {"pieces": 5}}
        body = {"scenario": "order", "action": first}
        process = stage.world.post("/processes", "alice", json=body).json()["id"]
        stage.until_state(process, "(reserved)")
        assert stage.shown(process)["vars"]["in_stock"] == 3
