"""One question for one value: how it is put, and what an answer means."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias, assert_never

from callboard.core.scenario.text import load
from callboard.core.values import ABSENT, Absent, Json, JsonObject, text_of
from callboard.errors import CallboardError, TextError

Kind: TypeAlias = Literal["choice", "boolean", "integer", "number", "string", "any"]

_YES: Final = ("y", "yes", "true")
_NO: Final = ("n", "no", "false")
_FORMATS: Final = {
    "date": "a date, like 2026-01-31",
    "date-time": "a time, like 2026-01-31T09:30:00Z",
    "time": "a time of day, like 09:30:00Z",
    "duration": "a duration, like P3D",
    "email": "an e-mail address",
    "uri": "an address, like https://example.com/page",
    "uuid": "a UUID",
}


class AnswerError(CallboardError):
    """An answer that the question does not understand."""

    code = "answer"


@dataclass(frozen=True, slots=True)
class Choice:
    """One of the values to choose from."""

    value: Json
    label: str


@dataclass(frozen=True, slots=True)
class Question:
    """A question for one value. `default` is what an empty answer gives."""

    label: str
    kind: Kind
    required: bool
    default: Json | Absent = ABSENT
    choices: Sequence[Choice] = ()
    hints: Sequence[str] = ()

    @property
    def introduction(self) -> list[str]:
        """The lines above the prompt: what helps to answer."""
        lines = [f"({'; '.join(self.hints)})"] if self.hints else []
        return lines + [f"  {n} {choice.label}" for n, choice in enumerate(self.choices, 1)]

    @property
    def prompt(self) -> str:
        """The label, whether it is needed, and what an empty answer gives."""
        if not isinstance(self.default, Absent):
            shown = "yes" if self.default is True else "no" if self.default is False else None
            return f"{self.label} [{shown or text_of(self.default)}]"
        return f"{self.label}{'' if self.required else ' (optional)'}"

    def answer(self, text: str) -> Json | Absent:
        """The value that an answer means; ABSENT leaves it out. Raises AnswerError."""
        if text == "-" and not self.required:
            return ABSENT
        if text:
            return self._read(text)
        if isinstance(self.default, Absent) and self.required:
            raise AnswerError("This one is needed.")
        return self.default

    def _read(self, text: str) -> Json:
        match self.kind:
            case "string":
                return "" if text == '""' else text
            case "choice":
                return self._chosen(text)
            case "boolean":
                return _boolean(text)
            case "integer" | "number":
                return _number(text, whole=self.kind == "integer")
            case "any":
                return _document(text)
            case _:
                assert_never(self.kind)

    def _chosen(self, text: str) -> Json:
        for choice in self.choices:
            if text in (text_of(choice.value), choice.label):
                return choice.value
        if text.isdecimal() and 1 <= int(text[:9]) <= len(self.choices):
            return self.choices[int(text) - 1].value
        raise AnswerError(f"Choose a number from 1 to {len(self.choices)}.")


def question_for(
    schema: JsonObject, label: str, *, required: bool, before: Json | Absent = ABSENT
) -> Question:
    """The question for a value that is no object with properties and no list.

    >>> question_for({"type": "integer", "minimum": 1}, "Stars", required=True).hints
    ['a whole number', 'at least 1']
    """
    choices = _choices(schema)
    kind = "choice" if choices else _kind(schema.get("type"))
    default = schema.get("default", ABSENT) if isinstance(before, Absent) else before
    hints = list(_hints(schema, kind))
    return Question(label, kind, required, default, choices, hints)


def _choices(schema: JsonObject) -> list[Choice]:
    """The values of `enum`, or of a `oneOf`/`anyOf` of constants with their titles."""
    values = schema.get("enum")
    if isinstance(values, list):
        return [Choice(value, text_of(value)) for value in values]
    branches = schema.get("oneOf", schema.get("anyOf"))
    if not isinstance(branches, list):
        return []
    constants = [branch for branch in branches if isinstance(branch, dict) and "const" in branch]
    if len(constants) < len(branches):
        return []
    return [
        Choice(branch["const"], text_of(branch.get("title") or branch["const"]))
        for branch in constants
    ]


def _kind(kind: Json) -> Kind:
    if isinstance(kind, list):
        others = [item for item in kind if item != "null"]
        kind = others[0] if len(others) == 1 else None
    match kind:
        case "boolean" | "integer" | "number" | "string":
            return kind
        case _:
            return "any"


def _hints(schema: JsonObject, kind: Kind) -> list[str]:
    """What kind of value it is, and between which bounds."""
    description = schema.get("description")
    hints = [description] if isinstance(description, str) and description else []
    hints += _KINDS.get(kind, [])
    shape = schema.get("format")
    if isinstance(shape, str):
        hints.append(_FORMATS.get(shape, shape))
    for keyword, text in _BOUNDS.items():
        if keyword in schema and not (keyword == "minLength" and schema[keyword] == 1):
            hints.append(text.format(text_of(schema[keyword])))
    return hints


_KINDS: Final[dict[Kind, list[str]]] = {
    "boolean": ["yes or no"],
    "integer": ["a whole number"],
    "number": ["a number"],
    "any": ["YAML or JSON in one line"],
}
_BOUNDS: Final = {
    "minimum": "at least {}",
    "exclusiveMinimum": "more than {}",
    "maximum": "at most {}",
    "exclusiveMaximum": "less than {}",
    "minLength": "at least {} characters",
    "maxLength": "at most {} characters",
    "pattern": "matching {}",
}


def _boolean(text: str) -> bool:
    if text.lower() in _YES:
        return True
    if text.lower() in _NO:
        return False
    raise AnswerError("Answer yes or no.")


def _number(text: str, *, whole: bool) -> int | float:
    try:
        number = float(text.replace("_", ""))
    except ValueError:
        raise AnswerError(f"{text!r} is no number.") from None
    if number.is_integer():
        return int(number)
    if whole or number != number or number in (float("inf"), float("-inf")):
        raise AnswerError(f"{text!r} is no {'whole ' if whole else ''}number.")
    return number


def _document(text: str) -> Json:
    try:
        return load(text)
    except TextError as error:
        raise AnswerError(error.message) from error
