"""Variables that nothing reads and nothing sets."""

from __future__ import annotations

from collections.abc import Iterator

from callboard.core.scenario.lint.finding import Remark
from callboard.core.scenario.lint.process_shape import ProcessShape
from callboard.core.scenario.lint.rule import Rule
from callboard.core.scenario.lint.subject import Subject
from callboard.core.scenario.places import ROOT
from callboard.core.scenario.validate.findings import shown


def check(subject: Subject) -> Iterator[Remark]:
    shape = ProcessShape(subject)
    readings = [subject.reading(text) for text in subject.texts if not text.scope.has_view]
    if shape.makes_any("vars") or any(reading.everything for reading in readings):
        return
    paths = [path for reading in readings for path in reading.paths]
    if any(path[0] == "vars" and not isinstance([*path, None][1], str) for path in paths):
        return
    used = {path[1] for path in paths if path[0] == "vars"} | shape.made["vars"]
    for key in subject.variables:
        if key not in used and not key.endswith("*"):
            yield Remark(
                str(ROOT / "vars" / key),
                f"Nothing reads or sets variable {shown(key)}.",
                "Remove it, or set it in an update.",
                of_key=True,
            )


RULE = Rule("unused-variable", "info", "Nothing reads or sets a variable.", check)
