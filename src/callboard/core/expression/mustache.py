"""Mustache, compiled to closures (specification: expressions, data functions and details 5).

The official specification but for two things: text is not HTML-escaped, and there are no lambdas.
A template is a list of parts, each a function of the stack of contexts. Values print as JavaScript
prints them; a name finds keys of objects, items and the length of lists, and nothing else.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TypeAlias, assert_never

from callboard.core.expression.budget import Budget
from callboard.core.expression.mustache_tags import (
    Name,
    Node,
    Partial,
    Section,
    Text,
    parse_template,
)
from callboard.core.limits import DEFAULT_LIMITS, Limits
from callboard.core.values import Json, text_of, truthy
from callboard.errors import TemplateError

Stack: TypeAlias = "tuple[Json, ...]"


class Rendering:
    """One rendering: the partials, the budget, and the text so far."""

    __slots__ = ("budget", "depth", "out", "partials")

    def __init__(self, partials: Mapping[str, Template], budget: Budget) -> None:
        self.partials = partials
        self.budget = budget
        self.depth = 0
        self.out: list[str] = []

    def write(self, text: str) -> None:
        self.budget.build(len(text))
        self.out.append(text)


Part: TypeAlias = Callable[[Stack, Rendering], None]


@dataclass(frozen=True, slots=True)
class Template:
    """A template ready to be rendered, any number of times."""

    source: str
    reads: frozenset[str] | None
    """Top-level fields of the view that it may read; None when it may be any."""
    parts: tuple[Part, ...]
    limits: Limits

    def __call__(
        self,
        view: Json,
        partials: Mapping[str, Template] | None = None,
        budget: Budget | None = None,
    ) -> str:
        """Render a view. Raises TemplateError when templates nest too deep, BudgetError when the
        text grows beyond the budget.
        """
        rendering = Rendering(partials or {}, Budget(self.limits) if budget is None else budget)
        try:
            _render(self.parts, (view,), rendering)
        except RecursionError:
            raise TemplateError("Templates are nested too deep.", source=self.source) from None
        return "".join(rendering.out)


def compile_template(text: str, *, limits: Limits = DEFAULT_LIMITS) -> Template:
    """Compile a template. Raises TemplateError with the position of what is wrong."""
    if len(text) > limits.expression_length:
        message = f"A template has at most {limits.expression_length} characters."
        raise TemplateError(message, source=text[:100], position=0)
    nodes = parse_template(text, limits.expression_depth)
    names: set[str] = set()
    reads = frozenset(names) if _collect(nodes, names, 0) else None
    return Template(text, reads if reads is None else frozenset(names), _compile(nodes), limits)


def _collect(nodes: Iterable[Node], names: set[str], depth: int) -> bool:
    """Add the first part of each name; False when a template prints or walks its whole view."""
    for node in nodes:
        if isinstance(node, (Name, Section)):
            if node.path:
                names.add(node.path[0])
            elif depth == 0:
                return False
        if isinstance(node, Section) and not _collect(node.children, names, depth + 1):
            return False
    return True


def _render(parts: tuple[Part, ...], stack: Stack, rendering: Rendering) -> None:
    rendering.budget.work(len(parts) + 1)
    for part in parts:
        part(stack, rendering)


def _compile(nodes: Iterable[Node]) -> tuple[Part, ...]:
    return tuple(map(_part, nodes))


def _part(node: Node) -> Part:
    match node:
        case Text():
            text = node.text
            return lambda stack, rendering: rendering.write(text)
        case Name():
            return _name(node.path)
        case Partial():
            return _partial(node.name, node.indent)
        case Section():
            return _section(node)
        case _:
            assert_never(node)


def _name(path: tuple[str, ...]) -> Part:
    def name(stack: Stack, rendering: Rendering) -> None:
        value = _look_up(stack, path)
        if value is not None:
            if isinstance(value, list):
                rendering.budget.work(len(value))
            rendering.write(text_of(value))

    return name


def _section(node: Section) -> Part:
    path, parts = node.path, _compile(node.children)

    def section(stack: Stack, rendering: Rendering) -> None:
        value = _look_up(stack, path)
        if isinstance(value, list):
            for item in value:
                _render(parts, (*stack, item), rendering)
        elif truthy(value):
            _render(parts, stack if value is True else (*stack, value), rendering)

    def inverted(stack: Stack, rendering: Rendering) -> None:
        value = _look_up(stack, path)
        if value == [] or not truthy(value):
            _render(parts, stack, rendering)

    return inverted if node.inverted else section


def _partial(name: str, indent: str) -> Part:
    def partial(stack: Stack, rendering: Rendering) -> None:
        template = rendering.partials.get(name)
        if template is None:
            return
        if rendering.depth >= template.limits.partial_depth:
            message = f"Templates are nested more than {template.limits.partial_depth} deep."
            raise TemplateError(message, source=template.source)
        parts = template.parts
        if indent:
            rendering.budget.work(len(template.source))
            parts = compile_template(_indented(template.source, indent)).parts
        rendering.depth += 1
        _render(parts, stack, rendering)
        rendering.depth -= 1

    return partial


def _indented(text: str, indent: str) -> str:
    return "".join(indent + line for line in text.splitlines(keepends=True))


def _look_up(stack: Stack, path: tuple[str, ...]) -> Json:
    """What a name means: its first part in the innermost context that has it, the rest in that."""
    if not path:
        return stack[-1]
    first = path[0]
    for context in reversed(stack):
        if isinstance(context, dict):
            if first in context:
                return _descend(context[first], path)
        elif isinstance(context, list) and (first == "length" or _item(context, first) is not None):
            return _descend(_step(context, first), path)
    return None


def _descend(value: Json, path: tuple[str, ...]) -> Json:
    for name in path[1:]:
        value = _step(value, name)
        if value is None:
            return None
    return value


def _step(value: Json, name: str) -> Json:
    if isinstance(value, dict):
        return value.get(name)
    if name == "length" and isinstance(value, (list, str)):
        return len(value)
    return _item(value, name) if isinstance(value, list) else None


def _item(items: list[Json], name: str) -> Json:
    if name.isascii() and name.isdigit() and len(name) < 10 and int(name) < len(items):
        return items[int(name)]
    return None
