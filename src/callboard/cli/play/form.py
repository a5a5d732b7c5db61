"""Asks for a response by its schema: property by property, each answer checked when it is given,
the whole at the end; what does not fit is said and asked again.

An empty answer takes what stands in brackets, or leaves an optional property out. `-` leaves out
what was given before.
"""

from __future__ import annotations

from typing import cast

from callboard.cli.play import screen
from callboard.cli.play.questions import AnswerError, Question, question_for
from callboard.cli.play.reader import Reader
from callboard.core.schema import Checker, compile_schema
from callboard.core.schema.references import resolve_local
from callboard.core.values import ABSENT, Absent, Json, JsonObject

REFERENCES = 32


def ask_response(schema: Json, reader: Reader) -> Json | Absent:
    """A response that satisfies the schema; ABSENT where none is needed and none was given.

    Raises EOFError when the lines end, KeyboardInterrupt when the person gives up.
    """
    if schema in ({}, True, None):
        return ABSENT
    checker = compile_schema(schema)
    form = Form(reader, schema)
    answer: Json | Absent = ABSENT
    while True:
        answer = form.ask(schema, "Response", required=False, before=answer)
        if isinstance(answer, Absent) or _accepts(checker, answer):
            return answer


def _accepts(checker: Checker, answer: Json) -> bool:
    """Whether the whole fits. A schema that cannot be used is left to the step to refuse."""
    if checker.problem is not None:
        return True
    reasons = checker.check(answer)
    screen.refusal(reasons)
    return not reasons


class Form:
    """Asks for values by schemas that may refer to the one that holds them all."""

    def __init__(self, reader: Reader, root: Json) -> None:
        self._reader = reader
        self._root = root

    def ask(
        self, schema: Json, label: str, *, required: bool, before: Json | Absent = ABSENT
    ) -> Json | Absent:
        """A value for a schema. `before` is what an earlier attempt gave."""
        resolved = self._resolve(schema)
        if "const" in resolved:
            return resolved["const"]
        title = resolved.get("title")
        label = title if isinstance(title, str) and title else label
        if _has_properties(resolved):
            return self._ask_object(resolved, label, required=required, before=before)
        if isinstance(resolved.get("items"), dict) and "enum" not in resolved:
            return self._ask_list(resolved, label, required=required, before=before)
        return self._ask_one(resolved, label, required=required, before=before)

    def _resolve(self, schema: Json) -> JsonObject:
        """The schema that local references lead to; `{}` (anything) where they lead nowhere."""
        for _ in range(REFERENCES):
            if not isinstance(schema, dict):
                return {}
            reference = schema.get("$ref")
            if not isinstance(reference, str):
                return schema
            found = resolve_local(self._root, reference)
            schema = {} if isinstance(found, Absent) else found
        return {}

    def _ask_object(
        self, schema: JsonObject, label: str, *, required: bool, before: Json | Absent
    ) -> Json | Absent:
        given = before if isinstance(before, dict) else _default_object(schema)
        if schema is not self._resolve(self._root):
            if not required and not self._agrees(f"  Fill in {label}?", default=bool(given)):
                return ABSENT
            screen.echo(f"  {label}")
        needed = schema.get("required")
        answers: JsonObject = {}
        for key, part in cast("JsonObject", schema["properties"]).items():
            needs = isinstance(needed, list) and key in needed
            answer = self.ask(part, _words(key), required=needs, before=given.get(key, ABSENT))
            if not isinstance(answer, Absent):
                answers[key] = answer
        return answers

    def _ask_list(
        self, schema: JsonObject, label: str, *, required: bool, before: Json | Absent
    ) -> Json | Absent:
        if isinstance(before, list) and self._agrees(f"  Keep {label}?", default=True):
            return before
        least = schema.get("minItems")
        least = least if isinstance(least, int) else 0
        if not required:
            if not self._agrees(f"  Fill in {label}?", default=False):
                return ABSENT
            least = max(least, 1)
        items: list[Json] = []
        while len(items) < least or self._agrees(f"  One more of {label}?", default=False):
            number = f"{label} {len(items) + 1}"
            answer = self.ask(schema["items"], number, required=True)
            if not isinstance(answer, Absent):
                items.append(answer)
        return items

    def _ask_one(
        self, schema: JsonObject, label: str, *, required: bool, before: Json | Absent
    ) -> Json | Absent:
        question = question_for(schema, label, required=required, before=before)
        checker = compile_schema(schema)
        for line in question.introduction:
            screen.echo(f"  {line}")
        while True:
            try:
                answer = question.answer(self._reader.line(f"  {question.prompt}: ").strip())
            except AnswerError as error:
                screen.problem(error.message)
                continue
            if isinstance(answer, Absent) or _accepts(checker, answer):
                return answer

    def _agrees(self, prompt: str, *, default: bool) -> bool:
        choices = "Y/n" if default else "y/N"
        question = Question(prompt, "boolean", required=False, default=default)
        while True:
            try:
                return bool(question.answer(self._reader.line(f"{prompt} [{choices}] ").strip()))
            except AnswerError as error:
                screen.problem(error.message)


def _has_properties(schema: JsonObject) -> bool:
    return isinstance(schema.get("properties"), dict) and bool(schema["properties"])


def _default_object(schema: JsonObject) -> JsonObject:
    default = schema.get("default")
    return default if isinstance(default, dict) else {}


def _words(key: str) -> str:
    """A key as words."""
    text = key.replace("_", " ")
    return text[:1].upper() + text[1:]
