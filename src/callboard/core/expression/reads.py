"""Which top-level fields of its data an expression may read.

The engine loads long histories only for scenarios that read them, so the answer must never leave
one out: where the whole data may escape, it is None.
"""

from __future__ import annotations

from callboard.core.expression import nodes
from callboard.core.expression.nodes import Node


def reads(node: Node) -> frozenset[str] | None:
    """The names of the fields; None when it may be any."""
    found: set[str] = set()
    return frozenset(found) if _collect(node, found, at_root=True) else None


def _collect(node: Node, found: set[str], *, at_root: bool) -> bool:  # noqa: C901 - one case a node
    """Add what a node reads; False when the whole data escapes. `at_root`: the current value is
    the data itself.
    """
    match node:
        case nodes.Field():
            if at_root:
                found.add(node.name)
            return True
        case nodes.Current():
            return not at_root
        case nodes.Root():
            return False
        case nodes.Sub():
            if isinstance(node.left, nodes.Root):
                return _collect(node.right, found, at_root=True)
            if isinstance(node.left, nodes.Current):
                return _collect(node.right, found, at_root=at_root)
            return _collect(node.left, found, at_root=at_root) and _collect(
                node.right, found, at_root=False
            )
        case nodes.Projection():
            return _both(node.left, (node.right,), found, at_root)
        case nodes.Filter():
            return _both(node.left, (node.condition, node.right), found, at_root)
        case nodes.MultiList():
            return _all(node.items, found, at_root)
        case nodes.MultiHash():
            return _all(tuple(item for _, item in node.items), found, at_root)
        case nodes.Let():
            bound = tuple(item for _, item in node.bindings)
            return _all((*bound, node.body), found, at_root)
        case nodes.Binary():
            return _all((node.left, node.right), found, at_root)
        case nodes.Unary():
            return _collect(node.operand, found, at_root=at_root)
        case nodes.Ternary():
            return _all((node.condition, node.then, node.otherwise), found, at_root)
        case nodes.Call():
            return _all(node.arguments, found, at_root)
        case nodes.Reference():
            # A function applies it to items of what another argument gave.
            return _collect(node.expression, found, at_root=False)
        case nodes.Literal_() | nodes.Variable() | nodes.Index() | nodes.Slice():
            return True


def _both(left: Node, rest: tuple[Node, ...], found: set[str], at_root: bool) -> bool:
    """A projection: its left side here, the rest on items."""
    return _collect(left, found, at_root=at_root) and all(
        _collect(item, found, at_root=False) for item in rest
    )


def _all(items: tuple[Node, ...], found: set[str], at_root: bool) -> bool:
    return all(_collect(item, found, at_root=at_root) for item in items)
