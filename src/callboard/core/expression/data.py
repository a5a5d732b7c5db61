"""Data functions: `<ref>`, `<tpl>` and `<select>`, anywhere in a value, compiled once.

A value without functions stays the object that it is and is shared by all evaluations. Where there
are some, a closure rebuilds the containers around them. What a function yields is data and is never
evaluated again (specification: expressions, details 4 and 5).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import TypeAlias

from callboard.core.expression.budget import Budget
from callboard.core.expression.compiled import compile_expression
from callboard.core.expression.functions import BUILTINS, Functions
from callboard.core.expression.interpreter import Scope
from callboard.core.expression.mustache import Template, compile_template
from callboard.core.limits import DEFAULT_LIMITS, Limits
from callboard.core.values import Json, JsonObject, text_of
from callboard.errors import EvaluationError, ExpressionError, TemplateError

REF, TPL, SELECT = "<ref>", "<tpl>", "<select>"
FUNCTION_KEYS = (REF, TPL, SELECT)

Reads: TypeAlias = "frozenset[str] | None"
Evaluate: TypeAlias = Callable[[JsonObject, Budget], Json]

_NOTHING: frozenset[str] = frozenset()
_NO_VARIABLES: dict[str, Json] = {}


@dataclass(frozen=True, slots=True)
class Data:
    """A compiled value. A static one has no functions: `value` is it, and is never changed."""

    static: bool
    value: Json
    reads: Reads
    """Top-level fields of the process that its functions may read; None when it may be any."""
    evaluate: Evaluate
    limits: Limits
    problems: tuple[EvaluationError, ...] = field(default=())
    """What does not compile in it. Evaluating it raises the first that is met."""

    def __call__(self, context: JsonObject, budget: Budget | None = None) -> Json:
        """The value with its functions evaluated on a process. Raises EvaluationError."""
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
    """Compile a value. Never raises: what is wrong in it is among `problems` and raises when it is
    evaluated. `pointer` is the value's own place, for errors.
    """
    compiler = _Compiler(functions, limits)
    try:
        evaluate = compiler.compile(value, pointer)
    except RecursionError:
        error = EvaluationError("The value is nested too deep.")
        error.pointer = pointer
        evaluate = compiler.failing(error)
    if evaluate is None:
        return Data(True, value, _NOTHING, lambda context, budget: value, limits)
    return Data(False, value, compiler.reads, evaluate, limits, tuple(compiler.problems))


class _Compiler:
    """One compilation: what it may use, what its functions read, and what is wrong."""

    def __init__(self, functions: Functions, limits: Limits) -> None:
        self.functions = functions
        self.limits = limits
        self.reads: Reads = _NOTHING
        self.problems: list[EvaluationError] = []

    def add_reads(self, reads: Reads) -> None:
        self.reads = None if self.reads is None or reads is None else self.reads | reads

    def failing(self, error: EvaluationError) -> Evaluate:
        self.problems.append(error)

        def fail(context: JsonObject, budget: Budget) -> Json:
            raise error

        return fail

    def compile(self, value: Json, pointer: str) -> Evaluate | None:
        """How to evaluate a value; None when it holds no function."""
        if isinstance(value, dict):
            for key in FUNCTION_KEYS:
                if key in value:
                    return self.function(key, value[key], f"{pointer}/{key}")
            return self.map(value, pointer)
        if isinstance(value, list):
            return self.list(value, pointer)
        return None

    def map(self, value: JsonObject, pointer: str) -> Evaluate | None:
        parts = [
            (key, part)
            for key, item in value.items()
            if (part := self.compile(item, f"{pointer}/{_escape(key)}")) is not None
        ]
        if not parts:
            return None

        def evaluate(context: JsonObject, budget: Budget) -> Json:
            result = dict(value)
            for key, part in parts:
                result[key] = part(context, budget)
            return result

        return evaluate

    def list(self, value: list[Json], pointer: str) -> Evaluate | None:
        parts = [
            (index, part)
            for index, item in enumerate(value)
            if (part := self.compile(item, f"{pointer}/{index}")) is not None
        ]
        if not parts:
            return None

        def evaluate(context: JsonObject, budget: Budget) -> Json:
            result = [*value]
            for index, part in parts:
                result[index] = part(context, budget)
            return result

        return evaluate

    def function(self, key: str, spec: Json, pointer: str) -> Evaluate:
        try:
            if key == REF:
                return self.ref(spec, pointer)
            if key == TPL:
                return self.tpl(spec, pointer)
            return self.select(spec, pointer)
        except EvaluationError as error:
            error.pointer = pointer
            return self.failing(error)

    def ref(self, spec: Json, pointer: str) -> Evaluate:
        if not isinstance(spec, str):
            raise ExpressionError("<ref> is not a text: an expression is never computed.")
        expression = compile_expression(spec, functions=self.functions, limits=self.limits)
        self.add_reads(expression.reads)
        closure = expression.closure

        def evaluate(context: JsonObject, budget: Budget) -> Json:
            try:
                return closure(context, Scope(context, budget, _NO_VARIABLES))
            except EvaluationError as error:
                if error.pointer is None:
                    error.pointer = pointer
                raise
            except RecursionError:
                failed = ExpressionError("The evaluation is nested too deep.", source=spec)
                failed.pointer = pointer
                raise failed from None

        return evaluate

    def tpl(self, spec: Json, pointer: str) -> Evaluate:
        if isinstance(spec, str):
            template = compile_template(spec, limits=self.limits)
            self.add_reads(template.reads)
            return _placed(lambda context, budget: template(context, None, budget), pointer)
        if not isinstance(spec, dict):
            raise TemplateError("<tpl> is a text, or a map with `template`.")
        return self.tpl_map(spec, pointer)

    def tpl_map(self, spec: JsonObject, pointer: str) -> Evaluate:
        template = self.part(spec, "template", pointer)
        view = self.part(spec, "view", pointer)
        partials = self.part(spec, "partials", pointer)
        self.add_reads(self.template_reads(spec))
        limits = self.limits

        def evaluate(context: JsonObject, budget: Budget) -> Json:
            text = template(context, budget)
            if not isinstance(text, str):
                raise TemplateError("The template is not a text.")
            chosen = view(context, budget)
            others = _compiled_partials(partials(context, budget), limits)
            compiled = compile_template(text, limits=limits)
            return compiled(context if chosen is None else chosen, others, budget)

        return _placed(evaluate, pointer)

    def template_reads(self, spec: JsonObject) -> Reads:
        """What templates of a map read of the process: only what is known before, else anything."""
        if spec.get("view") is not None:
            return _NOTHING
        partials = spec.get("partials")
        texts = [spec.get("template"), *(partials.values() if isinstance(partials, dict) else ())]
        found: frozenset[str] = _NOTHING
        for text in texts:
            if not isinstance(text, str):
                return None
            reads = compile_template(text, limits=self.limits).reads
            if reads is None:
                return None
            found |= reads
        return found

    def part(self, spec: JsonObject, key: str, pointer: str) -> Evaluate:
        value = spec.get(key)
        part = self.compile(value, f"{pointer}/{key}")
        return part if part is not None else lambda context, budget: value

    def select(self, spec: Json, pointer: str) -> Evaluate:
        if not isinstance(spec, dict):
            raise EvaluationError("<select> is a map with `$` and options.")
        options = self.compile(spec, pointer) if not _is_function(spec) else None

        def evaluate(context: JsonObject, budget: Budget) -> Json:
            found = spec if options is None else options(context, budget)
            return _selected(found) if isinstance(found, dict) else None

        return evaluate


def _is_function(value: JsonObject) -> bool:
    return any(key in value for key in FUNCTION_KEYS)


def _selected(options: JsonObject) -> Json:
    """The option that `$` names; one that is null, or none, gives the default."""
    value = options.get("$")
    chosen: Json = None
    if not isinstance(value, (list, dict)):
        key = text_of(value)
        chosen = None if key == "$" else options.get(key)
    return options.get("*") if chosen is None else chosen


def _compiled_partials(partials: Json, limits: Limits) -> dict[str, Template]:
    if not isinstance(partials, dict):
        return {}
    return {
        name: compile_template(text, limits=limits)
        for name, text in partials.items()
        if isinstance(text, str)
    }


def _placed(evaluate: Evaluate, pointer: str) -> Evaluate:
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


def has_functions(value: Json) -> bool:
    """Whether a data function stands anywhere in a value."""
    return any(
        isinstance(item, dict) and any(key in item for key in FUNCTION_KEYS)
        for item in _walk(value)
    )


def _walk(value: Json) -> Iterable[Json]:
    pending = [value]
    while pending:
        item = pending.pop()
        yield item
        if isinstance(item, dict):
            pending.extend(item.values())
        elif isinstance(item, list):
            pending.extend(item)


def remove_functions(value: Json) -> Json:
    """The value without its data functions: keys and items that are functions are left out.

    >>> remove_functions({"a": 1, "b": {"<ref>": "x"}, "c": [{"<tpl>": "y"}, 2]})
    {'a': 1, 'c': [2]}
    """
    if isinstance(value, dict):
        return {k: remove_functions(v) for k, v in value.items() if not _is_one(v)}
    if isinstance(value, list):
        return [remove_functions(item) for item in value if not _is_one(item)]
    return value


def _is_one(value: Json) -> bool:
    return isinstance(value, dict) and _is_function(value)
