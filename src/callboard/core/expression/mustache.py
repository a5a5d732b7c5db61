"""Mustache, compiled to closures.

The official specification but for two things: text is not HTML-escaped, and there are no lambdas.
A template is a list of parts, each a function of the stack of contexts that appends to the text so
far. Names find keys of objects, items of lists and the length of lists and texts, and nothing else:
no attribute or method of anything. Values print as JavaScript prints them.

Neither a template nor its data can run away: each part and item is work, each text is output, and
both are charged to the budget; sections and partials nest as deep as expressions may, partials as
deep as `Limits.partial_depth`. Specification: expressions, data functions and details 5.
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
from callboard.errors import BudgetError, TemplateError

Stack: TypeAlias = "tuple[Json, Stack | None]"
"""A context, and those around it."""
Part: TypeAlias = "Callable[[Stack, Rendering], None]"


@dataclass(frozen=True, slots=True)
class Template:
    """A template ready to be rendered, any number of times and by any thread."""

    source: str
    names: frozenset[str]
    """Top-level fields of the view that its own tags may read."""
    partials: frozenset[str]
    """The names of the templates that it may use."""
    parts: tuple[Part, ...]
    limits: Limits

    @property
    def reads(self) -> frozenset[str] | None:
        """Top-level fields of the view that it may read; None when its partials may read any."""
        return None if self.partials else self.names

    def __call__(
        self,
        view: Json,
        partials: Mapping[str, Template] | None = None,
        budget: Budget | None = None,
    ) -> str:
        """Render a view. A partial that is missing prints nothing.

        Raises TemplateError when templates nest too deep, BudgetError when rendering takes more
        than the budget (a new one where none is given) has left.

        >>> compile_template("{{#lines}}{{qty}} x {{sku}}; {{/lines}}")({"lines": [
        ...     {"qty": 2.0, "sku": "A"}, {"qty": 1.5, "sku": None}]})
        '2 x A; 1.5 x ; '
        """
        rendering = Rendering(self.limits, partials, budget or Budget(self.limits))
        rendering.render(self.parts, (view, None))
        return "".join(rendering.out)


def compile_template(text: str, *, limits: Limits = DEFAULT_LIMITS) -> Template:
    """Compile a template. Raises TemplateError with the position of what is wrong."""
    if len(text) > limits.expression_length:
        message = f"A template has at most {limits.expression_length} characters."
        raise TemplateError(message, source=text[:100], position=0)
    return _compiled(text, limits)


def compile_partials(
    template: Template, texts: Json, *, limits: Limits = DEFAULT_LIMITS
) -> dict[str, Template]:
    """Those of the partials in `texts` that a template uses, and that these use, compiled.

    Raises TemplateError for one that does not parse or is no text; null is as good as none.
    """
    found: dict[str, Template] = {}
    pending = list(template.partials)
    while pending and isinstance(texts, dict):
        name = pending.pop()
        text = texts.get(name)
        if text is None or name in found:
            continue
        if not isinstance(text, str):
            raise TemplateError(f"The partial {name!r} is not a text.")
        found[name] = compile_template(text, limits=limits)
        pending.extend(found[name].partials)
    return found


class Rendering:
    """One rendering: its partials and budget, and the text so far."""

    __slots__ = ("budget", "depth", "indented", "limits", "out", "partial_depth", "partials")

    def __init__(
        self, limits: Limits, partials: Mapping[str, Template] | None, budget: Budget
    ) -> None:
        self.limits = limits
        self.partials = partials
        self.budget = budget
        self.depth = 0
        self.partial_depth = 0
        self.indented: dict[tuple[str, str], Template] | None = None
        self.out: list[str] = []

    def write(self, text: str) -> None:
        self.budget.build(len(text))
        self.out.append(text)

    def render(self, parts: tuple[Part, ...], stack: Stack) -> None:
        """Render the parts of a template or a section."""
        self.budget.work(len(parts) + 1)
        if self.depth > self.limits.expression_depth:
            message = f"Sections are nested more than {self.limits.expression_depth} levels."
            raise BudgetError(message)
        self.depth += 1
        for part in parts:
            part(stack, self)
        self.depth -= 1

    def partial(self, name: str, indent: str) -> Template | None:
        """A partial, each of its lines indented; None when it is missing."""
        template = self.partials.get(name) if self.partials else None
        if template is None or not indent:
            return template
        if self.indented is None:
            self.indented = {}
        if (name, indent) not in self.indented:
            source = template.source
            self.budget.build(len(source) + len(indent) * (source.count("\n") + 1))
            self.indented[name, indent] = _compiled(_indent(source, indent), self.limits)
        return self.indented[name, indent]


def _compiled(text: str, limits: Limits) -> Template:
    nodes = parse_template(text, limits.expression_depth)
    names: set[str] = set()
    partials: set[str] = set()
    _collect(nodes, names, partials)
    return Template(text, frozenset(names), frozenset(partials), _parts(nodes), limits)


def _collect(nodes: Iterable[Node], names: set[str], partials: set[str]) -> None:
    """Add the first part of each name and the name of each partial.

    `.` counts for nothing: the view is an object, which prints as such whatever it holds.
    """
    for node in nodes:
        if isinstance(node, Partial):
            partials.add(node.name)
        elif not isinstance(node, Text):
            names.update(node.path[:1])
        if isinstance(node, Section):
            _collect(node.children, names, partials)


def _parts(nodes: Iterable[Node]) -> tuple[Part, ...]:
    return tuple([_part(node) for node in nodes])


def _part(node: Node) -> Part:
    match node:
        case Text():
            return _text(node.text)
        case Name():
            return _name(node.path)
        case Partial():
            return _partial(node.name, node.indent)
        case Section():
            return _inverted(node) if node.inverted else _section(node)
        case _:
            assert_never(node)


def _text(text: str) -> Part:
    return lambda _stack, rendering: rendering.write(text)


def _name(path: tuple[str, ...]) -> Part:
    def name(stack: Stack, rendering: Rendering) -> None:
        value = _look_up(stack, path)
        if value is not None:
            rendering.write(_printed(value, rendering.budget))

    return name


def _printed(value: Json, budget: Budget) -> str:
    """A value as JavaScript prints it; a list is all its items, null being nothing there."""
    if not isinstance(value, list):
        return text_of(value)
    budget.work(len(value))
    return ",".join(["" if item is None else _printed(item, budget) for item in value])


def _section(node: Section) -> Part:
    path, parts = node.path, _parts(node.children)

    def section(stack: Stack, rendering: Rendering) -> None:
        value = _look_up(stack, path)
        if isinstance(value, list):
            for item in value:
                rendering.render(parts, (item, stack))
        elif value is True:
            rendering.render(parts, stack)
        elif truthy(value):
            rendering.render(parts, (value, stack))

    return section


def _inverted(node: Section) -> Part:
    path, parts = node.path, _parts(node.children)

    def inverted(stack: Stack, rendering: Rendering) -> None:
        value = _look_up(stack, path)
        if value == [] or not truthy(value):
            rendering.render(parts, stack)

    return inverted


def _partial(name: str, indent: str) -> Part:
    def partial(stack: Stack, rendering: Rendering) -> None:
        template = rendering.partial(name, indent)
        if template is None:
            return
        limit = rendering.limits.partial_depth
        if rendering.partial_depth >= limit:
            raise TemplateError(
                f"Templates are nested more than {limit} levels.", source=template.source
            )
        rendering.partial_depth += 1
        rendering.render(template.parts, stack)
        rendering.partial_depth -= 1

    return partial


def _indent(text: str, indent: str) -> str:
    """The text with each line indented. A line that is not there, after the last break, is not."""
    body = text.removesuffix("\n")
    return indent + body.replace("\n", "\n" + indent) + text[len(body) :] if text else text


def _look_up(stack: Stack, path: tuple[str, ...]) -> Json:
    """What a name means: its first part in the innermost context that has it, the rest in that."""
    if not path:
        return stack[0]
    first = path[0]
    inner: Stack | None = stack
    while inner is not None:
        context, inner = inner
        if isinstance(context, dict):
            if first in context:
                return _descend(context[first], path)
        elif isinstance(context, list) and (first == "length" or _item(context, first) is not None):
            return _descend(_step(context, first), path)
    return None


def _descend(value: Json, path: tuple[str, ...]) -> Json:
    for name in path[1:]:
        if value is None:
            return None
        value = _step(value, name)
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
