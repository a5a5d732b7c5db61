"""The report of a run of features, as text for a terminal."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from typing import cast

from callboard.core.process import allowed
from callboard.core.scenario.dump import dump
from callboard.core.values import Json, JsonObject
from callboard.errors import CallboardError
from callboard.testing.coverage import ScenarioCoverage
from callboard.testing.errors import ExpectationError
from callboard.testing.runner import ExampleResult, Report

MISSED_SHOWN = 20


def report_text(report: Report, *, verbose: bool = False) -> str:
    """The whole report: failures in full, counts, coverage."""
    lines: list[str] = []
    for result in report.results:
        if result.status != "passed":
            lines += failure_lines(result)
        elif verbose:
            lines.append(f"ok    {result.example.feature}: {result.example.name}")
    lines += coverage_lines(report)
    failed = len(report.failures)
    lines.append(f"{len(report.results) - failed} passed, {failed} failed")
    return "\n".join(lines) + "\n"


def failure_lines(result: ExampleResult) -> Iterator[str]:
    """Where a step failed, expected and actual as a difference, the state, what may be done now,
    and why the last step was skipped.
    """
    yield f"FAIL  {result.example.feature}: {result.example.name}"
    step, error = result.step, result.error
    if step is None or error is None:
        return
    yield f"      {result.path}:{step.line}: {step.keyword} {step.text}"
    yield f"      {error}"
    if isinstance(error, ExpectationError):
        yield from (f"      {line}" for line in difference(error.expected, error.actual))
    yield from (f"      {line}" for line in _situation(result))
    yield ""


def difference(expected: Json, actual: Json) -> list[str]:
    """Expected and actual as a difference of their YAML."""
    if expected is None and actual is None:
        return []
    before, after = dump(expected).splitlines(), dump(actual).splitlines()
    return list(
        difflib.unified_diff(before, after, fromfile="expected", tofile="actual", lineterm="")
    )


def _situation(result: ExampleResult) -> Iterator[str]:
    world = result.world
    run = world.runs.get(result.process) if world is not None else None
    if run is None or run.process is None:
        return
    current = cast("JsonObject", run.process["current"])
    yield f"state: {current['key']}"
    for key in cast("JsonObject", run.process["actors"]):
        try:
            actions = [
                cast("str", action["key"]) for action in allowed(run.scenario, run.process, key)
            ]
        except CallboardError as error:
            yield f"{key} may: cannot tell ({error})"
            continue
        if actions:
            yield f"{key} may: {', '.join(actions)}"
    for reason in run.reasons:
        yield f"last step skipped: {reason.code}: {reason.message}"


def coverage_lines(report: Report) -> Iterator[str]:
    """How much of each scenario was met, and what was not."""
    for item in report.coverage.scenarios.values():
        yield (
            f"coverage of {item.name}:"
            f" {len(item.states)}/{len(item.all_states)} states,"
            f" {len(item.transitions)}/{len(item.all_transitions)} transitions"
        )
        yield from (f"      missed {line}" for line in missed(item)[:MISSED_SHOWN])
    if report.coverage.scenarios:
        yield f"coverage: {report.coverage.percent():.1f} %"


def missed(item: ScenarioCoverage) -> list[str]:
    """What no example met, in words."""
    states = [f"state {key}" for key in item.all_states if key not in item.states]
    ways = [
        f"transition {item.describe(*way)}"
        for way in item.all_transitions
        if way not in item.transitions
    ]
    return states + ways
