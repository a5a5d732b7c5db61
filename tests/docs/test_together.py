"""The page about processes that work together: its settings and scenarios do what it says."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path

import pytest

from callboard.engine.orders import order_of
from callboard.ports.orchestration import OrchestrationConfig
from tests.acceptance.pages import BLOCK, read_page
from tests.server.staging import staged

PAGE = read_page("docs/how-to/let-processes-work-together.md")


def blocks(kind: str) -> list[str]:
    return [found["text"] for found in BLOCK.finditer(PAGE) if found["kind"] == kind]


@pytest.mark.parametrize("clean", [True, False])
def test_the_example_does_what_the_page_says(tmp_path: Path, clean: bool) -> None:
    (settings,), (shown,) = map(tomllib.loads, blocks("toml")), blocks("json")
    with staged(tmp_path, {}, services=settings["services"]) as stage:
        for text in blocks("yaml"):
            stage.world.store(text)
        action = {"key": "hire", "response": {"name": "Erin"}}
        body = {"scenario": "hiring", "action": action}
        hiring = stage.world.post("/processes", "alice", json=body).json()["id"]
        stage.until(lambda: stage.world.get("/tasks", "bob").json())
        (task,) = stage.world.get("/tasks", "bob").json()
        check = task["process"]["id"]
        assert stage.shown(check)["vars"] == {"name": "Erin"}
        stage.world.post(f"/processes/{check}/report", "bob", json={"clean": clean})
        stage.until_state(hiring, "(hired)" if clean else "(turned-down)")
        answer = stage.shown(hiring)["vars"]["check"]
        assert answer == json.loads(shown) | {"process": check, "result": {"clean": clean}}


def test_every_order_and_setting_is_told() -> None:
    for order in ({"start": "a"}, {"step": "a", "action": "b"}, {"wait": "a"}):
        order_of(order)
        assert f"| `{next(iter(order))}: " in PAGE
    defaults = OrchestrationConfig(("a",))
    assert f"led to one another, {defaults.depth} by default" in PAGE
    for name in ("scenarios", "actions", "variables", "depth", "hourly", 'reach = "any"'):
        assert f"`{name}`" in PAGE
    for outcome in ("started", "stepped", "ended", "cancelled", "gone"):
        assert f"`{outcome}`" in PAGE
