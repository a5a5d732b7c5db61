"""Writing a value as text: YAML that people read, with tags for data functions, or JSON.

What is written reads back as the same value. Texts of several lines become literal blocks; a text
that YAML might take for something else stands between quotes. Specification: language, section 1
and details 13.
"""

from __future__ import annotations

import json
from typing import Final

from callboard.core.limits import DEFAULT_LIMITS
from callboard.core.scenario.forms.source import encoded
from callboard.core.scenario.forms.strict_json import read_json
from callboard.core.scenario.forms.written import one_line, scalar
from callboard.core.scenario.text import Format
from callboard.core.values import Json, JsonObject, number_text
from callboard.errors import TextError

_TEXT_TAGS: Final = {"<ref>": "!ref", "<tpl>": "!tpl"}
_MAP_TAGS: Final = {"<tpl>": "!tpl", "<select>": "!select"}
_LONGEST_KEY: Final = 500
"""Readers of YAML give up on a longer key that stands before its colon on one line."""


def dump(value: Json, *, format: Format = "yaml") -> str:  # noqa: A002 (as in `load`)
    """The text of a value, ending with a line break.

    Raises TextError for what a text cannot hold: NaN, NUL, lone surrogates, and more nesting than
    `load` reads.

    >>> print(dump({"on": "go", "title": {"<tpl>": "Dear {{name}}"}, "tags": ["yes"]}), end="")
    on: go
    title: !tpl Dear {{name}}
    tags:
      - "yes"
    """
    if format == "json":
        return _json(value)
    out: list[str] = []
    _write_root(out, value)
    return "".join(out)


def _json(value: Json) -> str:
    try:
        text = json.dumps(value, indent=2, ensure_ascii=False, allow_nan=False) + "\n"
    except (ValueError, RecursionError) as error:
        raise TextError(f"This value cannot be written as JSON: {error}.") from None
    read_json(encoded(text), DEFAULT_LIMITS.document_depth)
    return text


def _write_root(out: list[str], value: Json) -> None:
    tag, inner = _tagged(value)
    if tag:
        out.append(f"{tag}\n" if isinstance(inner, dict) and inner else f"{tag} ")
    if isinstance(inner, dict) and inner:
        _write_pairs(out, inner, 0, 1)
    elif isinstance(inner, list) and inner:
        _write_items(out, inner, 0, 1)
    else:
        out.append(f"{_flat(inner)}\n")


def _write_pairs(out: list[str], pairs: JsonObject, indent: int, depth: int) -> None:
    """The pairs of a map, a line each; the first is not indented when something stands before."""
    _check_depth(depth)
    for key, value in pairs.items():
        _margin(out, indent)
        written = key if key == "on" else one_line(key)  # `on` is a word of the language
        if len(written) > _LONGEST_KEY:
            out.append(f"? {written}\n{' ' * indent}:")
        else:
            out.append(f"{written}:")
        _write_after(out, value, indent, depth, compact=False)


def _write_items(out: list[str], items: list[Json], indent: int, depth: int) -> None:
    _check_depth(depth)
    for item in items:
        _margin(out, indent)
        out.append("-")
        _write_after(out, item, indent, depth, compact=True)


def _margin(out: list[str], indent: int) -> None:
    """Indent a new line; behind the dash of a list the line has begun already."""
    if not out or out[-1].endswith("\n"):
        out.append(" " * indent)


def _write_after(out: list[str], value: Json, indent: int, depth: int, *, compact: bool) -> None:
    """A value behind a colon or a dash; `compact` lets a list or map begin on the same line."""
    tag, inner = _tagged(value)
    if tag:
        out.append(f" {tag}")
    if not isinstance(inner, (dict, list)) or not inner:
        text = scalar(inner, indent + 2) if isinstance(inner, str) else _flat(inner)
        out.append(f" {text}\n")
        return
    out.append(" " if compact and not tag else "\n")
    depth += 2 if tag else 1
    if isinstance(inner, dict):
        _write_pairs(out, inner, indent + 2, depth)
    else:
        _write_items(out, inner, indent + 2, depth)


def _tagged(value: Json) -> tuple[str, Json]:
    """The tag that a data function is written with, and what stands behind it; "" for no tag."""
    if isinstance(value, dict) and len(value) == 1:
        [(key, inner)] = value.items()
        tags = _TEXT_TAGS if isinstance(inner, str) else _MAP_TAGS
        if key in tags and isinstance(inner, (str, dict)):
            return tags[key], inner
    return "", value


def _flat(value: Json) -> str:
    """A value that takes one line."""
    if isinstance(value, str):
        return one_line(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return _number(value)
    return "~" if value is None else "{}" if isinstance(value, dict) else "[]"


def _number(number: int | float) -> str:
    text = number_text(number)
    if text.endswith(("N", "y")):
        raise TextError(f"{text} is no number that a text can hold.")
    mantissa, e, power = text.partition("e")
    # Readers of YAML 1.1 take 1e+21 for a text; with a point it is a number to all.
    return f"{mantissa}.0e{power}" if e and "." not in mantissa else text


def _check_depth(depth: int) -> None:
    if depth > DEFAULT_LIMITS.document_depth:
        raise TextError(f"This value is nested more than {DEFAULT_LIMITS.document_depth} levels.")
