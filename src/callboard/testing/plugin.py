"""The pytest plugin: `*.feature` files are collected as tests.

Options of pytest's ini file: `callboard_scenarios` (folder of scenarios, `scenarios` unless said)
and `callboard_schemas` (folder of sub-schemas, `schemas`). Steps of a project's own stand in
`callboard_steps.py` beside the features, as a tuple `SENTENCES`.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from callboard.schemas import load_schemas
from callboard.testing.coverage import Coverage
from callboard.testing.features import Example, read_feature_file
from callboard.testing.hooks import own_sentences
from callboard.testing.report import failure_lines
from callboard.testing.runner import ExampleResult, run_example
from callboard.testing.scenarios import ScenarioFolder
from callboard.testing.sentences import Sentence


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addini("callboard_scenarios", "folder of scenarios for features", default="scenarios")
    parser.addini("callboard_schemas", "folder of sub-schemas for features", default="schemas")


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    if file_path.suffix == ".feature":
        return FeatureFile.from_parent(parent, path=file_path)
    return None


class FeatureFile(pytest.File):
    """A feature file; its examples are its tests."""

    def collect(self) -> Iterator[pytest.Item]:
        config = self.config
        schemas = load_schemas(config.rootpath / config.getini("callboard_schemas"))
        folder = ScenarioFolder(config.rootpath / config.getini("callboard_scenarios"), schemas)
        extra = own_sentences(self.path.parent / "callboard_steps.py")
        for example in read_feature_file(self.path):
            yield FeatureItem.from_parent(
                self, name=example.name, example=example, folder=folder, extra=extra
            )


class FeatureItem(pytest.Item):
    """One example."""

    def __init__(
        self,
        *,
        example: Example,
        folder: ScenarioFolder,
        extra: tuple[Sentence, ...],
        **given: Any,
    ) -> None:
        super().__init__(**given)
        self.example = example
        self.folder = folder
        self.extra = extra

    def runtest(self) -> None:
        result = run_example(
            str(self.path), self.example, self.folder, Coverage(), extra=self.extra
        )
        if result.status != "passed":
            raise FeatureFailedError(result)

    def repr_failure(self, excinfo: Any, style: Any = None) -> Any:
        if isinstance(excinfo.value, FeatureFailedError):
            return "\n".join(failure_lines(excinfo.value.result))
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, int, str]:
        return self.path, self.example.line - 1, f"{self.example.feature}: {self.example.name}"


class FeatureFailedError(Exception):
    """An example did not hold."""

    def __init__(self, result: ExampleResult) -> None:
        super().__init__(str(result.error))
        self.result = result
