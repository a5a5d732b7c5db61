"""Data functions: `<ref>`, `<tpl>` and `<select>`, anywhere in a value, compiled once.

A value without functions stays the object that it is and is shared by all evaluations. Where there
are some, a closure copies the containers around them and sets what they yield. That is data and is
never evaluated again, and an expression is never computed: a function in the place of the text of a
`<ref>` or `<tpl>` is an error. Compiling never fails; what is wrong raises when it is evaluated and
is listed in `problems` before. Specification: expressions, data functions and details 4 and 5.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from copy import copy
from dataclasses import dataclass
from typing import Final, TypeAlias

from callboard.core.expression.budget import Budget
from callboard.core.expression.compiled import compile_expression
from callboard.core.expression.functions import BUILTINS, Functions
from callboard.core.expression.mustache import Template, compile_partials, compile_template
from callboard.core.limits import DEFAULT_LIMITS, Limits
from callboard.core.values import Json, JsonObject, text_of
from callboard.errors import EvaluationError, ExpressionError, TemplateError

REF: Final = "<ref>"
TPL: Final = "<tpl>"
SELECT: Final = "<select>"
FUNCTION_KEYS: Final = (REF, TPL, SELECT)
"""Of several in one object the first one wins."""

Reads: TypeAlias = "frozenset[str] | None"
Evaluate: TypeAlias = Callable[[JsonObject, Budget], Json]

_NOTHING: Final[frozenset[str]] = frozenset()


@dataclass(frozen=True, slots=True)
class Data:
    """A compiled value. A static one has no functions: `value` is it, and is never changed."""

    static: bool
    value: Json
    reads: Reads
    """Top-level fields of the process that its functions may read; None when it may be any."""
    evaluate: Evaluate
    limits: Limits
    problems: tuple[EvaluationError, ...] = ()
    """What does not compile in it. Evaluating it raises the first that is met."""

    def __call__(self, context: JsonObject, budget: Budget | None = None) -> Json:
        """The value with its functions evaluated on a process; without a budget it gets one of its
        own. Raises EvaluationError, whose `pointer` is the place of the function that fails.
        """
        if self.static:
            return self.value
        return self.evaluate(context, Budget(self.limits) if budget is None else budget)


def compile_data(
    value: Json,
    *,
    functions: Functions = BUILTINS,
    limits: Limits = DEFAULT_LIMITS,
    pointer: str = "",
) -> Data:
    """Compile a value, whose own place in the scenario is `pointer`. Never raises.

    >>> data = compile_data({"to": {"<ref>": "actors.client.title"}, "n": 1})
    >>> data({"actors": {"client": {"title": "Ada"}}})
    {'to': 'Ada', 'n': 1}
    """
    compiler = _Compiler(functions, limits)
    evaluate = compiler.compile(value, pointer, 0)
    if evaluate is None:
        return Data(True, value, _NOTHING, lambda _context, _budget: value, limits)
    return Data(False, value, compiler.reads, evaluate, limits, tuple(compiler.problems))


def has_functions(value: Json) -> bool:
    """Whether a data function stands anywhere in a value."""
    return any(map(_is_function, _walk(value)))


def remove_functions(value: Json) -> Json:
    """The value without its data functions: keys and items that are functions are left out, and a
    value that is one itself gives null.

    >>> remove_functions({"a": 1, "b": {"<ref>": "x"}, "c": [{"<tpl>": "y"}, 2]})
    {'a': 1, 'c': [2]}
    """
    if _is_function(value):
        return None
    if isinstance(value, dict):
        return {k: remove_functions(v) for k, v in value.items() if not _is_function(v)}
    if isinstance(value, list):
        return [remove_functions(item) for item in value if not _is_function(item)]
    return value


class _Compiler:
    """One compilation: what it may use, what its functions read, and what is wrong."""

    def __init__(self, functions: Functions, limits: Limits) -> None:
        self.functions = functions
        self.limits = limits
        self.reads: Reads = _NOTHING
        self.problems: list[EvaluationError] = []

    def compile(self, value: Json, pointer: str, depth: int) -> Evaluate | None:
        """How to evaluate a value; None when it holds no function."""
        if not isinstance(value, (dict, list)):
            return None
        if depth > self.limits.document_depth:
            message = f"The value is nested more than {self.limits.document_depth} levels."
            return self.failing(EvaluationError(message), pointer)
        if isinstance(value, list):
            return self.list(value, pointer, depth + 1)
        for key in FUNCTION_KEYS:
            if key in value:
                return self.function(key, value[key], f"{pointer}/{key}", depth + 1)
        return self.map(value, pointer, depth + 1)

    def map(self, value: JsonObject, pointer: str, depth: int) -> Evaluate | None:
        parts = [
            (key, part)
            for key, item in value.items()
            if (part := self.compile(item, f"{pointer}/{_escape(key)}", depth)) is not None
        ]
        if not parts:
            return None

        def evaluate(context: JsonObject, budget: Budget) -> Json:
            result = value.copy()
            for key, part in parts:
                result[key] = part(context, budget)
            return result

        return evaluate

    def list(self, value: list[Json], pointer: str, depth: int) -> Evaluate | None:
        parts = [
            (index, part)
            for index, item in enumerate(value)
            if (part := self.compile(item, f"{pointer}/{index}", depth)) is not None
        ]
        if not parts:
            return None

        def evaluate(context: JsonObject, budget: Budget) -> Json:
            result = value.copy()
            for index, part in parts:
                result[index] = part(context, budget)
            return result

        return evaluate

    def function(self, key: str, spec: Json, pointer: str, depth: int) -> Evaluate:
        try:
            if key == REF:
                return self.ref(spec, pointer)
            if key == TPL:
                return self.tpl(spec, pointer, depth)
            return self.select(spec, pointer, depth)
        except EvaluationError as error:
            return self.failing(error, pointer)

    def failing(self, error: EvaluationError, pointer: str) -> Evaluate:
        error.pointer = pointer if error.pointer is None else error.pointer
        error.__traceback__ = None  # it would keep this compilation alive
        self.problems.append(error)

        def fail(_context: JsonObject, _budget: Budget) -> Json:
            raise copy(error)  # each has a traceback of its own

        return fail

    def ref(self, spec: Json, pointer: str) -> Evaluate:
        if not isinstance(spec, str):
            raise ExpressionError("<ref> is not a text: an expression is never computed.")
        expression = compile_expression(spec, functions=self.functions, limits=self.limits)
        self.add_reads(expression.reads)
        if expression.reads is None:
            # It may give the data as a whole: then a snapshot, or what it is put into would hold
            # itself.
            return _placed(lambda context, budget: expression({**context}, budget), pointer)
        return _placed(expression.__call__, pointer)  # the method itself is quicker to call

    def tpl(self, spec: Json, pointer: str, depth: int) -> Evaluate:
        if isinstance(spec, str):
            template = compile_template(spec, limits=self.limits)
            self.add_reads(template.names)
            render = template.__call__
            return _placed(lambda context, budget: render(context, None, budget), pointer)
        if not isinstance(spec, dict) or _is_function(spec):
            raise TemplateError("<tpl> is a text, or a map with `template`.")
        return self.tpl_map(spec, pointer, depth)

    def tpl_map(self, spec: JsonObject, pointer: str, depth: int) -> Evaluate:
        """`{template, view?, partials?}`; what holds no function is compiled here already."""
        text, view, partials = (
            self.compile(spec.get(key), f"{pointer}/{key}", depth)
            for key in ("template", "view", "partials")
        )
        limits, template, others = self.limits, None, None
        if text is None:
            template = _template(spec.get("template"), limits, f"{pointer}/template")
            if partials is None:
                others = compile_partials(template, spec.get("partials"), limits=limits)
        if view is not None or spec.get("view") is None:  # a view may turn out to be null
            self.add_reads(None if template is None or others is None else _names(template, others))

        def evaluate(context: JsonObject, budget: Budget) -> Json:
            chosen = spec.get("view") if view is None else view(context, budget)
            main = template or _template(
                text and text(context, budget), limits, f"{pointer}/template"
            )
            known = others
            if known is None:
                given = spec.get("partials") if partials is None else partials(context, budget)
                known = compile_partials(main, given, limits=limits)
            return main(context if chosen is None else chosen, known, budget)

        return _placed(evaluate, pointer)

    def select(self, spec: Json, pointer: str, depth: int) -> Evaluate:
        if not isinstance(spec, dict) or _is_function(spec):
            raise EvaluationError("<select> is a map with `$` and options.")
        options = self.map(spec, pointer, depth)
        if options is None:
            return lambda _context, _budget: _selected(spec)

        def evaluate(context: JsonObject, budget: Budget) -> Json:
            found = options(context, budget)
            assert isinstance(found, dict)
            return _selected(found)

        return evaluate

    def add_reads(self, reads: Reads) -> None:
        self.reads = None if self.reads is None or reads is None else self.reads | reads


def _template(text: Json, limits: Limits, pointer: str) -> Template:
    try:
        if isinstance(text, str):
            return compile_template(text, limits=limits)
        raise TemplateError("The template is not a text.")
    except TemplateError as error:
        error.pointer = pointer
        raise


def _names(template: Template, partials: dict[str, Template]) -> frozenset[str]:
    return template.names.union(*(partial.names for partial in partials.values()))


def _selected(options: JsonObject) -> Json:
    """The option that `$` names; one that is null, or none, gives the default."""
    value = options.get("$")
    chosen: Json = None
    if not isinstance(value, (list, dict)):
        key = text_of(value)
        chosen = None if key == "$" else options.get(key)
    return options.get("*") if chosen is None else chosen


def _placed(evaluate: Callable[[JsonObject, Budget], Json], pointer: str) -> Evaluate:
    """The same, its errors saying where in the scenario they come from."""

    def placed(context: JsonObject, budget: Budget) -> Json:
        try:
            return evaluate(context, budget)
        except EvaluationError as error:
            if error.pointer is None:
                error.pointer = pointer
            raise

    return placed


def _escape(key: str) -> str:
    return key.replace("~", "~0").replace("/", "~1")


def _is_function(value: Json) -> bool:
    return isinstance(value, dict) and (REF in value or TPL in value or SELECT in value)


def _walk(value: Json) -> Iterator[Json]:
    pending = [value]
    while pending:
        item = pending.pop()
        yield item
        if isinstance(item, dict):
            pending.extend(item.values())
        elif isinstance(item, list):
            pending.extend(item)
