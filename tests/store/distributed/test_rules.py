"""Each rule refuses what it is for, and nothing else: statements that are planted."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.store.distributed.rules import faults, schema_faults, table_faults
from tests.store.distributed.schema import Layout, Table, apply, layout, schema, statements

HERE = Path(__file__).parent
LAID = Layout({"t": "process", "u": "process"}, {"t": "t", "u": "t"})


def planted(name: str) -> list[tuple[str, str]]:
    """Rule and statement."""
    _, *blocks = (HERE / name).read_text("utf-8").split("\n\n-- ")
    return [(rule, text) for rule, _, text in (block.partition("\n") for block in blocks)]


@pytest.mark.parametrize(("rule", "text"), planted("planted.sql"))
def test_a_statement_is_refused_by_its_rule(rule, text):
    found = {fault.rule for fault in faults(text, schema("citus"), layout())}
    assert found == set() if rule == "good" else rule in found


@pytest.mark.parametrize(("rule", "text"), planted("planted_tables.sql"))
def test_a_table_is_refused_by_its_rule(rule, text):
    tables: dict[str, Table] = {}
    for statement in statements(text):
        apply(tables, statement)
    found = [*table_faults(tables, LAID), *schema_faults(text)]
    assert rule in {fault.rule for fault in found}
