"""Functions of regular expressions, on an engine whose time is linear in the text.

A pattern is `/…/flags` when it starts with `/` and only letters follow its last `/`; else it is
plain, without flags (specification: expressions, details 1).

Linear is not cheap: at its worst the engine takes a step for each character and each instruction of
its program, so that is what a search is charged at. Searching on behind a match starts anew. A
search can look further than the match that it finds, to the end of the text at worst, but only
where something is repeated without bound and there are alternatives; such patterns are charged for
the rest of the text with each match. Compiling is charged once for each pattern and budget.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

import re2

from callboard.core.expression.budget import Budget
from callboard.core.expression.functions.registry import Function
from callboard.core.expression.pattern import translate
from callboard.core.values import Json
from callboard.errors import ExpressionError

_FLAGS: Final = "gimsu"
_DELIMITED: Final = re.compile(r"/(.*)/([^\W\d_]*)", re.DOTALL)
_REFERENCE: Final = re.compile(r"\$([$&1-9])")
_MEMORY: Final = 1 << 20
"""Bytes that the engine may use for a pattern."""
_EXECUTED: Final = 40
"""Characters times instructions of a search for the price of one step."""
_COMPILED: Final = 4
"""Steps that an instruction is compiled for."""
_MATCH: Final = 40
"""Steps that a match costs besides."""


@dataclass(frozen=True, slots=True)
class Pattern:
    """A compiled pattern."""

    regex: Any
    everywhere: bool
    """Whether it has the flag `g`."""
    size: int
    """Instructions of its program."""
    restless: bool
    """Whether a search may look to the end of the text behind each match."""
    short: bool
    """Whether a match has no more bytes than the program has instructions."""


@lru_cache(maxsize=64)
def compile_pattern(text: str, longest: int) -> Pattern:
    """Compile a pattern of at most so many characters.

    Raises ExpressionError: a flag that does not exist, what the engine cannot do (look around,
    refer back, repeat more than 1,000 times), or a program that is too large.
    """
    if len(text) > longest:
        raise ExpressionError(f"A pattern has at most {longest} characters.")
    delimited = _DELIMITED.fullmatch(text)
    source, flags = delimited.groups() if delimited else (text, "")
    unknown = sorted(set(flags) - set(_FLAGS))
    if unknown:
        raise ExpressionError(f"{unknown[0]!r} is no flag of a pattern; those are g, i, m, s, u.")
    options = re2.Options()
    options.log_errors = False
    options.max_mem = _MEMORY
    inline = "".join(flag for flag in "im" if flag in flags)
    try:
        translated = translate(source, dot_all="s" in flags)
        regex = re2.compile(f"(?{inline})" * bool(inline) + translated.text, options)
    except (ValueError, re2.error) as error:
        raise ExpressionError(_why(source, error)) from None
    restless = translated.endless and translated.branches
    return Pattern(regex, "g" in flags, regex.programsize, restless, not translated.endless)


def _why(source: str, error: Exception) -> str:
    detail = error.args[0] if error.args else ""
    text = detail.decode(errors="replace") if isinstance(detail, bytes) else str(detail)
    if "looks" in text or "refers" in text:
        text += ", which would take time without bound"
    if "repetition size" in text:
        text += " (at most 1000 are possible)"
    return f"The pattern {source[:100]!r} cannot be used: {text}."


def _compiled(budget: Budget, text: str) -> Pattern:
    known = budget.patterns.get(text)
    if isinstance(known, Pattern):
        return known
    pattern = compile_pattern(text, budget.limits.pattern_length)
    budget.work(pattern.size * _COMPILED)
    budget.patterns[text] = pattern
    return pattern


def _search(budget: Budget, pattern: Pattern, text: str) -> Any:
    """The first match, or None."""
    budget.work(_bytes(text) * pattern.size // _EXECUTED + 1)
    return pattern.regex.search(text)


def _bytes(text: str) -> int:
    """No fewer than the text has in UTF-8."""
    return len(text) if text.isascii() else 4 * len(text)


def _matches(budget: Budget, pattern: Pattern, text: str) -> Iterator[Any]:
    """All matches, one after the other."""
    size, width = pattern.size, 1 if text.isascii() else 4
    budget.work(len(text) * width * size // _EXECUTED + 1)
    for match in pattern.regex.finditer(text):
        yield match
        ahead = (len(text) - match.end()) * width if pattern.restless else 0
        if pattern.short:
            ahead = min((len(text) - match.end()) * width, size)
        budget.work(ahead * size // _EXECUTED + _MATCH)


def _test(budget: Budget, pattern: str, text: str) -> bool:
    return _search(budget, _compiled(budget, pattern), text) is not None


def _match(budget: Budget, pattern: str, text: str) -> list[Json]:
    compiled = _compiled(budget, pattern)
    if not compiled.everywhere:
        match = _search(budget, compiled, text)
        return [] if match is None else _groups(budget, match)
    found: list[Json] = []
    for match in _matches(budget, compiled, text):
        budget.build(len(match[0]))
        found.append(match[0])
    return found


def _match_all(budget: Budget, pattern: str, text: str) -> list[Json]:
    matches = _matches(budget, _compiled(budget, pattern), text)
    return [_groups(budget, match) for match in matches]


def _groups(budget: Budget, match: Any) -> list[Json]:
    """A match and its groups; a group that took no part is null."""
    found = [match[0], *match.groups()]
    budget.work(len(found))
    budget.build(sum(len(text) for text in found if text))
    return found


def _count(budget: Budget, pattern: str, text: str) -> int:
    return sum(1 for _ in _matches(budget, _compiled(budget, pattern), text))


def _replace(budget: Budget, pattern: str, replacement: str, text: str) -> str:
    compiled = _compiled(budget, pattern)
    template = _template(budget, replacement, compiled.regex.groups)
    parts: list[str] = []
    end = 0
    for match in _replaced(budget, compiled, text):
        parts.append(text[end : match.start()])
        parts += _filled(budget, template, match)
        end = match.end()
    budget.build(len(text))
    return "".join((*parts, text[end:]))


def _replaced(budget: Budget, pattern: Pattern, text: str) -> Iterator[Any]:
    if pattern.everywhere:
        yield from _matches(budget, pattern, text)
    elif (match := _search(budget, pattern, text)) is not None:
        yield match


def _template(budget: Budget, replacement: str, groups: int) -> list[str | int]:
    """A replacement as texts and numbers of groups: `$1` to `$9`, `$&` for all, `$$` for `$`. A
    group that the pattern does not have is text.
    """
    budget.work(len(replacement))
    parts: list[str | int] = []
    for index, part in enumerate(_REFERENCE.split(replacement)):
        if index % 2 == 0:
            parts.append(part)
        elif part == "$":
            parts.append("$")
        else:
            number = 0 if part == "&" else int(part)
            parts.append(number if number <= groups else f"${part}")
    return [part for part in parts if part != ""]


def _filled(budget: Budget, template: list[str | int], match: Any) -> list[str]:
    budget.work(len(template))
    groups = (match[0], *match.groups(""))
    parts = [part if isinstance(part, str) else groups[part] for part in template]
    budget.build(sum(map(len, parts)))
    return parts


FUNCTIONS: Final = tuple(
    Function(name, signature, run, metered=True)
    for name, signature, run in (
        ("regex_count", "(pattern: string, text: string) -> number", _count),
        ("regex_match", "(pattern: string, text: string) -> array", _match),
        ("regex_match_all", "(pattern: string, text: string) -> array", _match_all),
        (
            "regex_replace",
            "(pattern: string, replacement: string, text: string) -> string",
            _replace,
        ),
        ("regex_test", "(pattern: string, text: string) -> boolean", _test),
    )
)
