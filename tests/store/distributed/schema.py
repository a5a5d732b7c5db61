"""The tables that the migrations make, and how the layout scripts lay them out.

Both are read from the files themselves, by PostgreSQL's own parser: nothing is said twice.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any

from pglast import ast, enums, parse_sql

SYSTEMS = ("citus", "yugabyte")
ONE = ""
"""The distribution column of a table whose rows are all in one shard."""


@dataclass
class Table:
    """What a table has that a database which shards looks at."""

    columns: list[str] = field(default_factory=list)
    unique: dict[str, tuple[str, ...]] = field(default_factory=dict)
    references: dict[str, str] = field(default_factory=dict)
    """The table that a column refers to."""
    identity: set[str] = field(default_factory=set)


@dataclass
class Layout:
    """Where the rows of tables are: a distribution column, one shard, or every node."""

    distributed: dict[str, str] = field(default_factory=dict)
    groups: dict[str, str] = field(default_factory=dict)
    """The table that another is laid beside."""
    references: set[str] = field(default_factory=set)
    local: set[str] = field(default_factory=set)

    def group(self, table: str) -> str:
        """Tables of one group have the rows of one value in one shard."""
        return self.groups.get(table, table)


def migrations() -> str:
    folder = files("callboard.store") / "migrations" / "postgres"
    names = sorted(item.name for item in folder.iterdir() if item.name.endswith(".sql"))
    return "\n".join((folder / name).read_text("utf-8") for name in names)


def script(system: str) -> str:
    return (files("callboard.store") / "sql" / "layout" / f"{system}.sql").read_text("utf-8")


@cache
def schema(system: str = "") -> dict[str, Table]:
    """All tables by name, after the migrations and, if one is named, a layout script."""
    tables = {"migrations": Table(["number", "name", "checksum"])}
    text = migrations() + (script(system) if system else "")
    for statement in statements(text):
        apply(tables, statement)
    return tables


def statements(text: str) -> Iterator[Any]:
    for raw in parse_sql(text):
        yield raw.stmt


def apply(tables: dict[str, Table], statement: Any) -> None:
    """What a statement of a migration or a layout does to the tables."""
    match statement:
        case ast.CreateStmt():
            table = tables.setdefault(statement.relation.relname, Table())
            for element in statement.tableElts:
                _element(statement.relation.relname, table, element)
        case ast.AlterTableStmt():
            name = statement.relation.relname
            for command in statement.cmds:
                if isinstance(command.def_, ast.ColumnDef | ast.Constraint):
                    _element(name, tables[name], command.def_)
        case ast.IndexStmt(unique=True):
            columns = tuple(param.name for param in statement.indexParams)
            tables[statement.relation.relname].unique[statement.idxname] = columns
        case ast.DropStmt():
            for names in statement.objects:
                for table in tables.values():
                    table.unique.pop(names[-1].sval, None)


def _element(name: str, table: Table, element: Any) -> None:
    if isinstance(element, ast.ColumnDef):
        table.columns.append(element.colname)
        for constraint in element.constraints or ():
            _constraint(name, table, constraint, (element.colname,))
    elif isinstance(element, ast.Constraint):
        columns = element.keys or element.fk_attrs or ()
        _constraint(name, table, element, tuple(column.sval for column in columns))


def _constraint(name: str, table: Table, constraint: Any, columns: tuple[str, ...]) -> None:
    kinds = enums.ConstrType
    if constraint.contype == kinds.CONSTR_PRIMARY:
        table.unique[f"{name}_pkey"] = columns
    elif constraint.contype == kinds.CONSTR_UNIQUE:
        table.unique[f"{name}_{'_'.join(columns)}_key"] = columns
    elif constraint.contype == kinds.CONSTR_FOREIGN:
        table.references[columns[0]] = constraint.pktable.relname
    elif constraint.contype == kinds.CONSTR_IDENTITY:
        table.identity.add(columns[0])


@cache
def layout() -> Layout:
    """What the script for Citus says of the tables."""
    made = Layout(local={"migrations"})
    for statement in statements(script("citus")):
        if isinstance(statement, ast.SelectStmt):
            call = statement.targetList[0].val
            values = [_value(argument) for argument in call.args]
            if call.funcname[-1].sval == "create_reference_table":
                made.references.add(values[0])
            else:
                table, column, beside = values
                made.distributed[table] = column or ONE
                made.groups[table] = table if beside == "none" else beside
    return made


def _value(argument: Any) -> str:
    given = argument.arg if isinstance(argument, ast.NamedArgExpr) else argument
    return "" if given.isnull else str(given.val.sval)
