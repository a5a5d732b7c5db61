"""What a function of expressions is, and the immutable registry of them.

A signature reads like `(text: string, width: number, pad?: string) -> string`. Types are those of
JMESPath, joined by `|`; `any` is each of them, `array[number]` and `array[string]` name what is in
a list, `expression` is a reference (`&name`). `?` marks what may be left out; a last parameter that
starts with `...` takes any number of arguments.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import NoneType
from typing import Any, Final

from callboard.core.expression.budget import Budget
from callboard.core.expression.numbers import NUMBERS
from callboard.errors import ExpressionError

_CLASSES: Final[dict[str, tuple[type, ...]]] = {
    "null": (NoneType,),
    "boolean": (bool,),
    "number": NUMBERS,
    "string": (str,),
    "array": (list,),
    "array[number]": (list,),
    "array[string]": (list,),
    "object": (dict,),
    "expression": (),
    "any": (),
}
_ITEMS: Final[dict[str, tuple[type, ...]]] = {"array[number]": NUMBERS, "array[string]": (str,)}
_WORDS: Final = {
    "null": "null",
    "boolean": "a boolean",
    "number": "a number",
    "string": "a text",
    "array": "a list",
    "array[number]": "a list of numbers",
    "array[string]": "a list of texts",
    "object": "an object",
}
_SIGNATURE: Final = re.compile(r"\((?P<parameters>[^()]*)\) -> [a-z\[\]|]+")
_PARAMETER: Final = re.compile(r"(?P<rest>\.\.\.)?(?P<name>\w+)(?P<optional>\?)?: (?P<types>\S+)")


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter of a function."""

    name: str
    kinds: tuple[str, ...]
    """The names of its types."""
    optional: bool
    rest: bool
    """Whether it takes all arguments from its place on."""
    types: tuple[type, ...]
    """Python's types of what it takes; empty for any."""
    items: tuple[tuple[type, ...], ...]
    """Python's types of the items of a list, in each way that it may be filled; empty for any."""

    @property
    def reference(self) -> bool:
        """Whether it takes `&expression`."""
        return self.kinds == ("expression",)

    def takes(self, value: object, budget: Budget) -> bool:
        """Whether it takes a value. Looking at the items of a list is charged for."""
        if not self.types:
            return True
        if type(value) not in self.types:
            return False
        if not self.items or not isinstance(value, list):
            return True
        budget.work(len(value))
        found = set(map(type, value))
        return any(found.issubset(types) for types in self.items)


@dataclass(frozen=True, slots=True)
class Function:
    """A function of expressions: a name, a signature, and a pure callable.

    The callable gets the arguments as JSON values (of a reference: a function of an item) and gives
    one. It may raise ExpressionError; anything else that it raises becomes one. It must not change
    what it gets. A `metered` one gets the `Budget` before its arguments and charges it by itself;
    what another one gives is charged for by its size.

    Raises ValueError when the signature cannot be read.

    >>> shout = Function("shout", "(text: string) -> string", lambda text: text.upper() + "!")
    """

    name: str
    signature: str
    callable: Callable[..., Any]
    metered: bool = False

    def __post_init__(self) -> None:
        if not re.fullmatch(r"[A-Za-z_]\w*", self.name, re.ASCII):
            raise ValueError(f"{self.name!r} is no name of a function")
        _parameters(self.signature)

    def __str__(self) -> str:
        return self.name + self.signature.partition(" -> ")[0]

    @property
    def parameters(self) -> tuple[Parameter, ...]:
        """What it takes."""
        return _parameters(self.signature)

    def parameters_for(self, count: int) -> list[Parameter] | None:
        """The parameters of so many arguments; None when it does not take as many."""
        parameters = self.parameters
        least = sum(not (item.optional or item.rest) for item in parameters)
        more = count - len(parameters)
        if count < least or (more > 0 and not (parameters and parameters[-1].rest)):
            return None
        return [*parameters[:count], *parameters[-1:] * more]

    @property
    def run(self) -> Callable[..., Any]:
        """The callable, of the budget and the arguments."""
        return self.callable if self.metered else _guarded(self)

    def refusal(self, parameter: Parameter, value: object) -> ExpressionError:
        """The error of an argument that a parameter does not take."""
        wanted = " or ".join(_WORDS[kind] for kind in parameter.kinds)
        found = _WORDS[type_name(value)]
        if isinstance(value, list) and parameter.items:
            found = "a list of something else"
        return ExpressionError(f"{self.name}(): {parameter.name} has to be {wanted}, not {found}.")


def _guarded(function: Function) -> Callable[..., Any]:
    """A function of an application, which knows no budget and may raise anything."""
    run, name = function.callable, function.name

    def guarded(budget: Budget, *arguments: Any) -> Any:
        budget.work(_FOREIGN)
        try:
            result = run(*arguments)
        except ExpressionError:
            raise
        except Exception as error:
            raise ExpressionError(f"{name}() failed: {error}") from error
        budget.pass_on(result)
        return result

    return guarded


_FOREIGN: Final = 20
"""Steps that a call of a function of an application is charged at."""


@lru_cache(maxsize=1024)
def _parameters(signature: str) -> tuple[Parameter, ...]:
    """The parameters of a signature. Raises ValueError."""
    match = _SIGNATURE.fullmatch(signature)
    if match is None:
        raise ValueError(f"{signature!r} is no signature, like (text: string) -> string")
    texts = [text for text in match["parameters"].split(", ") if text]
    return tuple(_parameter(text, last=i == len(texts) - 1) for i, text in enumerate(texts))


def _parameter(text: str, *, last: bool) -> Parameter:
    match = _PARAMETER.fullmatch(text)
    if match is None or (match["rest"] and not last):
        raise ValueError(f"{text!r} is no parameter, like text: string")
    kinds = tuple(match["types"].split("|"))
    unknown = [kind for kind in kinds if kind not in _CLASSES]
    if unknown or ("expression" in kinds and len(kinds) > 1):
        raise ValueError(f"{match['types']!r} names no types of JMESPath")
    types = () if "any" in kinds else tuple(t for kind in kinds for t in _CLASSES[kind])
    items = () if "array" in kinds else tuple(_ITEMS[kind] for kind in kinds if kind in _ITEMS)
    return Parameter(
        match["name"], kinds, bool(match["optional"]), bool(match["rest"]), types, items
    )


def type_name(value: object) -> str:
    """The JMESPath type of a value.

    >>> type_name(True), type_name(None), type_name([])
    ('boolean', 'null', 'array')
    """
    kinds = ("null", "boolean", "number", "string", "array", "object")
    return next((kind for kind in kinds if type(value) in _CLASSES[kind]), "any")


class Functions(Mapping[str, Function]):
    """An immutable set of functions by name."""

    def __init__(self, functions: Iterable[Function] = ()) -> None:
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
