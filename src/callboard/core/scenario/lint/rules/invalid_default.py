"""Defaults that their own schema refuses, at any depth; and defaults of properties that together
make a value which its schema refuses, where no first step can mend it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Final

from callboard.core.scenario.lint.finding import Remark
from callboard.core.scenario.lint.rule import Rule
from callboard.core.scenario.lint.schema_parts import Part, parts_of, schemas_of
from callboard.core.scenario.lint.starts import Start, stuck_starts
from callboard.core.scenario.lint.subject import Subject
from callboard.core.schema import compile_schema
from callboard.errors import Reason, SchemaError


def check(subject: Subject) -> Iterator[Remark]:
    told = list(_written(subject))
    yield from told
    for start in stuck_starts(subject):
        if not any(remark.pointer.startswith(f"{start.place}/") for remark in told):
            yield _of_start(start)


def _of_start(start: Start) -> Remark:
    value = json.dumps(start.value, ensure_ascii=False)
    shown = value if len(value) <= _LONGEST else "the defaults of its properties"
    return Remark(
        str(start.place),
        f"A process starts with {shown} here, which does not satisfy the schema, and every first"
        f" step is refused: {_words(start.reasons)}.",
        "Give what is missing a default, or remove the defaults of the properties, or let the"
        " first action set the whole value.",
    )


def _written(subject: Subject) -> Iterator[Remark]:
    for schema, place in schemas_of(subject):
        for part in parts_of(schema, place):
            if "default" in part.schema:
                reasons = _reasons(subject, part)
                if reasons:
                    yield Remark(
                        str(part.place / "default"),
                        f"The default does not satisfy its own schema: {_words(reasons)}.",
                        "Change the default or the schema.",
                    )


def _reasons(subject: Subject, part: Part) -> list[Reason]:
    """What the schema says of its default; nothing, when it cannot be used."""
    schema = part.schema
    if isinstance(part.whole, dict):
        # References are about the whole schema, whose definitions go along.
        schema = {**{key: part.whole[key] for key in _SHARED if key in part.whole}, **schema}
    try:
        checker = compile_schema(schema, limits=subject.limits, resources=subject.schemas)
        return checker.check(part.schema["default"])
    except SchemaError:
        return []


def _words(reasons: list[Reason]) -> str:
    texts = [f"{reason.pointer} {reason.message}".strip() for reason in reasons[:3]]
    return "; ".join(texts) + ("; and more" if len(reasons) > len(texts) else "")


_LONGEST: Final = 60
_SHARED: Final = ("$defs", "definitions")

RULE = Rule("invalid-default", "error", "A default does not satisfy its schema.", check)
