"""What a statement reads and writes, and where: tables, and what their distribution columns equal.

Theory: columns and parameters that a statement says are equal are one class (union-find over the
conditions that all must hold). A table is *pinned* when the class of its distribution column holds
a parameter: its rows are then in the one shard of that value. Conditions of a subquery count inside
it only, those around it inside too. What is not understood is simply not known to be equal, so the
rules err on the side of refusing.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from pglast import ast, enums, parse_sql

from tests.store.distributed.schema import ONE, Layout, Table

Key = tuple[Any, str]
Names = dict[str, Any]
_numbers = count()


@dataclass(eq=False)
class Use:
    """A table where a statement uses it."""

    table: str
    write: str = ""
    """`INSERT`, `UPDATE` or `DELETE`; empty where it is read."""
    pin: Any = None
    """The parameter that its distribution column equals."""
    root: Any = None
    """The class of its distribution column."""
    scope: int = 0
    """The query whose conditions hold for it."""
    block: int = 0
    """Tables of one block are joined: a subquery that looks around itself is of what is there."""


@dataclass
class Reading:
    """What was found in one statement."""

    uses: list[Use] = field(default_factory=list)
    faults: list[tuple[str, str]] = field(default_factory=list)
    """Rule and what offends it, where the place decides."""
    locks: bool = False
    recursive: bool = False
    limited: bool = False
    """A subquery with a limit that looks at what it stands beside."""

    def wrong(self, rule: str, what: str) -> None:
        self.faults.append((rule, what))


class Equal:
    """Classes of equal things."""

    def __init__(self, parents: dict[Any, Any] | None = None) -> None:
        self._parents = dict(parents or {})

    def copy(self) -> Equal:
        return Equal(self._parents)

    def root(self, key: Any) -> Any:
        while key in self._parents:
            key = self._parents[key]
        return key

    def join(self, one: Any, other: Any) -> None:
        left, right = self.root(one), self.root(other)
        if left != right:
            if left[0] == "$":  # A parameter is the root of its class.
                left, right = right, left
            self._parents[left] = right


def walk(node: Any) -> Iterator[Any]:
    """A node and all below it."""
    if isinstance(node, tuple):
        for item in node:
            yield from walk(item)
    elif isinstance(node, ast.Node):
        yield node
        for name in node:
            yield from walk(getattr(node, name))


class Reader:
    """Reads one statement."""

    def __init__(self, tables: dict[str, Table], layout: Layout) -> None:
        self._tables = tables
        self._layout = layout
        self.found = Reading()

    def read(self, text: str) -> Reading:
        (raw,) = parse_sql(text)
        self._statement(raw.stmt, [], Equal(), next(_numbers))
        return self.found

    def _statement(self, node: Any, around: list[Names], equal: Equal, block: int) -> list[Key]:
        ctes = self._with(node, around, equal, block)
        match node:
            case ast.SelectStmt():
                return self._select(node, [*around, ctes], equal, block)
            case ast.InsertStmt():
                self._insert(node, [*around, ctes], equal, block)
            case ast.UpdateStmt() | ast.DeleteStmt():
                self._change(node, [*around, ctes], equal, block)
            case _:
                self.found.wrong("kind", type(node).__name__)
        return []

    def _with(self, node: Any, around: list[Names], equal: Equal, block: int) -> Names:
        names: Names = {}
        clause = getattr(node, "withClause", None)
        if clause is None:
            return names
        self.found.recursive |= bool(clause.recursive)
        for item in clause.ctes:
            if not isinstance(item.ctequery, ast.SelectStmt):
                self.found.wrong("writing-cte", item.ctename)
            if clause.recursive:
                names[f"with {item.ctename}"] = {}
            keys = self._statement(item.ctequery, [*around, names], equal, next(_numbers))
            names[f"with {item.ctename}"] = _named(item.ctequery, keys)
        return names

    def _select(self, node: Any, around: list[Names], equal: Equal, block: int) -> list[Key]:
        if node.op != enums.SetOperation.SETOP_NONE:
            for part in (node.larg, node.rarg):
                self._statement(part, around, equal.copy(), next(_numbers))
            return []
        self.found.locks |= bool(node.lockingClause)
        scope = next(_numbers)
        inside: list[Names] = [*around, {}]
        self._from(node.fromClause or (), inside, equal, scope, block)
        self._where(node.whereClause, inside, equal, scope, block)
        keys = []
        for target in node.targetList or ():
            keys.append(self._key(target.val, inside) or ("?", str(next(_numbers))))
        for part in (node.targetList, node.havingClause, node.sortClause, node.limitCount):
            self._subqueries(part, inside, equal, block)
        for values in node.valuesLists or ():
            self._subqueries(values, inside, equal, block)
        return keys

    def _insert(self, node: Any, around: list[Names], equal: Equal, block: int) -> None:
        use = self._use(node.relation, equal, next(_numbers), block, "INSERT")
        columns = [target.name for target in node.cols or ()]
        column = self._layout.distributed.get(use.table, ONE)
        source = node.selectStmt
        rows = source.valuesLists if source is not None else None
        if rows:
            if any(isinstance(item, ast.SubLink) for item in walk(rows)):
                self.found.wrong("insert-subquery", use.table)
            keys = [self._key(item, around) for item in rows[0]]
        else:
            before = len(self.found.uses)
            keys = list(self._statement(source, around, equal, next(_numbers)))
            if not any(self._at(read) is not None for read in self.found.uses[before:]):
                self.found.wrong("insert-select", use.table)
        if column != ONE:
            names = columns or self._tables[use.table].columns
            key = dict(zip(names, keys, strict=False)).get(column)
            if key is not None:
                equal.join((use, column), key)
        self._settle(use, equal)
        conflict = node.onConflictClause
        for target in (conflict.targetList or ()) if conflict else ():
            self._set(use, target, "on-conflict")

    def _change(self, node: Any, around: list[Names], equal: Equal, block: int) -> None:
        kind = "UPDATE" if isinstance(node, ast.UpdateStmt) else "DELETE"
        scope = next(_numbers)
        use = self._use(node.relation, equal, scope, block, kind)
        inside: list[Names] = [*around, {_alias(node.relation): use}]
        others = node.fromClause if kind == "UPDATE" else node.usingClause
        self._from(others or (), inside, equal, scope, block)
        self._where(node.whereClause, inside, equal, scope, block)
        for target in node.targetList or () if kind == "UPDATE" else ():
            self._set(use, target, "set")
        self._subqueries(getattr(node, "targetList", None), inside, equal, block)
        for item in walk(node.whereClause):
            self._volatile(item, "where")

    def _set(self, use: Use, target: Any, where: str) -> None:
        if target.name == self._layout.distributed.get(use.table):
            self.found.wrong("moves", f"{use.table}.{target.name}")
        for item in walk(target.val):
            self._volatile(item, where)

    def _volatile(self, node: Any, where: str) -> None:
        """Functions in what a write says: none that yields another thing each time; one that
        depends on the session only without columns, and not where rows conflict.
        """
        if isinstance(node, ast.TypeCast) and node.typeName.names[-1].sval == "json":
            name, kind = "json", STABLE
        elif isinstance(node, ast.SQLValueFunction):
            name, kind = node.op.name, STABLE
        elif isinstance(node, ast.FuncCall):
            name = node.funcname[-1].sval
            kind = KINDS.get(name, VOLATILE)
        else:
            return
        columns = any(isinstance(item, ast.ColumnRef) for item in walk(node))
        if kind == VOLATILE or (kind == STABLE and (columns or where == "on-conflict")):
            self.found.wrong("volatile", f"{name} in {where}")

    def _from(self, items: Any, inside: list[Names], equal: Equal, scope: int, block: int) -> None:
        for item in items:
            match item:
                case ast.RangeVar():
                    cte = _find(inside, f"with {item.relname}")
                    use = self._use(item, equal, scope, block) if cte is None else cte
                    inside[-1][_alias(item)] = use
                case ast.RangeSubselect():
                    self._subselect(item, inside, equal, block)
                case ast.RangeFunction():
                    inside[-1][item.alias.aliasname if item.alias else "?"] = {}
                case ast.JoinExpr():
                    self._from((item.larg, item.rarg), inside, equal, scope, block)
                    if item.jointype == enums.JoinType.JOIN_INNER:
                        self._conditions(item.quals, inside, equal)
                    else:
                        self._outer(item, inside, equal)
                    self._subqueries(item.quals, inside, equal, block)
        self._settle_all(equal, scope)

    def _subselect(self, item: Any, inside: list[Names], equal: Equal, block: int) -> None:
        looks = bool(item.lateral and self._looks_around(item.subquery, inside))
        within = inside if item.lateral else inside[:-1]
        own = block if looks else next(_numbers)
        keys = self._statement(item.subquery, within, equal.copy(), own)
        self.found.limited |= looks and item.subquery.limitCount is not None
        inside[-1][item.alias.aliasname] = _named(item.subquery, keys)

    def _outer(self, item: Any, inside: list[Names], equal: Equal) -> None:
        """An outer join says nothing of its own tables, but must be by the distribution column."""
        own = equal.copy()
        self._conditions(item.quals, inside, own)
        right = inside[-1].get(_alias(item.rarg)) if isinstance(item.rarg, ast.RangeVar) else None
        if isinstance(right, Use):
            self._settle(right, own)
            right.scope = -1  # Settled.

    def _where(
        self, clause: Any, inside: list[Names], equal: Equal, scope: int, block: int
    ) -> None:
        self._conditions(clause, inside, equal)
        self._settle_all(equal, scope)
        self._subqueries(clause, inside, equal, block)

    def _conditions(self, node: Any, inside: list[Names], equal: Equal) -> None:
        if isinstance(node, ast.BoolExpr) and node.boolop == enums.BoolExprType.AND_EXPR:
            for item in node.args:
                self._conditions(item, inside, equal)
        elif _equation(node):
            pairs = [(node.lexpr, node.rexpr)]
            if isinstance(node.lexpr, ast.RowExpr) and isinstance(node.rexpr, ast.RowExpr):
                pairs = list(zip(node.lexpr.args, node.rexpr.args, strict=True))
            for pair in pairs:
                left, right = (self._key(item, inside) for item in pair)
                if left is not None and right is not None:
                    equal.join(left, right)

    def _subqueries(self, node: Any, inside: list[Names], equal: Equal, block: int) -> None:
        for item in _links(node):
            own = block if self._looks_around(item.subselect, inside) else next(_numbers)
            self._statement(item.subselect, inside, equal.copy(), own)

    def _looks_around(self, query: Any, around: list[Names]) -> bool:
        """Whether a subquery names a column of what it stands in."""
        tables = [item for item in walk(query) if isinstance(item, ast.RangeVar)]
        here = {_alias(table) for table in tables}
        known = {name for table in tables for name in self._columns(table.relname)}
        for item in walk(query):
            if isinstance(item, ast.ColumnRef) and isinstance(item.fields[-1], ast.String):
                names = [part.sval for part in item.fields]
                if len(names) == 2 and names[0] not in here and _find(around, names[0]) is not None:
                    return True
                if len(names) == 1 and names[0] not in known and self._holder(names[0], around):
                    return True
        return False

    def _columns(self, table: str) -> list[str]:
        return self._tables[table].columns if table in self._tables else []

    def _key(self, node: Any, inside: list[Names]) -> Key | None:
        if isinstance(node, ast.TypeCast):
            return self._key(node.arg, inside)
        if isinstance(node, ast.ParamRef):
            return ("$", str(node.number))
        if isinstance(node, ast.ColumnRef) and isinstance(node.fields[-1], ast.String):
            names = [item.sval for item in node.fields]
            found = _find(inside, names[0]) if len(names) == 2 else self._holder(names[-1], inside)
            if isinstance(found, Use):
                return (found, names[-1])
            return None if found is None else found.get(names[-1])
        return None

    def _holder(self, column: str, inside: list[Names]) -> Any:
        """The table that has a column which is named alone."""
        for scope in reversed(inside):
            for name, found in scope.items():
                if isinstance(found, Use):
                    if column in self._columns(found.table):
                        return found
                elif column in found and not name.startswith("with "):
                    return found
        return None

    def _use(self, relation: Any, equal: Equal, scope: int, block: int, write: str = "") -> Use:
        use = Use(relation.relname, write, scope=scope, block=block)
        self.found.uses.append(use)
        if use.table not in self._tables:
            self.found.wrong("unknown-table", use.table)
            self._tables = {**self._tables, use.table: Table()}
        self._settle(use, equal)
        return use

    def _at(self, use: Use) -> Key | None:
        column = self._layout.distributed.get(use.table)
        return None if column is None else (use, column)

    def _settle(self, use: Use, equal: Equal) -> None:
        key = self._at(use)
        if key is not None:
            use.root = ("one", self._layout.group(use.table)) if key[1] == ONE else equal.root(key)
            use.pin = _pinned(use.root)

    def _settle_all(self, equal: Equal, scope: int) -> None:
        for use in self.found.uses:
            if use.scope == scope:
                self._settle(use, equal)


IMMUTABLE, STABLE, VOLATILE = "i", "s", "v"
KINDS = {
    "coalesce": IMMUTABLE,
    "make_interval": IMMUTABLE,
    "position": IMMUTABLE,
    "now": STABLE,
    "clock_timestamp": VOLATILE,
}
"""What PostgreSQL says of functions that writes use (`provolatile`); others are refused."""


def _equation(node: Any) -> bool:
    kind = enums.A_Expr_Kind.AEXPR_OP
    return isinstance(node, ast.A_Expr) and node.kind == kind and node.name[-1].sval == "="


def _pinned(root: Any) -> Any:
    return root if root[0] in ("$", "one") else None


def _links(node: Any) -> Iterator[Any]:
    """Subqueries in an expression, not those inside of them."""
    if isinstance(node, tuple):
        for item in node:
            yield from _links(item)
    elif isinstance(node, ast.SubLink):
        yield node
    elif isinstance(node, ast.Node):
        for name in node:
            yield from _links(getattr(node, name))


def _named(query: Any, keys: list[Key]) -> dict[str, Key]:
    names = {}
    for target, key in zip(getattr(query, "targetList", None) or (), keys, strict=False):
        value = target.val
        if target.name:
            names[target.name] = key
        elif isinstance(value, ast.ColumnRef) and isinstance(value.fields[-1], ast.String):
            names[value.fields[-1].sval] = key
    return names


def _alias(relation: Any) -> str:
    return str(relation.alias.aliasname if relation.alias else relation.relname)


def _find(inside: list[Names], name: str) -> Any:
    for scope in reversed(inside):
        if name in scope:
            return scope[name]
    return None
