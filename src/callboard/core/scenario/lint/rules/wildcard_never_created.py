"""Wildcard actors that no update creates: there are only those that the start gives."""

from __future__ import annotations

from collections.abc import Iterator

from callboard.core.scenario.lint.cast import wildcard_of
from callboard.core.scenario.lint.finding import Remark
from callboard.core.scenario.lint.process_shape import ProcessShape
from callboard.core.scenario.lint.rule import Rule
from callboard.core.scenario.lint.subject import Subject
from callboard.core.scenario.places import ROOT
from callboard.core.scenario.validate.findings import shown


def check(subject: Subject) -> Iterator[Remark]:
    shape = ProcessShape(subject)
    if shape.makes_any("actors"):
        return
    created = {wildcard_of(name) for name in shape.made["actors"]}
    for key in subject.actors:
        if key.endswith("*") and key not in created:
            yield Remark(
                str(ROOT / "actors" / key),
                f"No update creates an actor {shown(key)}: only whoever starts a process can.",
                f"Set `actors.{key[:-1]}1` in an update, unless that is meant.",
                of_key=True,
            )


RULE = Rule("wildcard-never-created", "info", "No update creates a wildcard actor.", check)
