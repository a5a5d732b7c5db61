"""The rules for statements and tables of the distributed dialect; docs: distributed-postgresql.md.

Each says what Citus or YugabyteDB refuses, or what they would do wrong, by a statement alone.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from pglast import ast, enums, parse_sql

from tests.store.distributed.reading import Reader, Reading, Use, walk
from tests.store.distributed.schema import Layout, Table

REFUSED = {
    "pg_current_xact_id": "transactions have no number that all nodes share",
    "pg_current_snapshot": "a snapshot is one node's",
    "pg_snapshot_xmin": "a snapshot is one node's",
    "txid_current": "transactions have no number that all nodes share",
    "txid_current_snapshot": "a snapshot is one node's",
    "nextval": "a sequence has no order over nodes",
    "lastval": "a sequence has no order over nodes",
    "pg_notify": "YugabyteDB has it only from 2025.2 on, when it is switched on",
}
HIDDEN = {"xmin", "xmax", "cmin", "cmax", "ctid", "tableoid"}


class Fault(NamedTuple):
    """What a statement offends, and where."""

    rule: str
    what: str


def faults(text: str, tables: dict[str, Table], layout: Layout) -> list[Fault]:
    """What forbids a statement. A read, or a write, of many shards is a fault too: it has to be
    listed with its reason.
    """
    found = Reader(tables, layout).read(text)
    told = [Fault(*fault) for fault in found.faults]
    told += [Fault("function", what) for what in _functions(text)]
    spread = [use for use in found.uses if use.table in layout.distributed]
    if _one_shard(spread, layout):
        return [fault for fault in told if fault.rule != "insert-select"]
    told += _many(found, spread, layout)
    return told


def _one_shard(spread: list[Use], layout: Layout) -> bool:
    """Whether all rows are in the shard of one value; reference tables are everywhere."""
    shards = {(layout.group(use.table), use.pin) for use in spread}
    return len(shards) <= 1 and all(use.pin is not None for use in spread)


def _many(found: Reading, spread: list[Use], layout: Layout) -> list[Fault]:
    """What a statement that touches several shards may not do."""
    told = []
    if found.locks:
        told.append(Fault("lock", "rows of several shards are locked"))
    if found.recursive:
        told.append(Fault("recursive", "WITH RECURSIVE over several shards"))
    if found.limited:
        told.append(Fault("lateral-limit", "LATERAL (… LIMIT …) over several shards"))
    writes = [use for use in spread if use.write]
    told += [Fault("many-shards-write", use.table) for use in writes if use.pin is None]
    for block in {use.block for use in spread}:
        joined = [use for use in spread if use.block == block]
        if len({(layout.group(use.table), use.root) for use in joined}) > 1:
            names = " and ".join(sorted(use.table for use in joined))
            told.append(Fault("join", f"{names} are not joined by their distribution columns"))
    if not writes:
        told.append(Fault("many-shards-read", ", ".join(sorted({use.table for use in spread}))))
    return told


def _functions(text: str) -> list[str]:
    told = []
    for node in walk(tuple(raw.stmt for raw in parse_sql(text))):
        match node:
            case ast.FuncCall():
                name = node.funcname[-1].sval
                if name in REFUSED or "advisory" in name:
                    told.append(f"{name}: {REFUSED.get(name, 'not on all nodes')}")
            case ast.ColumnRef() if isinstance(node.fields[-1], ast.String):
                if node.fields[-1].sval in HIDDEN:
                    told.append(f"the system column {node.fields[-1].sval}")
            case ast.ListenStmt() | ast.NotifyStmt() | ast.LockStmt() | ast.TruncateStmt():
                told.append(type(node).__name__)
    return told


def table_faults(tables: dict[str, Table], layout: Layout) -> list[Fault]:
    """Tables that are not laid out, and keys that a shard cannot check by itself."""
    told = []
    for name, table in sorted(tables.items()):
        if name in layout.references | layout.local:
            continue
        if name not in layout.distributed:
            told.append(Fault("not-laid-out", name))
            continue
        column = layout.distributed[name]
        if column and column not in table.columns:
            told.append(Fault("no-such-column", f"{name}.{column}"))
        for key, columns in table.unique.items():
            if column and column not in columns:
                told.append(Fault("unique", f"{key} on {name} lacks {column}"))
        for own, other in table.references.items():
            beside = layout.group(other) == layout.group(name) and own == column
            if other not in layout.references and not beside:
                told.append(Fault("foreign-key", f"{name}.{own} refers to {other}"))
        for own in sorted(table.identity):
            told.append(Fault("sequence", f"{name}.{own}"))
    return told


def schema_faults(text: str) -> list[Fault]:
    """What no migration may make."""
    told = []
    for node in walk(tuple(raw.stmt for raw in parse_sql(text))):
        match node:
            case (
                ast.CreateTrigStmt()
                | ast.RuleStmt()
                | ast.CreateSeqStmt()
                | ast.CreateFunctionStmt()
            ):
                told.append(Fault("refused", type(node).__name__))
            case ast.CreateStmt() if node.inhRelations:
                told.append(Fault("refused", f"inheritance of {node.relation.relname}"))
            case ast.Constraint() if _refused(node):
                told.append(Fault("refused", node.contype.name))
    return told


def _refused(constraint: Any) -> bool:
    kinds = enums.ConstrType
    late = (kinds.CONSTR_EXCLUSION, kinds.CONSTR_ATTR_DEFERRABLE, kinds.CONSTR_GENERATED)
    return constraint.contype in late or bool(constraint.deferrable)
