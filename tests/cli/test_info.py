"""`callboard info`."""

from __future__ import annotations

import json

from tests.cli.running import callboard


def test_it_lists_what_scenarios_may_use() -> None:
    result = callboard("info")
    assert result.exit_code == 0
    lines = [line.strip() for line in result.stdout.splitlines()]
    assert {"expense-approval", "!select"} <= set(lines)
    assert any(line.startswith("range(") for line in lines)


def test_as_json() -> None:
    facts = json.loads(callboard("info", "--format", "json").stdout)
    assert facts["callboard"]
    assert facts["libraries"]["orjson"] != "not installed"
