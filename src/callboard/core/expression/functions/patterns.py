"""Functions of regular expressions, on an engine whose time is linear in the text.

A pattern is `/…/flags` when it starts with `/` and only letters follow its last `/`; else it is
plain (specification: expressions, details 1).
"""

from __future__ import annotations

import re as plain
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import re2

from callboard.core.expression.budget import Budget
from callboard.core.expression.functions.registry import Function
from callboard.core.values import Json
from callboard.errors import ExpressionError

_FLAGS = frozenset("gimsu")
_DELIMITED = plain.compile(r"/(.*)/([A-Za-z]*)", plain.DOTALL)
_UNICODE_ESCAPE = plain.compile(r"(?<!\\)((?:\\\\)*)\\u(?:\{([0-9A-Fa-f]{1,6})\}|([0-9A-Fa-f]{4}))")
_UNSUPPORTED = (
    (plain.compile(r"\(\?<?[=!]"), "looks around"),
    (plain.compile(r"(?<!\\)(?:\\\\)*\\[1-9]"), "refers back to a group"),
)
_GROUP = plain.compile(r"\$(\$|&|[1-9])")
_MEMORY = 1 << 20
_MATCH = 16


@dataclass(frozen=True, slots=True)
class Pattern:
    """A compiled pattern, and whether it is to match everywhere."""

    regex: Any
    everywhere: bool


@lru_cache(maxsize=512)
def compile_pattern(text: str, longest: int) -> Pattern:
    """Compile a pattern. Raises ExpressionError with what is wrong with it."""
    if len(text) > longest:
        raise ExpressionError(f"A pattern has at most {longest} characters.")
    delimited = _DELIMITED.fullmatch(text)
    source, flags = (delimited[1], delimited[2]) if delimited else (text, "")
    unknown = set(flags) - _FLAGS
    if unknown:
        raise ExpressionError(f"{''.join(sorted(unknown))!r} is no flag of a pattern: g i m s u.")
    inline = "".join(flag for flag in "ims" if flag in flags)
    translated = (f"(?{inline})" if inline else "") + _translate(source)
    options = re2.Options()
    options.log_errors = False
    options.max_mem = _MEMORY
    try:
        return Pattern(re2.compile(translated, options), "g" in flags)
    except re2.error as error:
        raise ExpressionError(_why(source, error)) from error


def _translate(source: str) -> str:
    """`\\uXXXX` and `\\u{X}` as the engine writes them, and `\\/` as the slash that it is."""
    found = _UNICODE_ESCAPE.sub(lambda m: rf"{m[1]}\x{{{m[2] or m[3]}}}", source)
    return plain.sub(r"(?<!\\)((?:\\\\)*)\\/", r"\1/", found)


def _why(source: str, error: Exception) -> str:
    for pattern, what in _UNSUPPORTED:
        if pattern.search(source):
            return (
                f"The pattern {source!r} {what}, which patterns here may not: it would not be"
                " possible to bound their time."
            )
    detail = error.args[0] if error.args else error
    text = detail.decode() if isinstance(detail, bytes) else str(detail)
    return f"The pattern {source!r} does not compile: {text}."


def _find(budget: Budget, pattern: str, text: str) -> Pattern:
    budget.work(len(text) // 8 + 50)
    return compile_pattern(pattern, budget.limits.pattern_length)


def _test(budget: Budget, pattern: str, text: str) -> bool:
    return _find(budget, pattern, text).regex.search(text) is not None


def _matches(budget: Budget, pattern: Pattern, text: str) -> list[Any]:
    """All matches; each is charged, an empty one too."""
    found = []
    for match in pattern.regex.finditer(text):
        budget.work(_MATCH)
        budget.build(2 + len(match[0]))
        found.append(match)
    return found


def _match(budget: Budget, pattern: str, text: str) -> list[Json]:
    compiled = _find(budget, pattern, text)
    if compiled.everywhere:
        return [match[0] for match in _matches(budget, compiled, text)]
    match = compiled.regex.search(text)
    return [] if match is None else _groups(match)


def _match_all(budget: Budget, pattern: str, text: str) -> list[Json]:
    matches = _matches(budget, _find(budget, pattern, text), text)
    if matches:
        budget.build(len(matches) * (1 + matches[0].re.groups))
    return [_groups(match) for match in matches]


def _groups(match: Any) -> list[Json]:
    return [match[0], *match.groups()]


def _count(budget: Budget, pattern: str, text: str) -> int:
    return len(_matches(budget, _find(budget, pattern, text), text))


def _replace(budget: Budget, pattern: str, replacement: str, text: str) -> str:
    compiled = _find(budget, pattern, text)
    budget.build(len(text))
    parts: list[str] = []
    end = 0
    for match in compiled.regex.finditer(text):
        new = _expand(replacement, match)
        budget.work(_MATCH + len(replacement) // 8)
        budget.build(len(new))
        parts += (text[end : match.start()], new)
        end = match.end()
        if not compiled.everywhere:
            break
    return "".join((*parts, text[end:]))


def _expand(replacement: str, match: Any) -> str:
    def part(found: plain.Match[str]) -> str:
        name = found[1]
        if name == "$":
            return "$"
        if name == "&":
            return str(match[0])
        number = int(name)
        return (match[number] or "") if number <= match.re.groups else found[0]

    return _GROUP.sub(part, replacement)


FUNCTIONS = (
    Function("regex_count(pattern: string, text: string)", _count),
    Function("regex_match(pattern: string, text: string)", _match),
    Function("regex_match_all(pattern: string, text: string)", _match_all),
    Function("regex_replace(pattern: string, replacement: string, text: string)", _replace),
    Function("regex_test(pattern: string, text: string)", _test),
)
