"""The layout scripts: every table is laid out, by what its keys hold. They are run on PostgreSQL,
where Citus's functions are played by some that look at the keys as Citus would.
"""

from __future__ import annotations

import asyncpg
import pytest

from tests.store.adapters import PostgresAdapter
from tests.store.distributed.rules import schema_faults, table_faults
from tests.store.distributed.schema import SYSTEMS, layout, migrations, schema, script, statements
from tests.store.records import scenario, start, step

PLAYED = """
CREATE FUNCTION create_reference_table(t regclass) RETURNS void LANGUAGE sql AS '';
CREATE FUNCTION create_distributed_table(t regclass, c text, colocate_with text) RETURNS void
LANGUAGE plpgsql AS $$ BEGIN
  IF c IS NOT NULL AND NOT EXISTS (
    SELECT FROM pg_attribute WHERE attrelid = t AND attname = c
  ) THEN RAISE undefined_column; END IF;
  IF c IS NOT NULL AND EXISTS (
    SELECT FROM pg_index AS i WHERE i.indrelid = t AND i.indisunique AND NOT EXISTS (
      SELECT FROM pg_attribute AS a
      WHERE a.attrelid = t AND a.attname = c AND a.attnum = ANY (i.indkey)
    )
  ) THEN RAISE feature_not_supported; END IF;
END $$;
"""


def test_all_tables_are_laid_out_by_what_their_keys_hold():
    assert table_faults(schema("citus"), layout()) == []
    assert schema_faults(migrations()) == []


def test_without_the_script_a_key_would_be_refused():
    assert [fault.rule for fault in table_faults(schema(), layout())] == ["unique"]


@pytest.mark.parametrize("system", SYSTEMS)
def test_a_script_speaks_of_tables_that_are_there(system):
    assert list(statements(script(system)))
    assert schema(system).keys() == schema().keys()


@pytest.mark.parametrize("system", SYSTEMS)
def test_a_script_runs_and_the_engine_on_what_it_laid_out(tmp_path, run, system):
    adapter = PostgresAdapter(tmp_path)
    try:
        run(run_on(adapter, system))
        run(execute(adapter, PLAYED + script(system)))
        run(used(adapter, system))
    finally:
        adapter.remove()


async def run_on(adapter, system):
    await (await adapter.start(distributed=system)).close()


async def execute(adapter, text):
    connection = await asyncpg.connect(adapter.url)
    try:
        await connection.execute(text)
    finally:
        await connection.close()


async def used(adapter, system):
    store = await adapter.start(distributed=system)
    await store.put_scenario(scenario())
    first = start(1)
    await store.write_process(first)
    await store.write_process(step(first.record))
    assert [change.version for change in await store.changes_after(0, 9)] == [1, 2]
    await store.close()


def test_a_key_that_lacks_the_column_is_refused_when_the_script_runs(tmp_path, run):
    adapter = PostgresAdapter(tmp_path)
    try:
        run(run_on(adapter, "citus"))
        kept = (
            script("citus")
            .replace("DROP INDEX links_started;", "")
            .replace("CREATE INDEX links_started ", "CREATE INDEX another ")
        )
        with pytest.raises(asyncpg.FeatureNotSupportedError):
            run(execute(adapter, PLAYED + kept))
    finally:
        adapter.remove()
