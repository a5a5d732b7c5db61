"""Running features: each example in a world of its own, its steps in order until one fails."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, TypeAlias

from callboard.core.scenario.compiled import Scenario
from callboard.errors import CallboardError
from callboard.testing.coverage import Coverage
from callboard.testing.errors import ExpectationError, StepError
from callboard.testing.features import Example, FeatureStep, read_feature_file
from callboard.testing.sentences import SENTENCES, Match, Sentence, match
from callboard.testing.steps import Call
from callboard.testing.world import World

Status: TypeAlias = Literal["passed", "failed", "error"]


@dataclass(frozen=True, slots=True)
class ExampleResult:
    """What came of an example: the step that did not hold, why, and the world as it was then."""

    path: str
    example: Example
    status: Status
    step: FeatureStep | None = None
    error: CallboardError | None = None
    world: World | None = None
    process: str = "main"
    """The process that the failed step was about."""


@dataclass(slots=True)
class Report:
    """What came of all the features."""

    results: list[ExampleResult] = field(default_factory=list)
    coverage: Coverage = field(default_factory=Coverage)

    @property
    def failures(self) -> list[ExampleResult]:
        return [result for result in self.results if result.status != "passed"]


def run_features(
    paths: Iterable[Path],
    find_scenario: Callable[[str], Scenario],
    *,
    extra: Sequence[Sentence] = (),
) -> Report:
    """Run feature files. `extra` are sentences of the project's own. Raises TextError for a file
    that is no feature.
    """
    report = Report()
    for path in paths:
        for example in read_feature_file(path):
            result = run_example(
                str(path), example, find_scenario, report.coverage, extra=tuple(extra)
            )
            report.results.append(result)
    return report


def run_example(
    path: str,
    example: Example,
    find_scenario: Callable[[str], Scenario],
    coverage: Coverage,
    *,
    extra: tuple[Sentence, ...] = (),
) -> ExampleResult:
    """Run one example in a world of its own."""
    world = World(find_scenario, coverage)
    name = "main"
    for step in example.steps:
        try:
            found = match(step.text, step.argument, extra)
            name = found.names.get("process") or "main"
            _call(found, world)
        except CallboardError as error:
            status: Status = "failed" if error.code == "expectation" else "error"
            return ExampleResult(path, example, status, step, error, world, name)
    return ExampleResult(path, example, "passed", world=world)


def _call(found: Match, world: World) -> None:
    """Run a step. What a step of the project's own raises is an error of that step, and what it
    asserts did not hold.
    """
    call = Call(world, found.names, found.value)
    if found.sentence in SENTENCES:
        found.sentence.call(call)
        return
    try:
        found.sentence.call(call)
    except CallboardError:
        raise
    except AssertionError as error:
        raise ExpectationError(str(error) or "The step does not hold.") from error
    except Exception as error:
        raise StepError(f"{type(error).__name__}: {error}") from error
