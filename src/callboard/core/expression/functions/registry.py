"""The functions of expressions: what a function is, and the immutable registry of them."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from callboard.errors import ExpressionError

Types: TypeAlias = "tuple[str, ...]"

_KINDS = {str: "string", list: "array", dict: "object", bool: "boolean", int: "number"}
_WORDS = {
    "string": "a text",
    "array": "a list",
    "object": "an object",
    "boolean": "a boolean",
    "number": "a number",
    "null": "null",
    "expression": "an expression reference",
    "array[number]": "a list of numbers",
    "array[string]": "a list of texts",
}


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter: its name and the types that it takes; no types: any value."""

    name: str
    types: Types = ()
    optional: bool = False
    variadic: bool = False


@dataclass(frozen=True, slots=True)
class Function:
    """A function of expressions.

    `signature` reads like `pad_left(text: string, width: number, pad?: string)`; types are those of
    JMESPath, joined by `|`, `any` for all; a trailing `...` takes any number. `call` is pure: it gets
    the evaluation's budget, then the arguments. A lazy one gets functions without parameters.
    """

    signature: str
    call: Callable[..., object]
    lazy: bool = False

    @property
    def name(self) -> str:
        return self.signature.partition("(")[0]

    @property
    def parameters(self) -> tuple[Parameter, ...]:
        return _parameters(self.signature)

    def arity_problem(self, count: int) -> str:
        """Why it cannot be called with this many arguments; empty when it can."""
        parameters = self.parameters
        least = sum(not (p.optional or p.variadic) for p in parameters)
        most = None if any(p.variadic for p in parameters) else len(parameters)
        if least <= count and (most is None or count <= most):
            return ""
        return f"{self.signature} cannot be called with {count} arguments."


_CACHE: dict[str, tuple[Parameter, ...]] = {}


def _parameters(signature: str) -> tuple[Parameter, ...]:
    """The parameters that a signature names; worked out once for each."""
    found = _CACHE.get(signature)
    if found is None:
        inner = signature.partition("(")[2].rpartition(")")[0]
        found = tuple(_parameter(part) for part in inner.split(", ") if part)
        _CACHE[signature] = found
    return found


def _parameter(text: str) -> Parameter:
    name, _, types = text.partition(": ")
    variadic = name.endswith("...")
    name = name.removesuffix("...")
    names = tuple(kind for kind in types.split("|") if kind and kind != "any")
    return Parameter(name.removesuffix("?"), names, name.endswith("?"), variadic)


Matcher: TypeAlias = "Callable[[object], bool] | None"


def matchers(function: Function, count: int) -> list[Matcher]:
    """For each of `count` arguments, whether a value is of a type that its parameter takes; None
    where any is.
    """
    parameters = function.parameters
    return [_matcher(parameters[min(i, len(parameters) - 1)].types) for i in range(count)]


def _matcher(types: Types) -> Matcher:
    if not types:
        return None
    if types == ("number",):
        return lambda value: type(value) in (int, float)
    if len(types) == 1 and types[0] in _CLASSES:
        wanted = _CLASSES[types[0]]
        return lambda value: type(value) is wanted
    return lambda value: any(has_type(value, kind) for kind in types)


_CLASSES: dict[str, type] = {"string": str, "array": list, "object": dict, "boolean": bool}


def wrong_type(function: Function, index: int, value: object) -> ExpressionError:
    """The error of an argument that its parameter does not take."""
    parameters = function.parameters
    parameter = parameters[min(index, len(parameters) - 1)]
    wanted = " or ".join(_WORDS[kind] for kind in parameter.types)
    found = _WORDS[type_name(value)]
    return ExpressionError(f"{function.name}(): {parameter.name} is {found}, not {wanted}.")


def type_name(value: object) -> str:
    """The JMESPath type of a value."""
    if value is None:
        return "null"
    if isinstance(value, float):
        return "number"
    return _KINDS.get(type(value), "expression")


def has_type(value: object, kind: str) -> bool:
    """Whether a value is of a type that a signature names."""
    if kind == "array[number]":
        return isinstance(value, list) and all(type(item) in (int, float) for item in value)
    if kind == "array[string]":
        return isinstance(value, list) and all(isinstance(item, str) for item in value)
    return type_name(value) == kind


class Functions(Mapping[str, Function]):
    """An immutable set of functions by name."""

    def __init__(self, functions: Iterable[Function]) -> None:
        self._functions = {function.name: function for function in functions}

    def __getitem__(self, name: str) -> Function:
        return self._functions[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._functions)

    def __len__(self) -> int:
        return len(self._functions)

    def with_function(self, function: Function) -> Functions:
        """These functions and one more; one of the same name gives way."""
        return Functions((*self._functions.values(), function))

    def nearest(self, name: str) -> str | None:
        """The name most like one that does not exist."""
        return next(iter(difflib.get_close_matches(name, self._functions, 1)), None)
