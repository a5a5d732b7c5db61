"""Values in features: behind a step, as a table, or as a docstring (specification: testing).

Inline, a number, `true`, `false` and `null` are values, quoted text is text. A table of one
column is a list, of two columns an object. A docstring is YAML with the scenario's tags; one that
is no YAML, or is marked as text, is text.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Literal

from callboard.core.expression.data import compile_data
from callboard.core.scenario.text import load
from callboard.core.values import Json, JsonObject
from callboard.errors import TextError
from callboard.testing.errors import StepError

_NUMBER = re.compile(r"-?\d+(\.\d+)?([eE][+-]?\d+)?")
_WORDS: dict[str, Json] = {"true": True, "false": False, "null": None}


@dataclass(frozen=True, slots=True)
class Argument:
    """What stands below a step."""

    kind: Literal["table", "docstring"]
    rows: tuple[tuple[str, ...], ...] = ()
    text: str = ""
    media_type: str = ""


def inline_value(text: str) -> Json:
    """A value written in the step itself.

    >>> inline_value('"12"'), inline_value("-1.5"), inline_value("true")
    ('12', -1.5, True)
    """
    text = text.strip()
    if text in _WORDS:
        return _WORDS[text]
    if _NUMBER.fullmatch(text):
        number: Json = json.loads(text)
        return number
    if len(text) >= 2 and text[0] == text[-1] and text[0] in "\"'":
        return text[1:-1].replace(f"\\{text[0]}", text[0])
    if text[:1] in ("{", "["):
        return _yaml(text)
    raise StepError(
        f"{text!r} is no value. Write a number, true, false, null or a text in quotes; or end the"
        " step with a colon and put a table or docstring below it."
    )


def argument_value(argument: Argument) -> Json:
    """A value written as a table or docstring."""
    if argument.kind == "table":
        return _table_value(argument.rows)
    if argument.media_type in ("text", "plain", "text/plain", "markdown"):
        return argument.text
    try:
        return load(argument.text, format="json" if argument.media_type == "json" else "yaml")
    except TextError:
        if argument.media_type in ("yaml", "json"):
            raise
        return argument.text


def _yaml(text: str) -> Json:
    try:
        return load(text, format="yaml")
    except TextError as error:
        raise StepError(f"{text!r} is no value: {error}") from error


def _table_value(rows: tuple[tuple[str, ...], ...]) -> Json:
    widths = {len(row) for row in rows}
    if widths == {1}:
        return [_cell(row[0]) for row in rows]
    if widths == {2}:
        return {row[0]: _cell(row[1]) for row in rows}
    raise StepError("A table of values has one column (a list) or two (an object).")


def _cell(text: str) -> Json:
    """A cell: a value where it reads as one, else plain text."""
    try:
        return inline_value(text)
    except StepError:
        return text


def expected_value(value: Json, process: JsonObject) -> Json:
    """An expected value, with its data functions evaluated on the process."""
    return compile_data(value)(process)
