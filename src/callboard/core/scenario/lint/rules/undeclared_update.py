"""Updates of what nobody declared, and of what updates may not set."""

from __future__ import annotations

from collections.abc import Iterator

from callboard.core.scenario.lint.finding import Remark
from callboard.core.scenario.lint.process_shape import ProcessShape
from callboard.core.scenario.lint.reading import Any, ReadPath
from callboard.core.scenario.lint.rule import Rule
from callboard.core.scenario.lint.shapes import written
from callboard.core.scenario.lint.subject import Subject
from callboard.core.scenario.lint.texts import Scope
from callboard.core.scenario.spelling import Spelling
from callboard.core.scenario.validate.findings import shown


def check(subject: Subject) -> Iterator[Remark]:
    shape, spelling = ProcessShape(subject), Spelling()
    for update in subject.updates:
        target, place = update.target, str(update.place)
        if target == ():
            yield Remark(
                place,
                f"{shown(str(update.spec['set']))} is not for updates: every step is refused.",
                "An update may set title, tags, previous, vars…, actors…, result…, current.actor….",
                "error",
            )
        elif target is not None:
            path = tuple(Any.ITEM if isinstance(part, int) else part for part in target)
            yield from _undeclared(path, place, update.action, shape, spelling)


def _undeclared(
    path: ReadPath, at: str, action: str, shape: ProcessShape, spelling: Spelling
) -> Iterator[Remark]:
    impossible = shape.undeclared(path, Scope(action=action))
    if impossible is None:
        return
    name = str(path[impossible.index])
    meant = spelling.nearest(name, impossible.known)
    hint = f"Did you mean {shown(meant)}?" if meant else ""
    if impossible.index == 1 and path[0] in ("vars", "actors"):
        what = "variable" if path[0] == "vars" else "actor"
        yield Remark(
            at,
            f"The {what} {shown(name)} is not declared: nothing checks what is in it.",
            hint or f"Declare it under `{path[0]}`.",
        )
    else:
        around = written(path[: impossible.index])
        yield Remark(
            at,
            f"`{around}` can have no {shown(name)}: every step that sets it is refused.",
            hint or f"Add it to the schema of `{around}`.",
            "error",
        )


RULE = Rule("undeclared-update", "warning", "An update sets what is not declared.", check)
