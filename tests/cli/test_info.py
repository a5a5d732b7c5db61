"""`callboard info`."""

from __future__ import annotations

import json

import pytest

from callboard.cli.info import SCHEMAS
from callboard.core.schema import compile_schema
from callboard.schemas import FORMATS, bundled
from tests.cli.running import callboard


def test_it_lists_what_scenarios_may_use() -> None:
    result = callboard("info")
    assert result.exit_code == 0
    lines = [line.strip() for line in result.stdout.splitlines()]
    assert {"expense-approval", "!select", "webhook"} <= set(lines)
    assert any(line.startswith("range(") for line in lines)


def test_as_json() -> None:
    facts = json.loads(callboard("info", "--format", "json").stdout)
    assert facts["callboard"]
    assert facts["libraries"]["orjson"] != "not installed"


@pytest.mark.parametrize("name", SCHEMAS)
def test_the_schemas_of_formats_are_printed_for_editors(name: str) -> None:
    assert SCHEMAS == FORMATS
    schema = json.loads(callboard("info", "--schema", name).stdout)
    assert compile_schema(schema).problem is None
    assert schema == bundled(name, tags=True)
