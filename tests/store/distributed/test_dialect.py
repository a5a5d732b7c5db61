"""Every statement of the distributed dialect keeps the rules, and what is let through is used."""

from __future__ import annotations

from pathlib import Path

import asyncpg
import pytest

from callboard.store.postgres.writing import STATEMENTS
from callboard.store.queries import queries
from tests.store.distributed.dialect import HINTS, NOT_RUN, READS, WRITES, statements
from tests.store.distributed.reading import KINDS
from tests.store.distributed.rules import faults
from tests.store.distributed.schema import layout, schema
from tests.store.server import postgres_url

ALLOWED = (
    {name: {"many-shards-read"} for name in READS}
    | {name: {"many-shards-write"} for name in WRITES}
    | {name: {"function"} for name in HINTS}
)
PAGE = Path("docs/explanation/distributed-postgresql.md").read_text("utf-8")


@pytest.mark.parametrize("name", dict(statements()))
def test_a_statement_keeps_the_rules(name):
    found = faults(dict(statements())[name], schema("citus"), layout())
    assert [fault for fault in found if fault.rule not in ALLOWED.get(name, ())] == []


def test_what_is_let_through_is_needed():
    texts = dict(statements())
    for name, rules in ALLOWED.items():
        assert {fault.rule for fault in faults(texts[name], schema("citus"), layout())} == rules, (
            name
        )


@pytest.mark.parametrize("name", NOT_RUN)
def test_what_is_not_run_could_not_be(name):
    table, _, query = name.partition(".")
    is_part = name in ("writing.always", "writing.little", "writing.much")
    texts = STATEMENTS if is_part else [queries("postgres", table)[query]]
    for text in texts:
        assert faults(text, schema("citus"), layout()), name


def test_the_page_names_what_is_let_through():
    for name in (*READS, *WRITES, *HINTS):
        assert f"`{name}`" in PAGE, name


def test_postgresql_says_the_same_of_functions(run):
    async def kinds():
        connection = await asyncpg.connect(postgres_url())
        try:
            return await connection.fetch(
                "SELECT proname, provolatile FROM pg_proc WHERE proname = ANY ($1::text[])",
                [*KINDS],
            )
        finally:
            await connection.close()

    for name, kind in run(kinds()):
        assert kind.decode() == KINDS[name], name
